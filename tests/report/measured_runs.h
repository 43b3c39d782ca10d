// Runs whose metrics are asked for, as the engine would have left them.
#pragma once

#include <optional>

#include "report/run_metrics.h"

namespace ssmb::report {

using engine::RegionBackup;
using engine::RegionOutcome;
using Accepted = snapshot::Unreadable::Accepted;

inline const Time kTaken = *parse_iso8601("2026-11-26T13:00:01Z");
inline const Region kOregon{"us-west-2"};

inline RunEnding ending(int exit_code = 0) {
  return {.env = Environment("dev"),
          .at = kTaken + std::chrono::seconds{100},
          .exit_code = exit_code,
          .version = "0.1.0"};
}

inline BackupResult result_of(std::vector<Region> regions, std::vector<RegionOutcome> outcomes) {
  return {.run = {.env = Environment("dev"), .run_id = RunId("r")},
          .scope = snapshot::Scope::of_environment(Environment("dev")),
          .regions = std::move(regions),
          .outcomes = std::move(outcomes)};
}

inline snapshot::PointerReport pointer(snapshot::PointerReport::Outcome outcome) {
  return {.pointer = ObjectKey("latest-us-west-2.txt"), .outcome = outcome};
}

inline RegionBackup saved() {
  snapshot::Written written;
  written.manifest.id = {.environment = Environment("dev"), .region = kOregon, .time = kTaken};
  written.manifest.completeness = snapshot::Completeness::complete;
  written.manifest.document = {.key = ObjectKey("the/document.json"), .size = 2048};
  written.pointers = {pointer(snapshot::PointerReport::Outcome::moved)};
  RegionBackup backup{.totals = {.read = 300}, .start = kTaken};
  backup.written = std::move(written);
  return backup;
}

inline snapshot::Unreadable unreadable(const std::string& name, Accepted accepted) {
  snapshot::Unreadable out{.name = ParameterName(name)};
  out.accepted = accepted;
  return out;
}

inline RegionOutcome outcome(Result<RegionBackup> backup) {
  return {.region = kOregon,
          .end = kTaken + std::chrono::seconds{20},
          .duration = std::chrono::milliseconds{19'500},
          .backup = std::move(backup),
          .quotas = {{"GetParameters", {.rate = 20, .calls = 30, .throttles = 2}}}};
}

inline engine::Remaining left(std::string_view time) {
  return {.key = ObjectKey("an/earlier.json"), .time = *parse_iso8601(time)};
}

inline std::unexpected<Error> no_backup() {
  return fail(ErrorKind::denied, "no /app/dev/secret for you");
}

// The value of a metric in us-west-2; nullopt: it is not there.
inline std::optional<double> value_of(const Metrics& metrics, Metric metric,
                                      std::string_view label = {}, std::string region = "us-west-2",
                                      std::string command = "backup") {
  const auto group = metrics.find({.env = "dev", .command = command, .region = std::move(region)});
  if (group == metrics.end()) return std::nullopt;
  for (const Sample& sample : group->second) {
    if (sample.metric == metric && sample.label == label) return sample.value;
  }
  return std::nullopt;
}

inline Drills drills() {
  engine::Drilled found;
  found.source.taken = kTaken;
  found.parameters = 12;
  found.proven = 9;
  found.not_proven = 2;
  found.expired = 1;
  found.unreadable = 4;
  found.doubtful = 3;
  found.age = std::chrono::hours{2};
  found.estimate.duration = std::chrono::seconds{90};
  found.at = kTaken + std::chrono::hours{2};
  found.took = std::chrono::milliseconds{250};
  Drills out{.env = Environment("dev"), .at = found.at, .regions = {}, .unread = {}};
  out.regions.push_back({.region = kOregon, .found = found});
  out.unread.emplace_back(Region("us-east-1"), Error{.what = "no pointer"});
  return out;
}

// All there is: the documents' table, rules and dashboard are held against this text.
inline Metrics everything() {
  RegionBackup backup = saved();
  backup.copies = {{.repository = "s3://one", .copied = {ObjectKey("the/document.json")}}};
  const auto result = result_of({kOregon}, {outcome(backup)});
  Drills found = drills();
  found.unread.clear();
  found.regions[0].found.not_proven = found.regions[0].found.unreadable = 0;
  return after_run(backup_metrics(ending(), result, Quotas::minded), drill_metrics(ending(), found),
                   OtherRegions::kept);
}

}  // namespace ssmb::report
