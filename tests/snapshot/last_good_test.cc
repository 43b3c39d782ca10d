// The shrink guard where the pointer, or what it names, is not what it should be.
#include "snapshot/last_good.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::MemoryRepository;
using testing::SnapshotOptions;
using testing::write_snapshot;
using Outcome = PointerReport::Outcome;

const Time kNow = VirtualRuntime::default_start();
const char* const kLatest = "latest-us-west-2.txt";

class LastGoodTest : public ::testing::Test {
 protected:
  Written write(SnapshotOptions options) {
    auto written = *runtime_.run(write_snapshot(repository_, std::move(options)));
    EXPECT_TRUE(written) << written.error().what;
    return *written;
  }
  std::string& bytes(const ObjectKey& key) { return repository_.objects.at(key.str()).bytes; }
  std::string latest() { return repository_.objects[kLatest].bytes; }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

// A damaged pointer switched the guard off; one to a broken snapshot held a good one back.
TEST_F(LastGoodTest, ADamagedPointerNeitherOpensTheGuardNorHoldsAGoodSnapshotBack) {
  const struct {
    const char* name;
    void (*damage)(MemoryRepository&, const Written& newest);
    const char* says;
  } rows[] = {
      {"garbage",
       [](MemoryRepository& r, const Written&) { r.objects[kLatest] = {"rubbish", kNow}; },
       "it named 'rubbish', "},
      {"empty", [](MemoryRepository& r, const Written&) { r.objects[kLatest] = {"", kNow}; },
       "it named '', "},
      {"missing", [](MemoryRepository& r, const Written&) { r.objects.erase(kLatest); },
       "it was missing"},
      {"document missing",
       [](MemoryRepository& r, const Written& w) {
         r.objects.erase(w.manifest.document.key.str());
       },
       "which is missing"},
      {"expired",
       [](MemoryRepository& r, const Written& w) {
         r.objects.erase(w.manifest.document.key.str());
         r.objects.erase(w.manifest_key.str());
       },
       "which is missing"},
      {"document truncated",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest.document.key.str()).bytes.resize(100);
       },
       "which is broken: its size is not the one"},
      {"document truncated, manifest gone",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest.document.key.str()).bytes.resize(100);
         r.objects.erase(w.manifest_key.str());
       },
       "whose run did not end"},
      {"manifest garbage",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest_key.str()).bytes = "{}";
       },
       "which is broken: the manifest"},
      {"old document truncated",
       [](MemoryRepository& r, const Written&) {
         const std::string old =
             "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_123000.json";
         r.objects[old] = {R"({"backup_date": "2026)", kNow};
         r.objects[kLatest] = {old, kNow};
       },
       "which is broken"},
  };
  for (const auto& row : rows) {
    for (const int count : {10, 2}) {
      SCOPED_TRACE(std::string(row.name) + ", " + std::to_string(count));
      repository_.objects.clear();
      write({.start = kNow - 48h, .count = 10});
      const Written newest = write({.start = kNow - 24h, .count = 10});
      row.damage(repository_, newest);
      const Written written = write({.start = kNow, .count = count});
      EXPECT_EQ(written.last_good_count, 10U);
      const PointerReport& report = written.pointers.at(0);
      EXPECT_EQ(report.outcome, count == 10 ? Outcome::repaired : Outcome::kept) << report.why;
      EXPECT_THAT(report.why, HasSubstr(row.says));
      EXPECT_EQ(latest() == written.manifest.document.key.str() + "\n", count == 10);
    }
  }
}

// With no other snapshot, one damaged object must not open the guard.
TEST_F(LastGoodTest, WhatIsLeftOfTheOnlySnapshotStillCounts) {
  const struct {
    const char* name;
    void (*damage)(MemoryRepository&, const Written&);
  } rows[] = {
      {"document missing",
       [](MemoryRepository& r, const Written& w) {
         r.objects.erase(w.manifest.document.key.str());
       }},
      {"document truncated",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest.document.key.str()).bytes.resize(100);
       }},
      {"manifest missing",
       [](MemoryRepository& r, const Written& w) { r.objects.erase(w.manifest_key.str()); }},
      {"manifest garbage",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest_key.str()).bytes = "{}";
       }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    repository_.objects.clear();
    row.damage(repository_, write({.start = kNow - 24h, .count = 10}));
    const Written written = write({.start = kNow, .count = 2});
    EXPECT_EQ(written.shrink, Shrink::shrunk);
    EXPECT_EQ(written.pointers.at(0).outcome, Outcome::kept);
  }
}

// The shrunken ones that moved nothing are complete and newer than the last good one.
TEST_F(LastGoodTest, AShrunkenSnapshotThatMovedNothingDoesNotBecomeGoodWithAge) {
  write({.start = kNow - 72h, .count = 10});
  write({.start = kNow - 48h, .count = 4});
  write({.start = kNow - 24h, .count = 4});
  repository_.objects.erase(kLatest);
  const Written written = write({.start = kNow, .count = 4});
  EXPECT_EQ(written.last_good_count, 10U);
  EXPECT_EQ(written.pointers.at(0).outcome, Outcome::kept);
  EXPECT_FALSE(repository_.objects.contains(kLatest));
}

TEST_F(LastGoodTest, ABrokenSnapshotThatIsNewerDoesNotKeepThePointer) {
  const Written newer = write({.start = kNow + 5min});
  bytes(newer.manifest.document.key).pop_back();
  const Written written = write({.start = kNow});
  EXPECT_EQ(written.pointers.at(0).outcome, Outcome::repaired) << written.pointers.at(0).why;
  EXPECT_EQ(latest(), written.manifest.document.key.str() + "\n");
}

// Monday's 10, judged beside the 60 to which the pointer moved at night, was called shrunken.
TEST_F(LastGoodTest, WhatCameLaterIsNoLastGoodOne) {
  write({.start = kNow - 48h, .count = 9});
  const Written monday = write({.start = kNow - 24h, .count = 10});
  const Written tuesday = write({.start = kNow, .count = 60});
  const auto before = [this](const Written& written) {
    return *runtime_.run(find_last_good(repository_, written.manifest.id, DefaultRegion::yes, {}));
  };
  EXPECT_EQ(before(monday).parameter_count, 9U);
  EXPECT_EQ(before(monday).named, tuesday.manifest.document.key);
  EXPECT_FALSE(before(monday).distrusted);
  // It has let this one pass.
  EXPECT_EQ(before(tuesday).parameter_count, 60U);
  SnapshotId first = monday.manifest.id;
  first.time = kNow - 72h;
  EXPECT_EQ(
      (*runtime_.run(find_last_good(repository_, first, DefaultRegion::yes, {}))).parameter_count,
      std::nullopt);
}

// Nobody's pointer names such a one; it held back every snapshot until its time had come.
TEST_F(LastGoodTest, APointerToAPartialSnapshotOrAFutureOneIsReplaced) {
  for (const bool partial : {true, false}) {
    SCOPED_TRACE(partial);
    repository_.objects.clear();
    write({.start = kNow - 24h, .count = 10});
    const Written wrong = partial
                              ? write({.start = kNow + 5min, .count = 100, .selection = {"/app/*"}})
                              : write({.start = kNow + 1h, .count = 100});
    repository_.objects[kLatest] = {wrong.manifest.document.key.str(), kNow};
    const Written written = write({.start = kNow, .count = 10});
    EXPECT_EQ(written.last_good_count, 10U);
    EXPECT_EQ(written.pointers.at(0).outcome, Outcome::repaired) << written.pointers.at(0).why;
    EXPECT_EQ(latest(), written.manifest.document.key.str() + "\n");
  }
}

// "latest-us-west-2.txt still names X" was said where only the old latest.txt spoke.
TEST_F(LastGoodTest, WhatLatestTxtNamesIsNotSaidOfTheRegionsPointer) {
  write({.start = kNow - 24h, .count = 10, .default_region = DefaultRegion::yes});
  repository_.objects.erase(kLatest);
  const Written written = write({.start = kNow, .count = 2, .default_region = DefaultRegion::yes});
  EXPECT_EQ(written.last_good_count, 10U);
  EXPECT_EQ(written.pointers.at(0).pointer.str(), kLatest);
  EXPECT_EQ(written.pointers.at(0).target, ObjectKey());
}

// Without the metadata the scope is assumed; where the environment has globs of its own, that is
// another one, and the pointer must not move to it.
TEST_F(LastGoodTest, AnAssumedScopeMovesThePointerOnlyWhereItIsTheEnvironments) {
  const struct {
    const char* name;
    std::vector<std::string> before;
    std::vector<std::string> now;
    ScopeFrom from;
    Outcome outcome;
  } rows[] = {
      {"assumed, and another", {"/app/*"}, {}, ScopeFrom::assumed, Outcome::failed},
      {"assumed, and the same", {}, {}, ScopeFrom::assumed, Outcome::moved},
      {"changed in the metadata",
       {"/app/*"},
       {"/app/*", "/db/*"},
       ScopeFrom::known,
       Outcome::moved},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    repository_.objects.clear();
    write({.start = kNow - 24h, .include = row.before});
    const Written written = write({.start = kNow,
                                   .include = row.now,
                                   .scope_from = row.from,
                                   .accept_shrink = AcceptShrink::yes});
    const PointerReport& report = written.pointers.at(0);
    EXPECT_EQ(report.outcome, row.outcome) << report.why;
    if (row.outcome == Outcome::failed)
      EXPECT_THAT(report.why, HasSubstr("the last good snapshot's is default: /app/*"));
  }
}

}  // namespace
}  // namespace ssmb::snapshot
