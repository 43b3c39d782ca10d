// Copies over every repository, in both directions.
#include "snapshot/copy.h"

#include <gmock/gmock.h>

#include "tests/conformance/copies.h"

namespace ssmb::engine {
namespace {

using namespace std::chrono_literals;
using snapshot::Repository;
using snapshot::Written;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(Copies, EveryByteInTheSameOrderAndThePointersToo) {
  for (const bool outward : {true, false}) {
    SCOPED_TRACE(outward);
    SetUp();
    Repository& from = outward ? static_cast<Repository&>(*memory_) : subject();
    Repository& to = outward ? subject() : static_cast<Repository&>(*memory_);
    // Over several pieces and parts.
    std::vector<Parameter> parameters;
    for (int i = 0; i < 12; ++i)
      parameters.push_back(testing::plain_parameter(fmt::format("/app/dev/{:02}", i),
                                                    std::string(std::size_t{1} << 20, 'v')));
    const Written written = write(from, {.start = now_,
                                         .parameters = std::move(parameters),
                                         .default_region = snapshot::DefaultRegion::yes});
    const CopyReport report = copy(from, to, written);
    EXPECT_FALSE(report.error) << report.error->what;
    EXPECT_TRUE(is_whole(report, snapshot::AcceptShrink::no));
    EXPECT_THAT(report.copied, ElementsAre(written.manifest.document.key));
    EXPECT_EQ(objects(from, true), objects(to, true));
    EXPECT_GT(report.bytes.value, written.manifest.document.size + written.manifest.index.size);
    EXPECT_THAT(report.pointers.size(), 2U);
    if (!outward) {
      std::vector<std::string> writes;
      for (const std::string& call : memory_->calls)
        if (call.starts_with("commit") || call.starts_with("replace"))
          writes.push_back(call.substr(0, call.find(' ')));
      EXPECT_THAT(writes, ElementsAre("commit", "commit", "commit", "replace", "replace"));
    }
    const auto same = run(snapshot::compare_snapshot(from, to, written.manifest.id, {}));
    ASSERT_TRUE(same) << same.error().what;
    EXPECT_TRUE(same->there);
    EXPECT_THAT(same->findings, IsEmpty());
  }
}

TEST_P(Copies, AnEmptySnapshotAndAPartialOneAndAnIncompleteOne) {
  const Written empty = write(*memory_, {.start = now_ - 2h, .unreadable = {"/app/dev/x"}});
  EXPECT_FALSE(copy(*memory_, subject(), empty).error);
  EXPECT_EQ(content(subject(), "latest-incomplete-us-west-2.txt"),
            empty.manifest.document.key.str() + "\n");
  EXPECT_THAT(content(subject(), kLatest), HasSubstr("error"));

  const Written partial = write(*memory_, {.start = now_ - 1h, .selection = {"/app/*"}});
  const CopyReport report = copy(*memory_, subject(), partial);
  EXPECT_FALSE(report.error);
  EXPECT_THAT(report.pointers, IsEmpty());
  EXPECT_EQ(objects(*memory_), objects(subject()));
}

TEST_P(Copies, TheNextRunCatchesUpNewestFirst) {
  const Written first = write(*memory_, {.start = now_ - 3h});
  write(*memory_, {.start = now_ - 150min, .completeness = snapshot::Completeness::incomplete});
  write(*memory_, {.start = now_ - 140min, .selection = {"/app/*"}});
  const Written second = write(*memory_, {.start = now_ - 2h});
  const Written third = write(*memory_, {.start = now_ - 1h});
  const CopyReport report = copy(*memory_, subject(), third);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_THAT(report.copied, ElementsAre(third.manifest.document.key, second.manifest.document.key,
                                         first.manifest.document.key));
  EXPECT_EQ(report.lacking, 0U);
  EXPECT_EQ(content(subject(), kLatest), third.manifest.document.key.str() + "\n");
  // Then there is nothing to do but the own.
  const Written fourth = write(*memory_, {.start = now_});
  EXPECT_THAT(copy(*memory_, subject(), fourth).copied, ElementsAre(fourth.manifest.document.key));
}

// The broken-off copy is one in memory, which takes faults; the subject is what is copied.
TEST_P(Copies, AShrunkenOneMovesNothingInTheCopy) {
  const Written many = write(*memory_, {.start = now_ - 1h, .count = 10});
  ASSERT_FALSE(copy(*memory_, subject(), many).error);
  const Written few =
      write(*memory_, {.start = now_, .count = 2, .accept_shrink = snapshot::AcceptShrink::yes});
  const CopyReport held = copy(*memory_, subject(), few);
  EXPECT_FALSE(held.error);
  EXPECT_FALSE(is_whole(held, snapshot::AcceptShrink::no));
  EXPECT_EQ(content(subject(), kLatest), many.manifest.document.key.str() + "\n");
  const CopyReport accepted = copy(*memory_, subject(), few, snapshot::AcceptShrink::yes);
  EXPECT_TRUE(is_whole(accepted, snapshot::AcceptShrink::yes));
  EXPECT_THAT(accepted.copied, ElementsAre(few.manifest.document.key));
  EXPECT_EQ(content(subject(), kLatest), few.manifest.document.key.str() + "\n");
}

// A new copy has nothing to compare with: it took the 4 for its latest, for good.
TEST_P(Copies, ANewCopyDoesNotTakeAShrunkenSnapshotForItsLatest) {
  const struct {
    const char* name;
    testing::SnapshotOptions own;
    bool whole;
  } rows[] = {
      {"this run's is shrunken", {.count = 4}, false},
      {"this run's is incomplete", {.count = 4, .unreadable = {"/app/dev/x"}}, true},
      {"this run's is partial", {.count = 2, .selection = {"/app/*"}}, true},
  };
  for (const auto& row : rows) {
    for (const char* damage : {"none", "the good one's document", "the repository's pointer"}) {
      SCOPED_TRACE(std::string(row.name) + ", damaged: " + damage);
      SetUp();
      const Written many = write(*memory_, {.start = now_ - 3h, .count = 10});
      write(*memory_, {.start = now_ - 2h, .count = 4});
      testing::SnapshotOptions options = row.own;
      options.start = now_;
      const Written own = write(*memory_, options);
      const bool document = damage[4] == 'g';
      if (document) memory_->objects[many.manifest.document.key.str()].bytes.at(100) ^= 1;
      if (damage[4] == 'r') memory_->objects[kLatest].bytes = "rubbish";
      const CopyReport report = copy(*memory_, subject(), own);
      EXPECT_EQ(report.error.has_value(), document);
      EXPECT_EQ(report.copied.size(), document ? 2U : 3U);
      EXPECT_EQ(is_whole(report, snapshot::AcceptShrink::no), row.whole && !document);
      for (const char* pointer : {kLatest, "latest.txt"}) {
        if (document)
          EXPECT_THAT(content(subject(), pointer), HasSubstr("error"));
        else
          EXPECT_EQ(content(subject(), pointer), many.manifest.document.key.str() + "\n");
      }
    }
  }
}

// What was accepted at home is what its pointer names; the copy follows that, not a replay.
TEST_P(Copies, ANewCopyTakesWhatWasAcceptedForItsLatest) {
  write(*memory_, {.start = now_ - 3h, .count = 10});
  const Written accepted = write(
      *memory_, {.start = now_ - 2h, .count = 4, .accept_shrink = snapshot::AcceptShrink::yes});
  const Written own = write(*memory_, {.start = now_, .unreadable = {"/app/dev/x"}});
  const CopyReport report = copy(*memory_, subject(), own);
  EXPECT_TRUE(is_whole(report, snapshot::AcceptShrink::no));
  EXPECT_EQ(content(subject(), kLatest), accepted.manifest.document.key.str() + "\n");
}

// It held every later one back for good, though each was hardly smaller than the one before.
TEST_P(Copies, ACopyThatHasFallenBehindIsBroughtOnStepByStep) {
  const Written ten = write(*memory_, {.start = now_ - 3h, .count = 10});
  ASSERT_FALSE(copy(*memory_, subject(), ten).error);
  write(*memory_, {.start = now_ - 2h, .count = 8});
  const Written seven = write(*memory_, {.start = now_, .count = 7});
  const CopyReport report = copy(*memory_, subject(), seven);
  EXPECT_FALSE(report.error);
  EXPECT_TRUE(is_whole(report, snapshot::AcceptShrink::no));
  EXPECT_EQ(content(subject(), kLatest), seven.manifest.document.key.str() + "\n");
}

// Its manifest was there: the copy was called whole, and stayed as it was.
TEST_P(Copies, ACopyThatHasLostADocumentOrAnIndexHeals) {
  for (const bool document : {true, false}) {
    SCOPED_TRACE(document);
    SetUp();
    const Written first = write(subject(), {.start = now_ - 1h});
    ASSERT_FALSE(copy(subject(), *memory_, first).error);
    memory_->objects.erase(
        (document ? first.manifest.document.key : first.manifest.index.key).str());
    const Written second = write(subject(), {.start = now_});
    const CopyReport report = copy(subject(), *memory_, second);
    EXPECT_TRUE(is_whole(report, snapshot::AcceptShrink::no));
    EXPECT_THAT(report.copied,
                ElementsAre(second.manifest.document.key, first.manifest.document.key));
    EXPECT_EQ(objects(subject()), objects(*memory_));
  }
}

// The first copy's catch-up took the whole deadline, and the second never got this run's.
TEST_P(Copies, ACopyThatHasFallenBehindDoesNotKeepTheNextOneWaiting) {
  const Written old = write(subject(), {.start = now_ - 1h});
  const Written own = write(subject(), {.start = now_});
  testing::MemoryRepository next(subject_->runtime());
  bool waits = false;
  memory_->fault = [&](std::string_view call, const ObjectKey& key) -> std::optional<Error> {
    const bool catches_up = call == "create" && key == old.manifest.document.key;
    if (!catches_up) return std::nullopt;
    waits = !next.objects.contains(own.manifest_key.str()) || !next.objects.contains(kLatest);
    return error_of(ErrorKind::timeout);
  };
  const CopyOptions options{.env = Environment("dev"),
                            .region = Region("us-west-2"),
                            .account = AccountId("123456789012")};
  const auto reports =
      run(copy_backup(subject(), {memory_.get(), &next}, own, options, events_, {}));
  EXPECT_FALSE(waits);
  ASSERT_EQ(reports.size(), 2U);
  ASSERT_TRUE(reports[0].error);
  EXPECT_EQ(reports[0].error->kind, ErrorKind::timeout);
  EXPECT_EQ(memory_->objects[kLatest].bytes, own.manifest.document.key.str() + "\n");
  EXPECT_FALSE(reports[1].error);
  EXPECT_EQ(reports[1].copied.size(), 2U);
}

TEST_P(Copies, WhatDiffersInTheCopyIsFound) {
  const struct {
    const char* name;
    const char* object;
    const char* finding;
  } rows[] = {
      {"document", "document", "another hash"},
      {"index", "index", "another hash"},
      {"manifest", "manifest", "is another manifest in the copy"},
      {"document gone", "-document", "the copy lacks it"},
      {"manifest gone", "-manifest", "the copy lacks it"},
      {"longer", "+document", "bytes in the copy"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    const Written written = write(subject(), {.start = now_});
    ASSERT_FALSE(copy(subject(), *memory_, written).error);
    std::string_view object = row.object;
    const char how = object.front();
    if (how == '-' || how == '+') object.remove_prefix(1);
    const std::string key = (object == "document" ? written.manifest.document.key
                             : object == "index"  ? written.manifest.index.key
                                                  : written.manifest_key)
                                .str();
    if (how == '-')
      memory_->objects.erase(key);
    else if (how == '+')
      memory_->objects[key].bytes += ' ';
    else
      memory_->objects[key].bytes[20] ^= 1;
    const auto found =
        run(snapshot::compare_snapshot(subject(), *memory_, written.manifest.id, {}));
    ASSERT_TRUE(found) << found.error().what;
    ASSERT_FALSE(found->findings.empty());
    EXPECT_EQ(found->findings.front().key.str(), key);
    EXPECT_THAT(found->findings.front().what, HasSubstr(row.finding));
  }
}

// stg's snapshot, values and all, lay in dev's copy before its pointer was found to be dev's.
TEST_P(Copies, NothingOfAnotherEnvironmentIsWrittenIntoACopy) {
  const struct {
    const char* name;
    const char* region;            // of dev's snapshot in the copy
    snapshot::Completeness whole;  // an incomplete one has no pointer of its own
  } rows[] = {
      {"of the same Region", "us-west-2", snapshot::Completeness::complete},
      {"of another Region", "eu-west-1", snapshot::Completeness::complete},
      {"without a pointer", "us-west-2", snapshot::Completeness::incomplete},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    testing::MemoryRepository home(subject_->runtime());
    write(subject(), {.start = now_ - 1h, .completeness = row.whole, .region = row.region});
    const auto before = objects(subject(), true);
    const Written foreign = write(home, {.start = now_, .environment = "stg"});
    const CopyOptions options{.env = Environment("stg"),
                              .region = Region("us-west-2"),
                              .account = AccountId("123456789012")};
    const auto reports = run(copy_backup(home, {&subject()}, foreign, options, events_, {}));
    EXPECT_EQ(objects(subject(), true), before);
    const CopyReport foreseen = run(foresee_copy(home, subject(), options, events_, {}));
    for (const CopyReport& report : {reports.front(), foreseen}) {
      ASSERT_TRUE(report.error);
      EXPECT_EQ(report.error->kind, ErrorKind::configuration);
      EXPECT_THAT(report.error->what, HasSubstr("holds backups of dev, and these are of stg"));
      EXPECT_THAT(report.error->next, HasSubstr("a copy of its own; a prefix will do"));
      EXPECT_THAT(report.copied, IsEmpty());
    }
  }
}

// What stg has left there takes nothing from dev, whose copy it is by its pointers.
TEST_P(Copies, WhatAnotherEnvironmentHasLeftInACopyKeepsNobodyFromHisOwn) {
  ASSERT_FALSE(copy(*memory_, subject(), write(*memory_, {.start = now_ - 2h})).error);
  write(subject(), {.start = now_ - 1h, .environment = "stg"});
  const Written own = write(*memory_, {.start = now_});
  const CopyReport report = copy(*memory_, subject(), own);
  EXPECT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(content(subject(), kLatest), own.manifest.document.key.str() + "\n");
}

TEST_P(Copies, APredictionWritesNothing) {
  write(*memory_, {.start = now_ - 1h});
  CopyOptions options{.env = Environment("dev"),
                      .region = Region("us-west-2"),
                      .account = AccountId("123456789012")};
  const CopyReport report = run(foresee_copy(*memory_, subject(), options, events_, {}));
  EXPECT_FALSE(report.error);
  EXPECT_EQ(report.lacking, 1U);
  EXPECT_THAT(objects(subject(), true), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Repositories, Copies, ::testing::ValuesIn(testing::kSubjects),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace ssmb::engine
