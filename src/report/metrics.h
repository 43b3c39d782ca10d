// Metrics for Prometheus: the one table of what is exported, and the text in which it stands.
//
// Text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
// Names: https://prometheus.io/docs/practices/naming/. All are gauges: a process lives for one run,
// so that nothing of it ever counts on. Pure, and never a parameter's name.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ssmb::report {

// In the order of the table and of the text.
enum class Metric {
  build_info,
  run_end,
  run_exit_code,
  last_success,
  region_end,
  success,
  complete,
  duration,
  parameters,
  unreadable,
  document_bytes,
  shrunken,
  copies,
  copies_lacking,
  calls,
  throttled_calls,
  drill_end,
  drill_proven,
  drill_last_proven,
  drill_snapshot,
  drill_parameters,
  drill_doubtful,
  drill_sample,
  drill_rpo,
  drill_rto,
  drill_duration,
};

struct MetricFamily {
  Metric metric;
  std::string_view name;
  std::string_view help;
  std::string_view label = {};  // beside those of the group; empty: none
  enum class Of { run, region } of = Of::region;
  // A run that has nothing new to say of it leaves it as it was: what is known of the newest
  // snapshot is not lost by a run that brings none.
  enum class Stays { no, yes } stays = Stays::no;
};

std::span<const MetricFamily> metric_families();
const MetricFamily& family_of(Metric metric);

// What is replaced as one: a Region's part of a command, or the run itself, without a Region. A
// Pushgateway groups by the same.
struct MetricGroup {
  std::string env;
  std::string command;  // "backup", "drill"
  std::string region;   // empty: the run as a whole

  auto operator<=>(const MetricGroup&) const = default;
};

struct Sample {
  Metric metric = Metric::build_info;
  std::string label;  // the value of the family's own label
  double value = 0;

  bool operator==(const Sample&) const = default;
};

using Metrics = std::map<MetricGroup, std::vector<Sample>>;

// Families in the order of the table, each with HELP and TYPE; the same metrics give the same text.
std::string exposition(const Metrics& metrics);

// The reverse, of what exposition() has written. A family of ours that the table does not have
// (another version's) is passed over. corrupt: it holds something else.
Result<Metrics> parse_exposition(std::string_view text);

// What becomes of Regions that stand in a file, are of the same environment and command, and not of
// this run.
enum class OtherRegions { kept, dropped };
// A file's metrics after a run. Other environments and commands stay as they are.
Metrics after_run(Metrics before, Metrics now, OtherRegions others);

}  // namespace ssmb::report
