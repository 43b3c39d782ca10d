#include "report/progress.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/serialize.hpp>
#include <cmath>
#include <map>

#include "base/text.h"
#include "engine/heartbeat.h"
#include "report/error_text.h"
#include "report/moving_progress.h"
#include "report/pace.h"
#include "report/progress_lines.h"
#include "report/summaries.h"

namespace ssmb::report {
namespace {

using engine::Gravity;
using engine::RegionOutcome;
using engine::RegionProgress;
using Level = ProgressOptions::Level;

// "r-7: backup of dev: us-west-2, us-east-1 into each Region's bucket; names that hold /dev/; ..."
std::string outline_text(const RunOutline& run) {
  const bool dry = run.run.mode == engine::RunMode::dry;
  return fmt::format("{}: {} of {}: {} into {}; {}; quota share {}; deadline {} a Region",
                     run.run.run_id, dry ? "rehearsal" : "backup", run.run.env,
                     fmt::join(run.regions, ", "), run.repositories, run.scope,
                     run.quota_share ? fmt::format("{} %", *run.quota_share) : "off",
                     to_human(run.deadline));
}

boost::json::object outline_json(const RunOutline& run) {
  boost::json::array regions;
  for (const Region& region : run.regions) regions.emplace_back(region.str());
  boost::json::object out{{"runId", run.run.run_id.str()},
                          {"environment", run.run.env.str()},
                          {"dryRun", run.run.mode == engine::RunMode::dry},
                          {"regions", std::move(regions)},
                          {"repositories", run.repositories},
                          {"scope", run.scope},
                          {"deadlineSeconds", std::chrono::duration<double>(run.deadline).count()}};
  if (run.quota_share) out["quotaShare"] = *run.quota_share;
  return out;
}

class NoProgress final : public Progress {
 public:
  NoProgress(Level level, std::ostream& out) : level_(level), out_(out) {}

 private:
  void notice(const std::string& text) override {
    if (level_ != Level::error) out_ << "warning: " << printable(text, 2000) << '\n' << std::flush;
  }
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress&) override {}
  void note(const Region&, Gravity, const std::string&) override {}
  void region_ended(const RegionOutcome&) override {}

  Level level_;
  std::ostream& out_;
};

// "13:00:01Z us-west-2 ..." lines; while a Region takes long, one every half minute, whatever
// happens.
class PlainProgress final : public Progress {
 public:
  PlainProgress(ProgressOptions options, Runtime& runtime, std::ostream& out)
      : options_(std::move(options)), runtime_(runtime), out_(out) {}

  void run_began(const RunOutline& run) override {
    if (options_.level == Level::info) line("run", outline_text(run));
  }
  void region_started(const Region& region) override {
    last_[region] = runtime_.steady();
    pace_[region].note(runtime_.steady(), 0);
  }
  void progress(const Region& region, const RegionProgress& progress) override {
    const SteadyTime now = runtime_.steady();
    Pace& pace = pace_[region];
    pace.note(now, engine::names_done(progress));
    if (options_.level != Level::info || now - last_[region] < kEach) return;
    last_[region] = now;
    line(region, running_line(progress, pace.rate()));
  }
  void note(const Region& region, Gravity gravity, const std::string& text) override {
    if (is_told(options_.level, gravity)) line(region, text);
  }
  void region_ended(const RegionOutcome& outcome) override {
    const bool failed = state_of(outcome) != RegionState::ok;
    if (failed || options_.level == Level::info) {
      for (const std::string& text : ended_log_lines(outcome)) line(outcome.region, text);
    }
    for (const std::string& text : pointer_lines(outcome)) line(outcome.region, text);
  }

  void notice(const std::string& text) override {
    if (is_told(options_.level, Gravity::warning)) line("warning:", text);
  }
  bool tells_failures() const override { return true; }

 private:
  static constexpr Duration kEach = std::chrono::seconds{30};

  void line(const Region& region, std::string_view text) { line(region.view(), text); }
  void line(std::string_view about, std::string_view text) {
    out_ << log_line(runtime_.now(), about, text) << std::flush;
  }

  ProgressOptions options_;
  Runtime& runtime_;
  std::ostream& out_;
  std::map<Region, Pace> pace_;
  std::map<Region, SteadyTime> last_;
};

// One JSON object a line.
class JsonProgress final : public Progress {
 public:
  JsonProgress(ProgressOptions options, Runtime& runtime, std::ostream& out)
      : options_(std::move(options)), runtime_(runtime), out_(out) {}

  void run_began(const RunOutline& run) override { event("run", outline_json(run)); }
  void region_started(const Region& region) override { event("started", region, {}); }
  void progress(const Region& region, const RegionProgress& progress) override {
    const SteadyTime now = runtime_.steady();
    Told& told = told_[region];
    told.pace.note(now, engine::names_done(progress));
    const Duration since = now - told.at;
    if (since < kLeast) return;
    boost::json::object members{
        {"listed", progress.listed},
        {"listingEnded", progress.listing == RegionProgress::Listing::ended},
        {"read", progress.read},
        {"unreadable", progress.unreadable},
        {"throttled", progress.throttled},
        {"bytes", progress.bytes.value}};
    if (since < kMost && members == told.members) return;
    told.at = now;
    told.members = members;
    add_pace(progress, told.pace.rate(), members);
    event("progress", region, std::move(members));
  }
  void note(const Region& region, Gravity gravity, const std::string& text) override {
    if (!is_told(options_.level, gravity)) return;
    event("note", region,
          {{"level", gravity == Gravity::warning ? "warning" : "info"}, {"text", trim(text)}});
  }
  void region_ended(const RegionOutcome& outcome) override {
    boost::json::object members{
        {"state", to_string(state_of(outcome))},
        {"seconds", std::chrono::duration<double>(outcome.duration).count()}};
    if (outcome.backup)
      add_counts(*outcome.backup, members);
    else
      members["error"] = error_json(outcome.backup.error(), outcome.account);
    event("ended", outcome.region, std::move(members));
  }
  void notice(const std::string& text) override {
    if (!is_told(options_.level, Gravity::warning)) return;
    event("notice", {{"level", "warning"}, {"text", text}});
  }
  bool tells_failures() const override { return true; }

 private:
  // Where nothing changes, more seldom.
  static constexpr Duration kLeast = std::chrono::seconds{1};
  static constexpr Duration kMost = std::chrono::seconds{10};
  struct Told {
    SteadyTime at{};
    boost::json::object members = {};
    Pace pace = Pace();
  };

  static void add_pace(const RegionProgress& progress, double rate, boost::json::object& members) {
    members["perSecond"] = std::round(rate * 10) / 10;
    if (progress.expected) members["expected"] = *progress.expected;
    if (const auto left = time_left(progress, rate))
      members["secondsLeft"] = std::chrono::ceil<std::chrono::seconds>(*left).count();
    if (progress.silence < engine::kSilence) return;
    members["silentSeconds"] = std::chrono::floor<std::chrono::seconds>(progress.silence).count();
    members["silentOperation"] = progress.silent;
  }
  static void add_counts(const engine::RegionBackup& backup, boost::json::object& members) {
    members["parameterCount"] = parameter_count(backup);
    members["unreadable"] = backup.totals.unreadable;
    members["failedCount"] = failed_count(backup);
    members["complete"] = engine::is_complete(backup);
    if (backup.prediction) {
      members["predictedSeconds"] =
          std::chrono::duration<double>(backup.prediction->duration).count();
    }
    if (!backup.written) return;
    members["bytes"] = backup.written->manifest.document.size;
    members["key"] = backup.written->manifest.document.key.str();
    members["url"] = backup.url;
  }

  void event(std::string_view name, const Region& region, boost::json::object members) {
    boost::json::object object{{"region", region.str()}};
    for (auto& [key, value] : members) object[key] = std::move(value);
    event(name, std::move(object));
  }
  void event(std::string_view name, boost::json::object members) {
    out_ << event_line(runtime_.now(), name, std::move(members)) << std::flush;
  }

  ProgressOptions options_;
  Runtime& runtime_;
  std::ostream& out_;
  std::map<Region, Told> told_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(ProgressOptions options, Runtime& runtime,
                                        std::ostream& out) {
  switch (options.form) {
    case ProgressOptions::Form::moving:
      return std::make_unique<MovingProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::plain:
      return std::make_unique<PlainProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::json:
      return std::make_unique<JsonProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::none: break;
  }
  return std::make_unique<NoProgress>(options.level, out);
}

}  // namespace ssmb::report
