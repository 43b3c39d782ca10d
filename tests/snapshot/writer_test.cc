#include "snapshot/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "runtime/virtual_runtime.h"
#include "snapshot/last_good.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryRepository;
using testing::plain_parameter;
using testing::SnapshotOptions;
using testing::write_snapshot;
using Outcome = PointerReport::Outcome;

const Time kNow = VirtualRuntime::default_start();
const char* const kDocument = "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130000.json";
const char* const kOld = "2026-11-21/us-west-2/ssm-backup-dev-us-west-2-20261121_130000.json";
const char* const kOldManifest = "manifests/dev/us-west-2/20261121_130000.json";

class Writer : public ::testing::Test {
 protected:
  Result<Written> write(SnapshotOptions options) {
    return *runtime_.run(write_snapshot(repository_, std::move(options)));
  }
  std::vector<std::string> keys() {
    std::vector<std::string> all;
    for (const auto& [key, held] : repository_.objects) all.push_back(key);
    return all;
  }
  std::vector<std::pair<std::string, Outcome>> outcomes(const Written& written) {
    std::vector<std::pair<std::string, Outcome>> all;
    for (const auto& report : written.pointers)
      all.emplace_back(report.pointer.str(), report.outcome);
    return all;
  }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

TEST_F(Writer, DocumentIndexManifestPointersInThisOrder) {
  const auto written = write({.start = kNow, .count = 3, .default_region = DefaultRegion::yes});
  ASSERT_TRUE(written) << written.error().what;
  std::vector<std::string> writes;
  for (const std::string& call : repository_.calls)
    if (call.starts_with("commit") || call.starts_with("put_new") || call.starts_with("replace"))
      writes.push_back(call);
  EXPECT_THAT(writes, ElementsAre("commit " + std::string(kDocument),
                                  "commit manifests/dev/us-west-2/20261122_130000.index",
                                  "put_new manifests/dev/us-west-2/20261122_130000.json",
                                  "replace latest-us-west-2.txt", "replace latest.txt"));
  EXPECT_EQ(repository_.objects["latest.txt"].bytes, std::string(kDocument) + "\n");

  const std::string& document = repository_.objects[kDocument].bytes;
  EXPECT_EQ(written->manifest.document.size, document.size());
  EXPECT_EQ(written->manifest.document.sha256, sha256(document));
  EXPECT_EQ(boost::json::parse(document).at("parameter_count").as_int64(), 3);
  const auto manifest = decode_manifest(repository_.objects[written->manifest_key.str()].bytes);
  ASSERT_TRUE(manifest) << manifest.error().what;
  EXPECT_EQ(*manifest, written->manifest);
  EXPECT_EQ(manifest->completeness, Completeness::complete);
  const std::vector<TypeCount> types{{.type = "String", .count = 3}};
  EXPECT_EQ(manifest->types, types);
  EXPECT_FALSE(manifest->parent);
}

TEST_F(Writer, ATakenKeyAddsASecondAndTheParentIsTheNewestManifest) {
  ASSERT_TRUE(write({.start = kNow}));
  const auto second = write({.start = kNow + 400ms});
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(to_timestamp(second->manifest.id.time), "20261122_130001");
  EXPECT_EQ(second->manifest.start, kNow + 400ms);
  ASSERT_TRUE(second->manifest.parent);
  EXPECT_EQ(second->manifest.parent->key.str(), "manifests/dev/us-west-2/20261122_130000.json");
  EXPECT_EQ(second->manifest.parent->sha256,
            sha256(repository_.objects["manifests/dev/us-west-2/20261122_130000.json"].bytes));
  // A partial one shares neither manifest nor index with a full one of the same second.
  const auto partial = write({.start = kNow, .selection = {"/app/*"}});
  ASSERT_TRUE(partial) << partial.error().what;
  EXPECT_EQ(partial->manifest.document.key.str(),
            "2026-11-22/us-west-2/partial-dev-us-west-2-20261122_130002.json");
  EXPECT_THAT(partial->pointers, IsEmpty());
}

TEST_F(Writer, OnlyACompleteSnapshotMovesThePointer) {
  ASSERT_TRUE(write({.start = kNow}));
  const auto incomplete = write({.start = kNow + 1min, .unreadable = {"/app/dev/x"}});
  ASSERT_TRUE(incomplete) << incomplete.error().what;
  EXPECT_EQ(incomplete->manifest.completeness, Completeness::incomplete);
  EXPECT_THAT(outcomes(*incomplete),
              ElementsAre(std::pair("latest-us-west-2.txt", Outcome::kept),
                          std::pair("latest-incomplete-us-west-2.txt", Outcome::moved)));
  EXPECT_EQ(incomplete->pointers[0].target.str(), kDocument);
  EXPECT_EQ(repository_.objects["latest-us-west-2.txt"].bytes, std::string(kDocument) + "\n");

  const auto accepted =
      write({.start = kNow + 2min, .accepted = {"/app/dev/x"}, .vanished = {"/v"}});
  ASSERT_TRUE(accepted) << accepted.error().what;
  EXPECT_EQ(accepted->manifest.completeness, Completeness::complete);
  EXPECT_THAT(outcomes(*accepted), ElementsAre(std::pair("latest-us-west-2.txt", Outcome::moved)));

  const auto broken_off = write({.start = kNow + 3min, .completeness = Completeness::incomplete});
  EXPECT_EQ(broken_off->manifest.completeness, Completeness::incomplete);
}

TEST_F(Writer, AShrunkenSnapshotIsKeptAndMovesNothing) {
  const struct {
    const char* name;
    int count;
    AcceptShrink accept;
    Shrink shrink;
    bool moved;
  } rows[] = {
      {"exactly 20 % fewer", 8, AcceptShrink::no, Shrink::none, true},
      {"over 20 % fewer", 6, AcceptShrink::no, Shrink::shrunk, false},
      {"none", 0, AcceptShrink::no, Shrink::empty, false},
      {"accepted", 6, AcceptShrink::yes, Shrink::shrunk, true},
      {"none, accepted", 0, AcceptShrink::yes, Shrink::empty, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    repository_.objects.clear();
    ASSERT_TRUE(write({.start = kNow - 24h, .count = 10}));
    const auto written = write({.start = kNow, .count = row.count, .accept_shrink = row.accept});
    ASSERT_TRUE(written) << written.error().what;
    EXPECT_EQ(written->shrink, row.shrink);
    EXPECT_EQ(written->last_good_count, 10U);
    EXPECT_EQ(repository_.objects["latest-us-west-2.txt"].bytes == std::string(kDocument) + "\n",
              row.moved);
    EXPECT_EQ(written->manifest.completeness, Completeness::complete);
  }
}

TEST_F(Writer, TheOldPipelinesBackupCountsForTheShrinkGuard) {
  const std::string old = "2026-11-21/us-west-2/ssm-backup-dev-us-west-2-20261121_130000.json";
  repository_.objects[old] = {
      "{\"environment\": \"dev\",\n \"parameter_count\" : 10,\n"
      " \"parameters\": [ ... ",
      kNow};
  repository_.objects["latest-us-west-2.txt"] = {old + "\n", kNow};
  const auto written = write({.start = kNow, .count = 2});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(written->shrink, Shrink::shrunk);
  EXPECT_EQ(written->pointers[0].target.str(), old);
  EXPECT_FALSE(count_of_old_document(R"({"parameters": [{"parameter_count": 3}]})"));
  EXPECT_FALSE(count_of_old_document(R"({"parameter_count": "3", "parameters": []})"));
}

// One denied or broken object between the guard and the last good count must not open the guard.
TEST_F(Writer, AShrinkThatCannotBeToldKeepsThePointer) {
  const struct {
    const char* name;
    const char* fault;  // "call key" begins so
    const char* erase;
    AcceptShrink accept;
    Outcome outcome;
  } rows[] = {
      {"pointer denied", "get latest-us-west-2.txt", "", AcceptShrink::no, Outcome::failed},
      {"document missing", "", kOld, AcceptShrink::no, Outcome::repaired},
      {"manifest missing", "", kOldManifest, AcceptShrink::no, Outcome::kept},
      {"manifest denied", "get manifests/dev/us-west-2/20261121", "", AcceptShrink::no,
       Outcome::kept},
      {"document denied, accepted", "get_range", kOldManifest, AcceptShrink::yes, Outcome::moved},
      {"document denied", "get_range", kOldManifest, AcceptShrink::no, Outcome::failed},
      {"only latest.txt", "", "latest-us-west-2.txt", AcceptShrink::no, Outcome::kept},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    repository_.fault = {};
    repository_.objects.clear();
    ASSERT_TRUE(write({.start = kNow - 24h, .count = 10, .default_region = DefaultRegion::yes}));
    repository_.objects.erase(row.erase);
    if (row.erase == std::string(kOld)) repository_.objects.erase(kOldManifest);
    repository_.fault = [&](std::string_view call, const ObjectKey& key) -> std::optional<Error> {
      const std::string called = std::string(call) + " " + key.str();
      if (*row.fault == 0 || !called.starts_with(row.fault)) return std::nullopt;
      return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
    };
    const auto written = write({.start = kNow,
                                .count = 2,
                                .accept_shrink = row.accept,
                                .default_region = DefaultRegion::yes});
    ASSERT_TRUE(written) << written.error().what;
    ASSERT_FALSE(written->pointers.empty());
    EXPECT_EQ(written->pointers[0].outcome, row.outcome) << written->pointers[0].why;
    const bool moved = row.outcome == Outcome::moved || row.outcome == Outcome::repaired;
    EXPECT_EQ(written->pointers.size() == 2, moved);
  }
}

TEST_F(Writer, AManifestThatCannotBeTheParentBlocksNoBackup) {
  ASSERT_TRUE(write({.start = kNow - 24h}));
  repository_.objects["manifests/dev/us-west-2/99991231_235959.json"] = {"planted", kNow};
  const auto planted = write({.start = kNow - 23h});
  ASSERT_TRUE(planted) << planted.error().what;
  EXPECT_EQ(planted->manifest.parent->key.str(), kOldManifest);
  EXPECT_EQ(planted->manifest.parent_problem, "");

  repository_.fault = [](std::string_view call, const ObjectKey& key) -> std::optional<Error> {
    if (call != "get" || key.str() != "manifests/dev/us-west-2/20261121_140000.json")
      return std::nullopt;
    return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
  };
  const auto written = write({.start = kNow});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_FALSE(written->manifest.parent);
  EXPECT_THAT(written->manifest.parent_problem, HasSubstr("no way"));
  EXPECT_EQ(decode_manifest(repository_.objects[written->manifest_key.str()].bytes)->parent_problem,
            written->manifest.parent_problem);
  EXPECT_EQ(written->pointers[0].outcome, Outcome::moved);
}

TEST_F(Writer, AnInterruptAtTheParentIsNoParentProblem) {
  ASSERT_TRUE(write({.start = kNow - 24h}));
  repository_.fault = [](std::string_view call, const ObjectKey& key) -> std::optional<Error> {
    if (call != "get" || key.str() != kOldManifest) return std::nullopt;
    return Error{.kind = ErrorKind::cancelled, .what = "interrupted", .fault = {}, .next = {}};
  };
  const auto written = write({.start = kNow});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::cancelled);
}

TEST_F(Writer, AClashAtTheEndSaysRunAgain) {
  for (const char* call : {"commit 2026", "commit manifests", "put_new manifests"}) {
    SCOPED_TRACE(call);
    repository_.objects.clear();
    repository_.fault = [&](std::string_view called, const ObjectKey& key) -> std::optional<Error> {
      if (!(std::string(called) + " " + key.str()).starts_with(call)) return std::nullopt;
      return Error{.kind = ErrorKind::conflict, .what = "412", .fault = {}, .next = {}};
    };
    const auto written = write({.start = kNow});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::conflict);
    EXPECT_EQ(written.error().next, "run again");
    EXPECT_FALSE(repository_.objects.contains("latest-us-west-2.txt"));
  }
}

TEST_F(Writer, AbortLeavesNothingVisible) {
  const auto written = write({.start = kNow, .count = 3, .abort = true});
  ASSERT_FALSE(written);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Writer, ANameTwiceIsADefect) {
  const auto twice =
      write({.start = kNow, .parameters = {plain_parameter("/a"), plain_parameter("/a")}});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::internal);
  EXPECT_THAT(twice.error().what, HasSubstr("/a was added twice"));
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Writer, APointerThatCannotBeMovedIsReportedNotFatal) {
  repository_.fault = [](std::string_view call, const ObjectKey&) -> std::optional<Error> {
    if (call != "replace") return std::nullopt;
    return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
  };
  const auto written = write({.start = kNow});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_THAT(outcomes(*written), ElementsAre(std::pair("latest-us-west-2.txt", Outcome::failed)));
}

TEST_F(Writer, NamesThatCannotBeInAKeyAreRefused) {
  EXPECT_EQ(write({.start = kNow, .environment = "a/b"}).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace ssmb::snapshot
