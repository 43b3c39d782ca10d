#include "snapshot/as_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using testing::MemoryRepository;
using testing::SnapshotOptions;
using testing::write_snapshot;

const Time kNow = VirtualRuntime::default_start();
constexpr const char* kOld =
    R"({"backup_date": "2026-11-19", "backup_timestamp": "20261119_130000", "environment": "dev")";

class AsOfTime : public ::testing::Test {
 protected:
  Written write(SnapshotOptions options) {
    auto written = *runtime_.run(write_snapshot(repository_, std::move(options)));
    EXPECT_TRUE(written) << written.error().what;
    return *written;
  }
  Result<AsOf> as_of(Time time) {
    return *runtime_.run(
        complete_as_of(repository_, Environment("dev"), Region("us-west-2"), time, {}));
  }
  // "<found> | <passed over>... | <oldest>", by their keys' times.
  std::string told(Time time) {
    const auto found = as_of(time);
    if (!found) return found.error().what;
    std::string text = found->found ? to_timestamp(found->found->id.time) : "-";
    text += " |";
    for (const Entry& entry : found->passed_over)
      text += fmt::format(" {} {}", to_timestamp(entry.id.time), to_string(entry.state));
    return text + " | " + (found->oldest ? to_timestamp(found->oldest->id.time) : "-");
  }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

TEST_F(AsOfTime, TheNewestCompleteOneThatWasStartedByThen) {
  write({.start = kNow});
  write({.start = kNow - 1h, .unreadable = {"/app/dev/x"}});
  write({.start = kNow - 2h, .selection = {"/app/*"}});
  write({.start = kNow - 3h + 500ms});
  repository_.objects.erase(write({.start = kNow - 4h}).manifest_key.str());
  write({.start = kNow - 5h, .environment = "prod"});
  write({.start = kNow - 5h, .region = "eu-west-1"});
  repository_.objects.at(write({.start = kNow - 6h}).manifest_key.str()).bytes = "{}";
  repository_.objects["2026-11-19/us-west-2/ssm-backup-dev-us-west-2-20261119_130000.json"] = {
      kOld, kNow};
  repository_.objects["2026-11-18/ssm-backup-dev-20261118_130000.json"] = {kOld, kNow};
  const struct {
    const char* name;
    Time time;
    const char* told;
  } rows[] = {
      {"now", kNow, "20261122_130000 | | -"},
      {"years later", kNow + 24h * 1000, "20261122_130000 | | -"},
      {"just before the newest", kNow - 1us, "20261122_100000 | 20261122_120000 incomplete | -"},
      {"the very second that list prints", kNow - 3h, "20261122_100000 | | -"},
      {"a second earlier", kNow - 3h - 1s,
       "20261119_130000 | 20261122_090000 unfinished 20261122_070000 broken | -"},
      {"an old one", kNow - 72h, "20261119_130000 | | -"},
      {"the oldest, which names no Region", kNow - 73h, "20261118_130000 | | -"},
      {"none is that old", kNow - 24h * 30, "- | | 20261118_130000"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(told(row.time), row.told);
  }
}

TEST_F(AsOfTime, AnEmptyRepositoryHasNone) { EXPECT_EQ(told(kNow), "- | | -"); }

TEST_F(AsOfTime, AnIncompleteOneIsNotTheOldest) {
  write({.start = kNow - 2h, .unreadable = {"/app/dev/x"}});
  write({.start = kNow - 1h});
  EXPECT_EQ(told(kNow - 3h), "- | | 20261122_120000");
}

// Two runs of one second: the second's key is a second later than its start.
TEST_F(AsOfTime, TheStartCountsNotTheKey) {
  write({.start = kNow - 1h});
  write({.start = kNow - 1h, .count = 3});
  EXPECT_EQ(told(kNow - 1h), "20261122_120001 | | -");
}

// --as-of took the shrunken or the empty one, and said nothing.
TEST_F(AsOfTime, AShrunkenOneIsPassedOverWithAWord) {
  write({.start = kNow - 6h, .count = 10});
  write({.start = kNow - 5h, .count = 4});
  write({.start = kNow - 4h, .count = 0});
  write({.start = kNow - 3h, .count = 9});
  write({.start = kNow - 2h, .count = 100});
  EXPECT_EQ(told(kNow), "20261122_110000 | | -");
  EXPECT_EQ(told(kNow - 3h), "20261122_100000 | | -");  // that it grew later says nothing
  EXPECT_EQ(told(kNow - 4h),
            "20261122_070000 | 20261122_090000 complete 20261122_080000 complete | -");
  const auto found = as_of(kNow - 4h);
  EXPECT_EQ(found->passed_over.at(0).problem, "it holds no parameters");
  EXPECT_EQ(found->passed_over.at(1).problem,
            "it holds 4 parameters, the last good one before it 10");
  EXPECT_EQ(told(kNow - 7h), "- | | 20261122_070000");
}

// Which day it was accepted no manifest says: what is no fewer than the latest may be restored.
TEST_F(AsOfTime, AfterAnAcceptedShrinkingTheSmallerOnesAreGood) {
  write({.start = kNow - 5h, .count = 10});
  write({.start = kNow - 4h, .count = 4, .accept_shrink = AcceptShrink::yes});
  write({.start = kNow - 3h, .count = 4});
  write({.start = kNow - 2h, .count = 5});
  EXPECT_EQ(told(kNow - 3h), "20261122_100000 | | -");
  EXPECT_EQ(told(kNow - 4h), "20261122_090000 | | -");
  EXPECT_EQ(told(kNow - 5h), "20261122_080000 | | -");
}

TEST_F(AsOfTime, WhatCannotBeReadIsPassedOverAndABrokenWayIsAnError) {
  write({.start = kNow - 2h});
  const Written closed = write({.start = kNow - 1h});
  ErrorKind kind = ErrorKind::denied;
  repository_.fault = [&](std::string_view, const ObjectKey& key) -> std::optional<Error> {
    if (key != closed.manifest_key) return std::nullopt;
    return Error{.kind = kind, .what = "no way", .fault = {}, .next = {}};
  };
  EXPECT_EQ(told(kNow), "20261122_110000 | 20261122_120000 unread | -");
  kind = ErrorKind::unreachable;
  EXPECT_EQ(told(kNow), "no way");
}

}  // namespace
}  // namespace ssmb::snapshot
