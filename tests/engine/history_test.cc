#include "engine/history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/print_key.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::engine {
namespace {

using namespace std::chrono_literals;
using ssmb::testing::MemoryRepository;
using ssmb::testing::plain_parameter;
using ssmb::testing::SnapshotOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = PastRow::Kind;

const Time kNow = VirtualRuntime::default_start();
const ParameterName kName("/app/dev/p");

const char* word_of(Kind kind) {
  switch (kind) {
    case Kind::first: return "first";
    case Kind::same: return "same";
    case Kind::anew: return "anew";
    case Kind::changed: return "changed";
    case Kind::back: return "back";
    case Kind::removed: return "removed";
    case Kind::absent: return "absent";
    case Kind::unread: return "unread";
  }
  return "?";
}

class HistoryTest : public ::testing::Test {
 protected:
  snapshot::Written write(SnapshotOptions options) {
    options.start = kNow + std::chrono::days{written_++};
    auto written = *runtime_.run(ssmb::testing::write_snapshot(repository_, options));
    EXPECT_TRUE(written) << written.error().what;
    return *written;
  }
  // The parameter with that value and version, among others.
  snapshot::Written write(const char* value, ParameterVersion version, std::vector<Tag> tags = {}) {
    Parameter parameter = plain_parameter(kName.str(), value);
    parameter.version = version;
    parameter.tags = std::move(tags);
    parameter.last_modified_user = "arn:aws:iam::123456789012:user/u";
    return write({.parameters = {plain_parameter("/app/dev/a"), parameter}});
  }
  Result<ParameterHistory> read() {
    auto entries = *runtime_.run(
        snapshot::list_snapshots(repository_, Environment("dev"), Region("us-west-2"), {}));
    repository_.calls.clear();
    return *runtime_.run(read_history(repository_, Region("us-west-2"), *entries, kName,
                                      draw_print_key(runtime_), {}));
  }
  // Newest first: "changed Value,Tags v3".
  std::vector<std::string> told() {
    const auto history = read();
    if (!history) return {history.error().what};
    std::vector<std::string> lines;
    for (const PastRow& row : history->rows) {
      std::string line = word_of(row.kind);
      for (const std::string_view key : keys_of(row.fields)) line += fmt::format(" {}", key);
      if (row.held) line += fmt::format(" v{}", row.held->version);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
  int written_ = 0;
};

TEST_F(HistoryTest, TellsWhatChangedSinceTheSnapshotBefore) {
  write({.count = 2});
  write("a", 1);
  write("a", 1);
  write("b", 2, {{.key = "Owner", .value = "x"}});
  write("b", 3, {{.key = "Owner", .value = "x"}});
  write({.count = 2});
  write("a", 1);
  EXPECT_THAT(told(), ElementsAre("back v1", "removed", "anew v3", "changed Value Tags v2",
                                  "same v1", "back v1", "absent"));
  const auto history = read();
  const auto& rows = history->rows;
  EXPECT_EQ(rows[0].held->value, rows[4].held->value);  // it is the old value again
  EXPECT_NE(rows[2].held->value, rows[4].held->value);
  EXPECT_EQ(rows[0].held->user, "arn:aws:iam::123456789012:user/u");
  EXPECT_EQ(rows[0].time, kNow + std::chrono::days{6});
}

TEST_F(HistoryTest, CostsABlockAndARecordOfEachSnapshot) {
  write("a", 1);
  write("b", 2);
  write({.count = 2});
  ASSERT_TRUE(read());
  std::vector<std::string> kinds;
  for (const std::string& call : repository_.calls)
    kinds.push_back(call.substr(0, call.find(' ')) +
                    (call.ends_with(".index") ? " index" : " document"));
  EXPECT_THAT(kinds, ElementsAre("get_range index", "get_range index", "get_range document",
                                 "get_range index", "get_range document"));
}

TEST_F(HistoryTest, ASnapshotThatCannotBeReadIsNamedAndPassedOver) {
  write("a", 1);
  const auto broken = write("a", 1);
  repository_.objects.at(broken.manifest_key.str()).bytes = "{}";
  const auto torn = write("a", 1);
  std::string& text = repository_.objects.at(torn.manifest.document.key.str()).bytes;
  text.replace(text.find("/app/dev/p"), 10, "/app/dev/q");
  write({.count = 2, .unreadable = {kName.str()}});
  repository_.objects.erase(write("z", 9).manifest_key.str());
  write("a", 1);
  const auto history = read();
  ASSERT_TRUE(history) << history.error().what;
  EXPECT_THAT(told(), ElementsAre("same v1", "unread", "unread", "unread", "first v1"));
  EXPECT_EQ(history->unfinished, 1U);
  EXPECT_THAT(history->rows[1].why, HasSubstr("could not be read then: denied"));
  EXPECT_THAT(history->rows[2].why, HasSubstr("another hash"));
  EXPECT_THAT(history->rows[3].why, HasSubstr("format is missing"));
  EXPECT_EQ(history->rows[3].document, broken.manifest.document.key);
}

TEST_F(HistoryTest, OnlySnapshotsThatWereMeantToHoldItCount) {
  write("a", 1);
  write({.count = 1, .selection = {"/app/dev/0*"}});
  write({.parameters = {plain_parameter(kName.str(), "b")}, .selection = {"/app/dev/p"}});
  EXPECT_THAT(told(), ElementsAre("changed Value v1", "first v1"));
}

// A parameter that had been deleted was called unchanged.
TEST_F(HistoryTest, ADeletedParameterIsRemovedOnce) {
  write("a", 1);
  write({.count = 2, .unreadable = {kName.str()}});
  write({.count = 2});
  write({.count = 2});
  EXPECT_THAT(told(), ElementsAre("absent", "removed", "unread", "first v1"));
}

// Before there were Regions, keys named none: such a document of another Region was mixed in.
TEST_F(HistoryTest, AnotherRegionsOldDocumentIsNotThisOnes) {
  const auto old = [this](const char* day, const char* region, const char* name) {
    repository_.objects[fmt::format("2025-09-{0}/ssm-backup-dev-202509{0}_014349.json", day)] = {
        fmt::format(R"({{"backup_date":"2025-09-{0}","backup_timestamp":"202509{0}_014349",)"
                    R"("environment":"dev","parameter_count":1,"parameters":[{{"Name":"{2}",)"
                    R"("Type":"String","Value":"other","Version":7,"DataType":"text",)"
                    R"("ARN":"arn:aws:ssm:{1}:123456789012:parameter{2}"}}]}})",
                    day, region, name),
        kNow};
  };
  old("04", "us-west-2", "/app/dev/p");
  old("05", "ap-northeast-1", "/app/dev/p");
  old("06", "ap-northeast-1", "/app/dev/q");
  write("other", 1);
  EXPECT_THAT(told(), ElementsAre("anew v1", "first v7"));
}

TEST_F(HistoryTest, AnOldBackupIsReadThrough) {
  repository_.objects["2025-09-04/ssm-backup-dev-20250904_014349.json"] = {
      R"({"backup_date":"2025-09-04","backup_timestamp":"20250904_014349","environment":"dev",)"
      R"("parameter_count":1,"parameters":[{"Name":"/app/dev/p","Type":"String","Value":"a",)"
      R"("Version":1,"DataType":"text"}]})",
      kNow};
  write("a", 1, {{.key = "Owner", .value = "x"}});
  write("b", 2, {{.key = "Owner", .value = "y"}});
  // It says nothing of tiers and tags: they have not changed.
  EXPECT_THAT(told(), ElementsAre("changed Value Tags v2", "same v1", "first v1"));
}

TEST_F(HistoryTest, ABrokenWayIsAnError) {
  write("a", 1);
  write("b", 2);
  repository_.fault = [](std::string_view call, const ObjectKey&) -> std::optional<Error> {
    if (call != "get_range") return std::nullopt;
    return Error{.kind = ErrorKind::unreachable, .what = "gone", .fault = {}, .next = {}};
  };
  EXPECT_THAT(told(), ElementsAre("gone"));
}

}  // namespace
}  // namespace ssmb::engine
