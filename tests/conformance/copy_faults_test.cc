// Faults on the way to a copy, and what lies there already.
#include <gmock/gmock.h>

#include "snapshot/copy.h"
#include "tests/conformance/copies.h"

namespace ssmb::engine {
namespace {

using namespace std::chrono_literals;
using snapshot::PointerReport;
using snapshot::Written;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using CopyFaults = Copies;

TEST_P(CopyFaults, AFaultInTheCopyIsToldAndTheNextRunMendsIt) {
  const struct {
    const char* name;
    const char* call;  // begins so
    const char* key;   // ends so
    ErrorKind kind;
    std::size_t left;  // objects there afterwards
  } rows[] = {
      {"unreachable", "list", "", ErrorKind::unreachable, 0},
      {"document denied", "create 2", "", ErrorKind::denied, 0},
      {"document broken off", "append 2", "", ErrorKind::unreachable, 0},
      {"document not committed", "commit 2", "", ErrorKind::timeout, 0},
      {"index denied", "create m", ".index", ErrorKind::denied, 1},
      {"manifest broken off", "commit m", ".json", ErrorKind::unreachable, 2},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    const Written first = write(subject(), {.start = now_ - 1h});
    memory_->fault = [&](std::string_view call, const ObjectKey& key) -> std::optional<Error> {
      const bool fits = (std::string(call) + " " + key.str()).starts_with(row.call) &&
                        key.view().ends_with(row.key);
      if (!fits) return std::nullopt;
      return error_of(row.kind);
    };
    const CopyReport failed = copy(subject(), *memory_, first);
    ASSERT_TRUE(failed.error);
    EXPECT_EQ(failed.error->kind, row.kind);
    EXPECT_EQ(failed.error->next, "mend it");
    EXPECT_FALSE(is_whole(failed, snapshot::AcceptShrink::no));
    EXPECT_THAT(failed.copied, IsEmpty());
    EXPECT_EQ(memory_->objects.size(), row.left);
    EXPECT_FALSE(memory_->objects.contains(kLatest));
    memory_->fault = {};

    const Written second = write(subject(), {.start = now_});
    const CopyReport mended = copy(subject(), *memory_, second);
    EXPECT_FALSE(mended.error) << mended.error->what;
    EXPECT_EQ(mended.copied.size(), 2U);
    EXPECT_EQ(objects(subject()), objects(*memory_));
    EXPECT_EQ(content(*memory_, kLatest), second.manifest.document.key.str() + "\n");
  }
}

// Whichever call to the copy is the one that fails: readers see no torn snapshot, and the next run
// leaves nothing to mend.
TEST_P(CopyFaults, BrokenOffAtAnyCallTheNextRunMendsIt) {
  bool fired = true;
  int calls = 0;
  for (int number = 0; fired; ++number) {
    SCOPED_TRACE(number);
    SetUp();
    fired = false;
    const Written first = write(subject(), {.start = now_ - 1h});
    int seen = 0;
    memory_->fault = [&](std::string_view, const ObjectKey&) -> std::optional<Error> {
      if (seen++ < number) return std::nullopt;
      fired = true;
      return error_of(ErrorKind::unreachable);
    };
    const CopyReport broken = copy(subject(), *memory_, first);
    memory_->fault = {};
    EXPECT_EQ(is_whole(broken, snapshot::AcceptShrink::no), !fired);
    for (const auto& [key, held] : memory_->objects) {
      if (!key.starts_with("latest")) continue;
      EXPECT_EQ(held.bytes, first.manifest.document.key.str() + "\n");
      EXPECT_TRUE(memory_->objects.contains(first.manifest_key.str()));
    }
    const Written second = write(subject(), {.start = now_});
    const CopyReport mended = copy(subject(), *memory_, second);
    EXPECT_TRUE(is_whole(mended, snapshot::AcceptShrink::no));
    EXPECT_EQ(objects(subject()), objects(*memory_));
    EXPECT_EQ(content(*memory_, kLatest), second.manifest.document.key.str() + "\n");
    calls = number;
  }
  EXPECT_GT(calls, 15);
}

TEST_P(CopyFaults, APointerThatCannotBeMovedLeavesTheCopyWhole) {
  const Written written = write(subject(), {.start = now_});
  memory_->fault = [](std::string_view call, const ObjectKey&) -> std::optional<Error> {
    if (call != "replace") return std::nullopt;
    return error_of(ErrorKind::denied);
  };
  const CopyReport report = copy(subject(), *memory_, written);
  EXPECT_FALSE(report.error);
  EXPECT_FALSE(is_whole(report, snapshot::AcceptShrink::no));
  EXPECT_EQ(report.copied.size(), 1U);
  EXPECT_EQ(report.pointers.front().outcome, PointerReport::Outcome::failed);
}

TEST_P(CopyFaults, ATakenKeyIsNeverOverwritten) {
  for (const char* which : {"document", "index", "manifest"}) {
    SCOPED_TRACE(which);
    SetUp();
    const Written written = write(*memory_, {.start = now_});
    const ObjectKey key = which[0] == 'd'   ? written.manifest.document.key
                          : which[0] == 'i' ? written.manifest.index.key
                                            : written.manifest_key;
    const std::string bytes = memory_->objects[key.str()].bytes;
    // As long, but of other bytes.
    std::string other = bytes;
    other[other.size() / 2] ^= 1;
    ASSERT_TRUE(run(subject().put_new(key, SecretBytes(other), {})));
    const CopyReport report = copy(*memory_, subject(), written);
    ASSERT_TRUE(report.error);
    EXPECT_EQ(report.error->kind, ErrorKind::conflict);
    EXPECT_THAT(report.error->what, AllOf(HasSubstr(subject().url(key)), HasSubstr("other bytes")));
    EXPECT_THAT(report.error->next, HasSubstr("a prefix"));
    EXPECT_EQ(content(subject(), key.str().c_str()), other);
    EXPECT_THAT(content(subject(), kLatest), HasSubstr("error"));
  }
}

TEST_P(CopyFaults, AnAlteredOriginalIsNotCopied) {
  const struct {
    const char* name;
    const char* key;  // begins so
    std::size_t left;
  } rows[] = {{"document", "20", 0}, {"index", "manifests", 1}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    const Written written = write(*memory_, {.start = now_});
    for (auto& [key, held] : memory_->objects)
      if (key.starts_with(row.key) && !key.ends_with(row.left == 1 ? ".json" : ".index"))
        held.bytes[held.bytes.size() / 2] ^= 1;
    const CopyReport report = copy(*memory_, subject(), written);
    ASSERT_TRUE(report.error);
    EXPECT_EQ(report.error->kind, ErrorKind::corrupt);
    EXPECT_THAT(report.error->what, HasSubstr("another hash"));
    EXPECT_EQ(objects(subject(), true).size(), row.left);
    EXPECT_LE(subject_->leftovers().size(), row.left);
  }
}

TEST_P(CopyFaults, AnAlteredManifestIsNotCopiedEither) {
  const Written written = write(*memory_, {.start = now_});
  std::string& manifest = memory_->objects[written.manifest_key.str()].bytes;
  manifest.replace(manifest.find("run-1"), 5, "run-2");
  const CopyReport report = copy(*memory_, subject(), written);
  ASSERT_TRUE(report.error);
  EXPECT_THAT(report.error->what, HasSubstr("another hash"));
  // Without a manifest nobody takes the others for a snapshot.
  EXPECT_EQ(objects(subject(), true).size(), 2U);
  EXPECT_FALSE(objects(subject()).contains(written.manifest_key.str()));
}

TEST_P(CopyFaults, ADamagedEarlierOneHindersNoOther) {
  const Written first = write(*memory_, {.start = now_ - 2h});
  const Written second = write(*memory_, {.start = now_ - 1h});
  memory_->objects[second.manifest.document.key.str()].bytes.at(100) ^= 1;
  const Written third = write(*memory_, {.start = now_});
  const CopyReport report = copy(*memory_, subject(), third);
  ASSERT_TRUE(report.error);
  EXPECT_THAT(report.error->what, HasSubstr(second.manifest.document.key.str()));
  EXPECT_THAT(report.copied, ElementsAre(third.manifest.document.key, first.manifest.document.key));
  EXPECT_EQ(report.lacking, 1U);
  EXPECT_FALSE(is_whole(report, snapshot::AcceptShrink::no));
}

TEST_P(CopyFaults, AnotherAccountsCopyIsRefused) {
  const Written written = write(*memory_, {.start = now_});
  std::string manifest = memory_->objects[written.manifest_key.str()].bytes;
  const std::string account = "123456789012";
  manifest.replace(manifest.find(account), account.size(), "999988887777");
  const ObjectKey theirs("manifests/dev/us-west-2/20260101_000000.json");
  ASSERT_TRUE(run(subject().put_new(theirs, SecretBytes(manifest), {})));
  const CopyReport report = copy(*memory_, subject(), written);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->kind, ErrorKind::configuration);
  EXPECT_THAT(report.error->what, HasSubstr("999988887777"));
  EXPECT_EQ(objects(subject(), true).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Repositories, CopyFaults, ::testing::ValuesIn(testing::kSubjects),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace ssmb::engine
