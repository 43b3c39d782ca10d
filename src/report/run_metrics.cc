#include "report/run_metrics.h"

#include <algorithm>
#include <array>

#include "report/copies_text.h"

namespace ssmb::report {
namespace {

using engine::RegionBackup;
using engine::RegionOutcome;
using Samples = std::vector<Sample>;

constexpr const char* kBackup = "backup";
constexpr const char* kDrill = "drill";

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// One group's samples as they come.
class Filling {
 public:
  explicit Filling(Samples& samples) : samples_(samples) {}

  void add(Metric metric, double value, std::string_view label = {}) {
    samples_.push_back({.metric = metric, .label = std::string(label), .value = value});
  }
  void count(Metric metric, std::uint64_t number, std::string_view label = {}) {
    add(metric, static_cast<double>(number), label);
  }
  void flag(Metric metric, bool is) { add(metric, is ? 1 : 0); }
  void time(Metric metric, Time time) { add(metric, to_epoch_seconds(time)); }

 private:
  Samples& samples_;
};

Filling filling(Metrics& metrics, const RunEnding& ending, const char* command,
                const Region& region = {}) {
  return Filling(metrics[{.env = ending.env.str(), .command = command, .region = region.str()}]);
}

// What every run leaves, also one that came to nothing before its first Region.
void add_run(const RunEnding& ending, const char* command, Metrics& metrics) {
  Filling into = filling(metrics, ending, command);
  into.add(Metric::build_info, 1, ending.version);
  into.time(Metric::run_end, ending.at);
  into.add(Metric::run_exit_code, ending.exit_code);
}

void add_copies(const RegionBackup& backup, Filling& into) {
  std::uint64_t lacking = 0;
  for (const char* state : {"copied", "incomplete", "failed"}) {
    const auto count = std::ranges::count_if(backup.copies, [&](const engine::CopyReport& copy) {
      return copy_status(backup, copy) == state;
    });
    into.count(Metric::copies, static_cast<std::uint64_t>(count), state);
  }
  for (const engine::CopyReport& copy : backup.copies) lacking += copy.lacking;
  into.count(Metric::copies_lacking, lacking);
}

void add_snapshot(const RegionBackup& backup, Filling& into) {
  const std::uint64_t failed = failed_count(backup);
  const auto accepted = std::ranges::count(
      unreadable_of(backup), snapshot::Unreadable::Accepted::yes, &snapshot::Unreadable::accepted);
  into.count(Metric::parameters, parameter_count(backup));
  into.count(Metric::unreadable, failed, "no");
  into.count(Metric::unreadable, static_cast<std::uint64_t>(accepted), "yes");
  into.count(Metric::document_bytes, backup.written->manifest.document.size);
  into.flag(Metric::shrunken, engine::is_held_by_shrink(backup));
  add_copies(backup, into);
}

// Groups that a backup may draw on stand there with zero, so that one that is not used any more, or
// that nobody counts any more, does not keep an earlier run's number where metrics of a name are
// replaced as one.
void add_calls(const std::map<std::string, aws::GroupState>& used, Filling& into) {
  constexpr std::array<std::string_view, 6> kReading{
      "ssm:DescribeParameters",  "ssm:GetParameters",       "ssm:GetParameterHistory",
      "ssm:ListTagsForResource", "ssm:GetResourcePolicies", "tag:GetResources"};
  std::map<std::string, aws::GroupState> all = used;
  for (const std::string_view operation : kReading)
    all.try_emplace(std::string(aws::quota_group(operation)));
  for (const auto& [group, state] : all) into.count(Metric::calls, state.calls, group);
  for (const auto& [group, state] : all)
    into.count(Metric::throttled_calls, state.throttles, group);
}

// The newest good snapshot, as far as the run knows of it.
std::optional<Time> last_success(const RegionOutcome& outcome) {
  if (outcome.backup && outcome.backup->written && engine::is_latest(*outcome.backup))
    return outcome.backup->written->manifest.id.time;
  if (outcome.remaining && !outcome.remaining->key.empty()) return outcome.remaining->time;
  return std::nullopt;
}

void add_outcome(const RegionOutcome& outcome, Filling& into) {
  if (const auto time = last_success(outcome)) into.time(Metric::last_success, *time);
  into.time(Metric::region_end, outcome.end);
  into.flag(Metric::success, outcome.backup.has_value());
  into.flag(Metric::complete, outcome.backup && engine::is_complete(*outcome.backup));
  into.add(Metric::duration, seconds(outcome.duration));
  if (outcome.backup && outcome.backup->written) add_snapshot(*outcome.backup, into);
}

void add_not_begun(const BackupResult& result, const Region& region, Time at, Filling& into) {
  const auto left = result.not_begun.find(region);
  if (left != result.not_begun.end() && !left->second.key.empty())
    into.time(Metric::last_success, left->second.time);
  into.time(Metric::region_end, at);
  into.flag(Metric::success, false);
  into.flag(Metric::complete, false);
  into.add(Metric::duration, 0);
}

void add_drilled(const DrilledRegion& drilled, Filling& into) {
  const engine::Drilled& found = drilled.found;
  into.time(Metric::drill_end, found.at);
  into.flag(Metric::drill_proven, drilled.is_whole());
  if (drilled.is_whole()) into.time(Metric::drill_last_proven, found.at);
  into.time(Metric::drill_snapshot, found.source.taken);
  into.count(Metric::drill_parameters, found.proven, "proven");
  into.count(Metric::drill_parameters, found.not_proven, "not_proven");
  into.count(Metric::drill_parameters, found.expired, "expired");
  into.count(Metric::drill_parameters, found.unreadable, "unreadable");
  into.count(Metric::drill_doubtful, found.doubtful);
  const std::uint64_t sampled = drilled.in_store ? drilled.in_store->sampled : 0;
  const std::uint64_t proven = drilled.in_store ? drilled.in_store->proven : 0;
  into.count(Metric::drill_sample, proven, "proven");
  into.count(Metric::drill_sample, sampled - std::min(proven, sampled), "not_proven");
  into.add(Metric::drill_rpo, seconds(found.age));
  into.add(Metric::drill_rto, seconds(found.estimate.duration));
  into.add(Metric::drill_duration, seconds(found.took));
}

}  // namespace

Metrics backup_metrics(const RunEnding& ending, const std::optional<BackupResult>& result,
                       Quotas quotas) {
  Metrics metrics;
  add_run(ending, kBackup, metrics);
  if (!result) return metrics;
  for (const Region& region : result->regions) {
    Filling into = filling(metrics, ending, kBackup, region);
    const auto outcome = std::ranges::find(result->outcomes, region, &RegionOutcome::region);
    const bool begun = outcome != result->outcomes.end();
    if (begun)
      add_outcome(*outcome, into);
    else
      add_not_begun(*result, region, ending.at, into);
    const bool counted = begun && quotas == Quotas::minded;
    add_calls(counted ? outcome->quotas : std::map<std::string, aws::GroupState>(), into);
  }
  return metrics;
}

Metrics drill_metrics(const RunEnding& ending, const std::optional<Drills>& drills) {
  Metrics metrics;
  add_run(ending, kDrill, metrics);
  if (!drills) return metrics;
  for (const DrilledRegion& drilled : drills->regions) {
    Filling into = filling(metrics, ending, kDrill, drilled.region);
    add_drilled(drilled, into);
  }
  for (const auto& [region, error] : drills->unread) {
    Filling into = filling(metrics, ending, kDrill, region);
    into.time(Metric::drill_end, drills->at);
    into.flag(Metric::drill_proven, false);
  }
  return metrics;
}

}  // namespace ssmb::report
