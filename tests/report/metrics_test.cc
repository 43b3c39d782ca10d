// Metrics: their table, their text and the way back, and what a run leaves of an earlier one's.

#include "report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "measured_runs.h"
#include "tests/support/golden.h"

namespace ssmb::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(MetricsText, IsAsPrometheusReadsIt) {
  ssmb::testing::expect_golden("tests/golden/metrics.prom", exposition(everything()));
}

TEST(MetricsText, HasEveryFamilyOfTheTableOnce) {
  const std::string text = exposition(everything());
  std::set<std::string_view> names;
  std::size_t place = 0;
  for (const MetricFamily& family : metric_families()) {
    SCOPED_TRACE(family.name);
    EXPECT_EQ(static_cast<std::size_t>(family.metric), place++);
    EXPECT_EQ(&family_of(family.metric), &family);
    EXPECT_TRUE(names.insert(family.name).second) << "twice";
    EXPECT_TRUE(family.name.starts_with("ssm_backup_"));
    EXPECT_FALSE(family.name.ends_with("_total")) << "no counter";
    EXPECT_THAT(text, HasSubstr("# TYPE " + std::string(family.name) + " gauge\n"));
  }
}

TEST(MetricsText, IsReadBackAsItWas) {
  Metrics metrics = everything();
  const MetricGroup odd{.env = "a\\b\"c\nd", .command = "backup", .region = "}, x=\"y"};
  metrics[odd] = {{.metric = Metric::last_success, .label = "", .value = 1795698001.123456},
                  {.metric = Metric::copies, .label = "\\n", .value = 0.1}};
  const std::string text = exposition(metrics);
  EXPECT_THAT(text,
              HasSubstr(R"(env="a\\b\"c\nd",command="backup",region="}, x=\"y",state="\\n"})"));
  const auto back = parse_exposition(text);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(exposition(*back), text);
  EXPECT_EQ(back->at(odd), metrics.at(odd));
}

struct Text {
  const char* name;
  const char* text;
  bool ours;
};

TEST(MetricsText, OfSomethingElseIsRefused) {
  const Text rows[] = {
      {"nothing", "", true},
      {"comments and empty lines", "# HELP x y\n\n# z\n", true},
      {"of another version", "ssm_backup_new_thing{env=\"dev\",command=\"backup\"} 7\n", true},
      {"another's", "node_load1 0.5\n", false},
      {"another's with labels", "node_load1{env=\"dev\"} 0.5\n", false},
      {"prose", "root:x:0:0\n", false},
      {"no value", "ssm_backup_success{env=\"dev\"}\n", false},
      {"a value that is none", "ssm_backup_success{env=\"dev\"} x\n", false},
      {"with a timestamp", "ssm_backup_success{env=\"dev\"} 1 2\n", false},
      {"a label without its end", "ssm_backup_success{env=\"dev} 1\n", false},
      {"an escape at the end", "ssm_backup_success{env=\"\\", false},
      {"no labels", "ssm_backup_success 1\n", false},
      {"cut off", "ssm_backup_success{env=\"dev\",comm", false},
  };
  for (const Text& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_exposition(row.text);
    ASSERT_EQ(parsed.has_value(), row.ours);
    if (!parsed) EXPECT_EQ(parsed.error().kind, ErrorKind::corrupt);
    if (parsed) EXPECT_THAT(*parsed, IsEmpty());
  }
}

TEST(AfterRun, AFailureReplacesTheRunAndLeavesTheSnapshot) {
  const auto before =
      backup_metrics(ending(), result_of({kOregon}, {outcome(saved())}), Quotas::minded);
  const auto failed =
      backup_metrics(ending(1), result_of({kOregon}, {outcome(no_backup())}), Quotas::off);
  const auto after = after_run(before, failed, OtherRegions::dropped);
  EXPECT_EQ(value_of(after, Metric::last_success), to_epoch_seconds(kTaken));
  EXPECT_EQ(value_of(after, Metric::parameters), 300);
  EXPECT_EQ(value_of(after, Metric::success), 0);
  EXPECT_EQ(value_of(after, Metric::run_exit_code, "", ""), 1);
  EXPECT_GT(value_of(before, Metric::calls, "GetParameters"), 0);
  EXPECT_EQ(value_of(after, Metric::calls, "GetParameters"), 0) << "not of the run before";
  // And the other way round nothing stands there twice.
  const auto again = after_run(after, before, OtherRegions::dropped);
  EXPECT_EQ(exposition(again), exposition(before));
}

// A drill took away the Regions of the backup that stood there before it.
TEST(AfterRun, ADrillOverAllRegionsLeavesThoseOfTheBackup) {
  const auto backup =
      backup_metrics(ending(), result_of({kOregon}, {outcome(saved())}), Quotas::minded);
  const auto both = after_run(backup, drill_metrics(ending(), drills()), OtherRegions::dropped);
  for (const auto& [group, samples] : backup) {
    ASSERT_TRUE(both.contains(group)) << group.region;
    EXPECT_EQ(both.at(group), samples);
  }
}

struct Beside {
  const char* name;
  MetricGroup group;
  OtherRegions others;
  bool stays;
};

TEST(AfterRun, WhatIsNotOfTheRunStaysButForRegionsThatAreGone) {
  using enum OtherRegions;
  const Beside rows[] = {
      {"another Region of a run over one", {"dev", "backup", "us-east-1"}, kept, true},
      {"another Region of a run over all", {"dev", "backup", "us-east-1"}, dropped, false},
      {"another environment", {"prod", "backup", "us-east-1"}, dropped, true},
      {"the drill", {"dev", "drill", "us-east-1"}, dropped, true},
  };
  const auto now =
      backup_metrics(ending(), result_of({kOregon}, {outcome(saved())}), Quotas::minded);
  for (const Beside& row : rows) {
    SCOPED_TRACE(row.name);
    const Metrics before{{row.group, {{.metric = Metric::success, .label = "", .value = 1}}}};
    EXPECT_EQ(after_run(before, now, row.others).contains(row.group), row.stays);
  }
}

}  // namespace
}  // namespace ssmb::report
