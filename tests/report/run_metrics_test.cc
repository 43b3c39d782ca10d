// What of a backup and a drill is exported.

#include "report/run_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "measured_runs.h"

namespace ssmb::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
  for (const Metric metric : {Metric::calls, Metric::throttled_calls})
    EXPECT_EQ(value_of(metrics, metric, "GetParameters"), 0)
        << "a Pushgateway keeps none of before";
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

}  // namespace
}  // namespace ssmb::report
