// Metrics: their table, their text and the way back, and what a run leaves of an earlier one's.

#include "report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "report/run_metrics.h"
#include "tests/support/golden.h"

namespace ssmb::report {
namespace {

using engine::RegionBackup;
using engine::RegionOutcome;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Accepted = snapshot::Unreadable::Accepted;

const Time kTaken = *parse_iso8601("2026-11-26T13:00:01Z");
const Region kOregon{"us-west-2"};

RunEnding ending(int exit_code = 0) {
  return {.env = Environment("dev"),
          .at = kTaken + std::chrono::seconds{100},
          .exit_code = exit_code,
          .version = "0.1.0"};
}

BackupResult result_of(std::vector<Region> regions, std::vector<RegionOutcome> outcomes) {
  return {.run = {.env = Environment("dev"), .run_id = RunId("r")},
          .scope = snapshot::Scope::of_environment(Environment("dev")),
          .regions = std::move(regions),
          .outcomes = std::move(outcomes)};
}

snapshot::PointerReport pointer(snapshot::PointerReport::Outcome outcome) {
  return {.pointer = ObjectKey("latest-us-west-2.txt"), .outcome = outcome};
}

RegionBackup saved() {
  snapshot::Written written;
  written.manifest.id = {.environment = Environment("dev"), .region = kOregon, .time = kTaken};
  written.manifest.completeness = snapshot::Completeness::complete;
  written.manifest.document = {.key = ObjectKey("the/document.json"), .size = 2048};
  written.pointers = {pointer(snapshot::PointerReport::Outcome::moved)};
  RegionBackup backup{.totals = {.read = 300}, .start = kTaken};
  backup.written = std::move(written);
  return backup;
}

snapshot::Unreadable unreadable(const std::string& name, Accepted accepted) {
  snapshot::Unreadable out{.name = ParameterName(name)};
  out.accepted = accepted;
  return out;
}

RegionOutcome outcome(Result<RegionBackup> backup) {
  return {.region = kOregon,
          .end = kTaken + std::chrono::seconds{20},
          .duration = std::chrono::milliseconds{19'500},
          .backup = std::move(backup),
          .quotas = {{"GetParameters", {.rate = 20, .calls = 30, .throttles = 2}}}};
}

engine::Remaining left(std::string_view time) {
  return {.key = ObjectKey("an/earlier.json"), .time = *parse_iso8601(time)};
}

std::unexpected<Error> no_backup() { return fail(ErrorKind::denied, "no /app/dev/secret for you"); }

// The value of a metric in us-west-2; nullopt: it is not there.
std::optional<double> value_of(const Metrics& metrics, Metric metric, std::string_view label = {},
                               std::string region = "us-west-2", std::string command = "backup") {
  const auto group = metrics.find({.env = "dev", .command = command, .region = std::move(region)});
  if (group == metrics.end()) return std::nullopt;
  for (const Sample& sample : group->second) {
    if (sample.metric == metric && sample.label == label) return sample.value;
  }
  return std::nullopt;
}

struct Row {
  const char* name;
  RegionOutcome outcome;
  std::optional<double> last_success;
  double success;
  double complete;
};

std::vector<Row> outcomes() {
  std::vector<Row> rows;
  rows.push_back({"whole", outcome(saved()), to_epoch_seconds(kTaken), 1, 1});

  RegionBackup lacking = saved();
  lacking.written->manifest.completeness = snapshot::Completeness::incomplete;
  rows.push_back({"incomplete", outcome(lacking), to_epoch_seconds(kTaken) - 86400, 1, 0});
  rows.back().outcome.remaining = left("2026-11-25T13:00:01Z");

  RegionBackup shrunken = saved();
  shrunken.written->shrink = snapshot::Shrink::shrunk;
  shrunken.written->pointers = {pointer(snapshot::PointerReport::Outcome::kept)};
  rows.push_back({"shrunken", outcome(shrunken), to_epoch_seconds(kTaken) - 86400, 1, 0});
  rows.back().outcome.remaining = left("2026-11-25T13:00:01Z");

  RegionBackup not_copied = saved();
  not_copied.copies = {{.repository = "s3://far", .error = Error{.what = "no"}}};
  rows.push_back({"not copied", outcome(not_copied), to_epoch_seconds(kTaken), 1, 0});

  rows.push_back({"failed, an earlier one is there", outcome(no_backup()),
                  to_epoch_seconds(kTaken) - 86400, 0, 0});
  rows.back().outcome.remaining = left("2026-11-25T13:00:01Z");

  rows.push_back({"failed, and nobody knows what is left", outcome(no_backup()), {}, 0, 0});
  rows.back().outcome.remaining = engine::Remaining{.unknown_because = "S3 does not answer"};
  // Its pointer did not move: nobody has looked what it names.
  rows.push_back({"interrupted before the pointer", outcome(shrunken), {}, 1, 0});
  return rows;
}

TEST(RunMetrics, TheLastSuccessIsTheNewestGoodSnapshotWhateverTheRunCameTo) {
  for (const Row& row : outcomes()) {
    SCOPED_TRACE(row.name);
    const auto metrics =
        backup_metrics(ending(), result_of({kOregon}, {row.outcome}), Quotas::minded);
    EXPECT_EQ(value_of(metrics, Metric::last_success), row.last_success);
    EXPECT_EQ(value_of(metrics, Metric::success), row.success);
    EXPECT_EQ(value_of(metrics, Metric::complete), row.complete);
    EXPECT_EQ(value_of(metrics, Metric::region_end), to_epoch_seconds(kTaken) + 20);
    EXPECT_EQ(value_of(metrics, Metric::duration), 19.5);
    EXPECT_EQ(value_of(metrics, Metric::throttled_calls, "GetParameters"), 2);
    // Not drawn on, and there all the same: an earlier run's number does not stay.
    EXPECT_EQ(value_of(metrics, Metric::calls, "DescribeParameters"), 0);
    EXPECT_THAT(exposition(metrics), Not(HasSubstr("/app/"))) << "a parameter's name";
  }
}

TEST(RunMetrics, ASnapshotIsCounted) {
  RegionBackup backup = saved();
  backup.written->manifest.unreadable = {unreadable("/app/dev/a", Accepted::no),
                                         unreadable("/app/dev/b", Accepted::yes),
                                         unreadable("/app/dev/c", Accepted::yes)};
  backup.copies = {{.repository = "s3://one", .copied = {ObjectKey("the/document.json")}},
                   {.repository = "s3://two", .lacking = 3, .error = Error{.what = "no"}},
                   {.repository = "s3://three",
                    .copied = {ObjectKey("the/document.json")},
                    .lacking = 1,
                    .error = Error{.what = "no"}}};
  const auto metrics =
      backup_metrics(ending(3), result_of({kOregon}, {outcome(backup)}), Quotas::off);
  EXPECT_EQ(value_of(metrics, Metric::parameters), 300);
  EXPECT_EQ(value_of(metrics, Metric::unreadable, "no"), 1);
  EXPECT_EQ(value_of(metrics, Metric::unreadable, "yes"), 2);
  EXPECT_EQ(value_of(metrics, Metric::document_bytes), 2048);
  EXPECT_EQ(value_of(metrics, Metric::shrunken), 0);
  for (const char* state : {"copied", "incomplete", "failed"})
    EXPECT_EQ(value_of(metrics, Metric::copies, state), 1) << state;
  EXPECT_EQ(value_of(metrics, Metric::copies_lacking), 4);
  EXPECT_EQ(value_of(metrics, Metric::calls, "GetParameters"), std::nullopt) << "nobody counted";
  EXPECT_EQ(value_of(metrics, Metric::run_exit_code, "", ""), 3);
}

TEST(RunMetrics, ARegionThatWasNeverBegunHasNoSuccessAndKeepsItsLastOne) {
  BackupResult result = result_of({kOregon, Region("us-east-1")}, {outcome(no_backup())});
  result.not_begun = {{Region("us-east-1"), left("2026-11-24T13:00:01Z")}};
  const auto metrics = backup_metrics(ending(1), result, Quotas::minded);
  EXPECT_EQ(value_of(metrics, Metric::success, "", "us-east-1"), 0);
  EXPECT_EQ(value_of(metrics, Metric::last_success, "", "us-east-1"),
            to_epoch_seconds(kTaken) - 2 * 86400);
  EXPECT_EQ(value_of(metrics, Metric::duration, "", "us-east-1"), 0);
}

TEST(RunMetrics, ARunThatCameToNoRegionSaysSo) {
  const auto metrics = backup_metrics(ending(2), std::nullopt, Quotas::minded);
  EXPECT_EQ(metrics.size(), 1U);
  EXPECT_EQ(value_of(metrics, Metric::run_exit_code, "", ""), 2);
  EXPECT_EQ(value_of(metrics, Metric::run_end, "", ""), to_epoch_seconds(kTaken) + 100);
}

Drills drills() {
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

TEST(RunMetrics, ADrillThatProvesNothingLeavesTheTimeOfTheLastProof) {
  Drills found = drills();
  const auto at = [&found](Metric metric, std::string_view label = {},
                           const char* region = "us-west-2") {
    return value_of(drill_metrics(ending(4), found), metric, label, region, "drill");
  };
  EXPECT_EQ(at(Metric::drill_proven), 0);
  EXPECT_EQ(at(Metric::drill_last_proven), std::nullopt);
  EXPECT_EQ(at(Metric::drill_end), to_epoch_seconds(kTaken) + 7200);
  EXPECT_EQ(at(Metric::drill_parameters, "not_proven"), 2);
  EXPECT_EQ(at(Metric::drill_parameters, "unreadable"), 4);
  EXPECT_EQ(at(Metric::drill_sample, "proven"), 0);
  EXPECT_EQ(at(Metric::drill_rpo), 7200);
  EXPECT_EQ(at(Metric::drill_rto), 90);
  EXPECT_EQ(at(Metric::drill_proven, "", "us-east-1"), 0);
  EXPECT_EQ(at(Metric::drill_rpo, "", "us-east-1"), std::nullopt);

  found.regions[0].found.not_proven = found.regions[0].found.unreadable = 0;
  found.regions[0].in_store = engine::Scratched{.sampled = 5, .proven = 5};
  EXPECT_EQ(at(Metric::drill_proven), 1);
  EXPECT_EQ(at(Metric::drill_last_proven), to_epoch_seconds(kTaken) + 7200);
  EXPECT_EQ(at(Metric::drill_sample, "proven"), 5);
  found.regions[0].in_store->findings = {{ParameterName("/app/dev/a"), "differs"}};
  found.regions[0].in_store->proven = 4;
  EXPECT_EQ(at(Metric::drill_proven), 0);
  EXPECT_EQ(at(Metric::drill_sample, "not_proven"), 1);
}

// All there is: the documents' table, rules and dashboard are held against this text.
Metrics everything() {
  RegionBackup backup = saved();
  backup.copies = {{.repository = "s3://one", .copied = {ObjectKey("the/document.json")}}};
  const auto result = result_of({kOregon}, {outcome(backup)});
  Drills found = drills();
  found.unread.clear();
  found.regions[0].found.not_proven = found.regions[0].found.unreadable = 0;
  return after_run(backup_metrics(ending(), result, Quotas::minded), drill_metrics(ending(), found),
                   OtherRegions::kept);
}

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
  metrics[odd] = {{.metric = Metric::copies, .label = "\\n", .value = 0.1},
                  {.metric = Metric::last_success, .label = "", .value = 1795698001.123456}};
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
  EXPECT_EQ(value_of(after, Metric::calls, "GetParameters"), std::nullopt) << "of the run before";
  // And the other way round nothing stands there twice.
  const auto again = after_run(after, before, OtherRegions::dropped);
  EXPECT_EQ(exposition(again), exposition(before));
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
