#include "report/summaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <ranges>

#include "base/files.h"
#include "base/try.h"
#include "report/copies_text.h"
#include "report/error_text.h"
#include "report/file_lock.h"
#include "report/places.h"
#include "report/work_dir.h"
#include "snapshot/layout.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;

constexpr auto kLockPause = std::chrono::milliseconds{50};
constexpr auto kLockLimit = std::chrono::seconds{30};  // it is held for one small file's writing

using engine::RegionBackup;
using engine::RegionOutcome;
using snapshot::Lacking;
using snapshot::Unreadable;

std::int64_t seconds(Duration duration) {
  return std::chrono::round<std::chrono::seconds>(duration).count();
}

json::object told(const ParameterName& name, Unreadable::Accepted accepted, const Error& error) {
  return {{"name", name.str()},
          {"accepted", accepted == Unreadable::Accepted::yes},
          {"error", error_json(error)}};
}

json::array unreadable_json(const RegionBackup& backup) {
  json::array out;
  for (const Unreadable& each : unreadable_of(backup) | std::views::take(kMostTold))
    out.push_back(told(each.name, each.accepted, each.why()));
  return out;
}

json::array lacking_json(const RegionBackup& backup) {
  json::array out;
  for (const Lacking& each : lacking_of(backup) | std::views::take(kMostTold)) {
    json::object entry = told(each.name, each.accepted, each.why());
    entry["part"] = to_string(each.part);
    out.push_back(std::move(entry));
  }
  return out;
}

std::string_view shrink_word(snapshot::Shrink shrink) {
  return shrink == snapshot::Shrink::empty ? "empty" : "shrunk";
}

json::array pointers_json(const RegionBackup& backup) {
  json::array out;
  if (!backup.written) return out;
  for (const auto& report : backup.written->pointers) out.push_back(pointer_json(report));
  return out;
}

json::object quotas_json(const std::map<std::string, aws::GroupState>& quotas) {
  json::object out;
  for (const auto& [group, state] : quotas) {
    out[group] = {{"calls", state.calls},
                  {"throttled", state.throttles},
                  {"callsPerSecond", std::round(state.rate * 100) / 100}};
  }
  return out;
}

void add_snapshot(const RegionBackup& backup, json::object& entry) {
  const snapshot::Written& written = *backup.written;
  entry["url"] = backup.url;
  entry["manifestKey"] = written.manifest_key.str();
  entry["bytes"] = written.manifest.document.size;
  entry["listedCount"] = written.manifest.listed;
  entry["vanishedCount"] = written.manifest.vanished.size();
  if (const auto& fence = written.manifest.fence) {
    json::object said{{"reached", fence->reached}, {"rounds", fence->rounds}};
    if (!fence->because.empty()) said["because"] = fence->because;
    entry["fence"] = std::move(said);
  }
  entry["pointers"] = pointers_json(backup);
  if (const std::string& problem = written.manifest.parent_problem; !problem.empty())
    entry["parentProblem"] = problem;
  if (written.last_good_count) entry["lastGoodCount"] = *written.last_good_count;
  if (written.shrink != snapshot::Shrink::none) entry["shrink"] = shrink_word(written.shrink);
}

void add_prediction(const engine::Prediction& prediction, json::object& entry) {
  entry["predictedSeconds"] = seconds(prediction.duration);
  if (prediction.last_good_count) entry["lastGoodCount"] = *prediction.last_good_count;
  if (prediction.shrink != snapshot::Shrink::none) entry["shrink"] = shrink_word(prediction.shrink);
}

// A file's one JSON object. Unreadable or foreign, it is no reason to lose this run's entry: empty.
json::object object_in(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return {};
  boost::system::error_code bad;
  json::value document = json::parse(*text, bad);
  return bad || !document.is_object() ? json::object() : std::move(document.get_object());
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// <region>/summary.json of other runs. What is not one of ours stays: the directory may be any.
Result<void> remove_others(const std::filesystem::path& work_dir, const RunId& run) {
  std::error_code bad;
  for (const auto& entry : std::filesystem::directory_iterator(work_dir, bad)) {
    const std::string region = entry.path().filename().string();
    if (!snapshot::check_region(Region(region))) continue;
    const std::filesystem::path file = entry.path() / "summary.json";
    const json::object summary = object_in(file);
    const bool theirs = text_at(summary, "region") == region &&
                        summary.contains("parameterCount") &&
                        text_at(summary, "runId") != run.str();
    if (theirs) SSMB_TRY_VOID(remove_file(file));
  }
  if (!bad) return {};
  return fail(ErrorKind::local_io, "cannot read " + work_dir.string() + ": " + bad.message(),
              kWritable);
}

}  // namespace

const std::vector<Unreadable>& unreadable_of(const RegionBackup& backup) {
  static const std::vector<Unreadable> kNone;
  if (backup.written) return backup.written->manifest.unreadable;
  return backup.prediction ? backup.prediction->unreadable : kNone;
}

const std::vector<Lacking>& lacking_of(const RegionBackup& backup) {
  static const std::vector<Lacking> kNone;
  if (backup.written) return backup.written->manifest.lacking;
  return backup.prediction ? backup.prediction->lacking : kNone;
}

std::uint64_t parameter_count(const RegionBackup& backup) {
  return backup.prediction ? backup.prediction->parameters : backup.totals.read;
}

std::string incomplete_because(const RegionBackup& backup) {
  if (backup.written) return backup.written->manifest.incomplete_because;
  if (!backup.prediction) return {};
  const engine::Prediction& prediction = *backup.prediction;
  return prediction.incomplete_because.empty() ? prediction.obstacle.what
                                               : prediction.incomplete_because;
}

std::uint64_t failed_count(const RegionBackup& backup) {
  constexpr auto kNo = Unreadable::Accepted::no;
  const auto unreadable = std::ranges::count(unreadable_of(backup), kNo, &Unreadable::accepted);
  // One that lacks more than one part stands there as often, one behind the other.
  auto count = static_cast<std::uint64_t>(unreadable);
  const ParameterName* last = nullptr;
  for (const Lacking& each : lacking_of(backup)) {
    if (each.accepted != kNo || (last != nullptr && *last == each.name)) continue;
    last = &each.name;
    ++count;
  }
  return count;
}

json::object remaining_json(const engine::Remaining& remaining) {
  if (remaining.key.empty()) return {{"unknownBecause", remaining.unknown_because}};
  return {{"key", remaining.key.str()},
          {"time", to_iso8601(remaining.time)},
          {"ageSeconds", seconds(remaining.age)}};
}

json::object begun_entry(const RunFacts& run, const Region& region) {
  const Error error{.kind = ErrorKind::cancelled,
                    .what = fmt::format("{} it has not ended: still at work, killed, or its "
                                        "machine is gone",
                                        engine::no_file_sentence(region)),
                    .fault = std::nullopt,
                    .next = "run again"};
  return {{"status", "FAILED"},       {"message", to_line(error)},
          {"durationSeconds", 0},     {"dryRun", run.mode == engine::RunMode::dry},
          {"ended", false},           {"error", error_json(error)},
          {"runId", run.run_id.str()}};
}

json::object region_entry(const RunFacts& run, const RegionOutcome& outcome) {
  json::object entry;
  const bool dry = run.mode == engine::RunMode::dry;
  if (!outcome.account.empty()) entry["account"] = outcome.account.str();
  if (!outcome.backup) {
    entry["status"] = "FAILED";
    entry["message"] = to_line(outcome.backup.error());
    entry["durationSeconds"] = seconds(outcome.duration);
    entry["dryRun"] = dry;
    entry["error"] = error_json(outcome.backup.error(), outcome.account);
    entry["listedCount"] = outcome.progress.listed;
    entry["readCount"] = outcome.progress.read;
    entry["throttledCount"] = outcome.progress.throttled;
    if (!outcome.quotas.empty()) entry["quotas"] = quotas_json(outcome.quotas);
    if (outcome.remaining) entry["lastGood"] = remaining_json(*outcome.remaining);
    entry["runId"] = run.run_id.str();
    return entry;
  }
  const RegionBackup& backup = *outcome.backup;
  const Place place =
      place_of(backup.repository,
               backup.written ? backup.written->manifest.document.key.view() : std::string_view());
  entry["status"] = "SUCCESS";
  entry["parameterCount"] = parameter_count(backup);
  entry["bucket"] = place.bucket;
  entry["s3Key"] = place.key;
  entry["dryRun"] = dry;
  entry["durationSeconds"] = seconds(outcome.duration);
  entry["executionTimeSec"] = seconds(backup.duration);
  entry["failedCount"] = failed_count(backup);
  entry["complete"] = engine::is_complete(backup);
  if (const std::string why = incomplete_because(backup); !why.empty())
    entry["incompleteBecause"] = why;
  entry["unreadableCount"] = unreadable_of(backup).size();
  entry["unreadable"] = unreadable_json(backup);
  if (json::array lacking = lacking_json(backup); !lacking.empty())
    entry["lacking"] = std::move(lacking);
  if (backup.written) add_snapshot(backup, entry);
  entry["throttledCount"] = backup.totals.throttled;
  if (!outcome.quotas.empty()) entry["quotas"] = quotas_json(outcome.quotas);
  if (backup.prediction) add_prediction(*backup.prediction, entry);
  if (outcome.remaining) entry["lastGood"] = remaining_json(*outcome.remaining);
  if (!backup.copies.empty()) entry["copies"] = copies_json(backup);
  entry["runId"] = run.run_id.str();
  return entry;
}

json::object region_summary(const RunFacts& run, const RegionOutcome& outcome) {
  const RegionBackup& backup = *outcome.backup;
  const Time time = backup.written ? backup.written->manifest.id.time : backup.start;
  json::object out{{"environment", run.env.str()}, {"region", outcome.region.str()}};
  const auto twins = [&out](std::string_view camel, std::string_view snake,
                            const json::value& value) {
    out[camel] = value;
    out[snake] = value;
  };
  twins("backupDate", "backup_date", json::string(to_date(time)));
  twins("backupTimestamp", "backup_timestamp", json::string(to_timestamp(time)));
  twins("parameterCount", "parameter_count", parameter_count(backup));
  twins("failedCount", "failed_count", failed_count(backup));
  twins("executionTimeSec", "execution_time_sec", seconds(backup.duration));
  out["runId"] = run.run_id.str();
  return out;
}

namespace {

// One of an earlier run does not outlive a failure.
Result<void> write_region_summary(const std::filesystem::path& work_dir, const RunFacts& run,
                                  const RegionOutcome& outcome) {
  const std::filesystem::path file = work_dir / outcome.region.str() / "summary.json";
  if (outcome.backup) return write_file(file, json::serialize(region_summary(run, outcome)) + '\n');
  return remove_file(file);
}

}  // namespace

json::object SummaryFiles::entries_of_run(const std::filesystem::path& file) {
  json::object out;
  for (const auto& [region, value] : object_in(file)) {
    if (!value.is_object()) continue;
    const json::object& entry = value.get_object();
    const std::string id = text_at(entry, "runId");
    if (id == run_.run_id.str()) {
      out[region] = entry;
    } else if (const json::value* dry = entry.if_contains("dryRun");
               run_.mode == engine::RunMode::dry && dry != nullptr && *dry == false) {
      replaced_ = id.empty() ? "without an id" : id;
    }
  }
  return out;
}

// Once, as the first thing that is done to the directory.
Result<void> SummaryFiles::take_over() {
  if (held_) return {};
  SSMB_TRY(held, RunLock::take(work_dir_, run_.run_id));
  held_.emplace(std::move(held));
  return remove_others(work_dir_, run_.run_id);
}

Result<bool> SummaryFiles::try_write() {
  SSMB_TRY(lock, FileLock::try_take(work_dir_ / ".region_summaries.lock"));
  if (!lock) return false;
  SSMB_TRY_VOID(take_over());
  const std::filesystem::path file = work_dir_ / "region_summaries.json";
  json::object entries = entries_of_run(file);
  for (const auto& [region, entry] : entries_) entries[region] = entry;
  SSMB_TRY_VOID(write_file(file, json::serialize(entries) + '\n'));
  due_ = false;
  return true;
}

ResultTask<void> SummaryFiles::flush(CallScope scope) {
  const SteadyTime limit = runtime_.steady() + kLockLimit;
  while (due_) {
    auto written = try_write();
    if (!written) co_return fail(std::move(written).error().advising(kWritable));
    if (*written) break;
    if (runtime_.steady() >= limit) {
      co_return fail(ErrorKind::local_io,
                     "another process holds " + (work_dir_ / ".region_summaries.lock").string(),
                     "end it, or give --work-dir");
    }
    SSMB_CO_TRY_VOID(co_await runtime_.sleep(kLockPause, scope));
  }
  co_return Result<void>{};
}

// Whose run it was, and when that was said: a directory may be another environment's, or an old
// one.
json::object SummaryFiles::stamped(json::object entry) const {
  entry["environment"] = run_.env.str();
  entry["recordedAt"] = to_iso8601(runtime_.now());
  return entry;
}

ResultTask<void> SummaryFiles::begin(CallScope scope) { return flush(std::move(scope)); }

Task<void> SummaryFiles::region_begins(Region region, CallScope scope) {
  entries_[region.str()] = stamped(begun_entry(run_, region));
  due_ = true;
  (void)co_await flush(std::move(scope));
  auto removed = remove_file(work_dir_ / region.str() / "summary.json");
  if (!removed && ended_) ended_ = std::move(removed);
}

void SummaryFiles::region_ended(const RegionOutcome& outcome) {
  entries_[outcome.region.str()] = stamped(region_entry(run_, outcome));
  due_ = true;
  (void)try_write();  // what fails stays due: finish() tries again and tells
  auto written = write_region_summary(work_dir_, run_, outcome);
  if (!written && ended_) ended_ = std::move(written);
}

// Without the run's scope: an interrupted run is told of, too.
ResultTask<void> SummaryFiles::finish() {
  SSMB_CO_TRY_VOID(co_await flush(CallScope{}));
  co_return ended_;
}

}  // namespace ssmb::report
