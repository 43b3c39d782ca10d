// What may be restored where, and how records are read again.

#include "engine/restore/source.h"

#include <gmock/gmock.h>

#include "engine/restore/restore.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::engine::restore {
namespace {

using snapshot::State;
using ::testing::HasSubstr;
using Extra = PlanOptions::Extra;

TEST(CheckSource, SaysWhichFlagSaysOtherwise) {
  struct Row {
    const char* name;
    std::function<void(SourceFacts&, RestoreOptions&)> make;
    const char* what = nullptr;  // nullptr: it may be restored
    const char* next = "";
  };
  const auto state = [](State it, AcceptIncomplete accept = AcceptIncomplete::no) {
    return [=](SourceFacts& facts, RestoreOptions& options) {
      facts.state = it;
      options.accept_incomplete = accept;
    };
  };
  const auto removal = [](std::function<void(SourceFacts&)> make) {
    return [=](SourceFacts& facts, RestoreOptions& options) {
      options.plan.extra = Extra::remove;
      options.plan.selection.paths = {"/app"};
      options.accept_incomplete = AcceptIncomplete::yes;
      make(facts);
    };
  };
  const Row rows[] = {
      {"a complete one", state(State::complete)},
      {"an old one", state(State::old)},
      {"a file of its own", state(State::alone)},
      {"incomplete", state(State::incomplete), "is incomplete", "--accept-incomplete"},
      {"unfinished", state(State::unfinished), "is unfinished", "--accept-incomplete"},
      {"broken", state(State::broken), "is broken", "--accept-incomplete"},
      {"unread", state(State::unread), "may be anything", "--accept-incomplete"},
      {"shrunken", [](SourceFacts& facts, RestoreOptions&) { facts.shrunken = true; },
       "is shrunken", "--accept-incomplete"},
      {"shrunken, accepted",
       [](SourceFacts& facts, RestoreOptions& options) {
         facts.shrunken = true;
         options.accept_incomplete = AcceptIncomplete::yes;
       }},
      {"nobody can tell whether it is shrunken",
       [](SourceFacts& facts, RestoreOptions&) { facts.shrunken.reset(); }},
      {"incomplete, accepted", state(State::incomplete, AcceptIncomplete::yes)},
      {"broken, accepted", state(State::broken, AcceptIncomplete::yes)},
      {"another environment",
       [](SourceFacts& facts, RestoreOptions&) { facts.env = Environment("prod"); },
       "the environment prod, not of dev", "--env prod"},
      {"no environment known", [](SourceFacts& facts, RestoreOptions&) { facts.env = {}; }},
      {"another account",
       [](SourceFacts& facts, RestoreOptions&) { facts.account = AccountId("111122223333"); },
       "of account 111122223333", "--from-other-account"},
      {"another account, accepted",
       [](SourceFacts& facts, RestoreOptions& options) {
         facts.account = AccountId("111122223333");
         options.from_other_account = FromOtherAccount::yes;
       }},
      {"no account known", [](SourceFacts& facts, RestoreOptions&) { facts.account = {}; }},
      {"another Region",
       [](SourceFacts& facts, RestoreOptions&) { facts.region = Region("eu-west-1"); }},
      {"--delete-extra below a path", removal([](SourceFacts&) {})},
      {"--delete-extra of everything",
       [](SourceFacts&, RestoreOptions& options) { options.plan.extra = Extra::remove; },
       "below a path only", "--path"},
      {"--delete-extra of a shrunken one",
       removal([](SourceFacts& facts) { facts.shrunken = true; }), "far fewer parameters",
       "without --delete-extra"},
      {"--delete-extra where nobody can tell whether it is shrunken",
       removal([](SourceFacts& facts) { facts.shrunken.reset(); }), "cannot be told",
       "without --delete-extra"},
      {"--delete-extra of an incomplete one that is accepted",
       removal([](SourceFacts& facts) { facts.state = State::incomplete; }),
       "nothing vouches for what", "without --delete-extra"},
      {"--delete-extra of an old one",
       removal([](SourceFacts& facts) { facts.state = State::old; }), "nothing vouches for what",
       "without --delete-extra"},
      {"--delete-extra of a file of its own",
       removal([](SourceFacts& facts) { facts.state = State::alone; }), "nothing vouches for what",
       "without --delete-extra"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SourceFacts facts{.env = Environment("dev"),
                      .region = Region("us-west-2"),
                      .account = AccountId("123456789012"),
                      .taken = {},
                      .document = ObjectKey("d"),
                      .where = "s3://b/d",
                      .parameter_count = {},
                      .shrunken = false,
                      .unread = {}};
    RestoreOptions options;
    options.plan.env = Environment("dev");
    options.plan.mapping.to = {.region = Region("us-west-2"), .account = AccountId("123456789012")};
    row.make(facts, options);
    const auto checked = check_source(facts, options);
    ASSERT_EQ(checked.has_value(), row.what == nullptr);
    if (checked) continue;
    EXPECT_EQ(checked.error().kind, ErrorKind::usage);
    EXPECT_THAT(checked.error().what, HasSubstr(row.what));
    EXPECT_THAT(checked.error().next, HasSubstr(row.next));
  }
}

struct WindowTest : ::testing::Test {
  void SetUp() override {
    testing::SnapshotOptions made{.start = VirtualRuntime::default_start()};
    for (int i = 0; i < 400; ++i)
      made.parameters.push_back(
          testing::plain_parameter(fmt::format("/app/dev/{:04}", i), std::string(8000, 'v')));
    const auto written = *runtime.run(testing::write_snapshot(repository, std::move(made)));
    ASSERT_TRUE(written);
    document = written->manifest.document;
    snapshot = **runtime.run(snapshot::Snapshot::open(repository, document.key, {}));
    const auto note = [this](const snapshot::DocumentRecord& record) -> Result<void> {
      places.push_back(record.place);
      return {};
    };
    ASSERT_TRUE(runtime.run(snapshot.read_all(note, {})).value());
    repository.calls.clear();
  }
  Result<DecodedRecord> read(RecordWindow& window, std::size_t i, std::uint64_t until) {
    return std::move(*runtime.run(window.read(places[i], until, {})));
  }

  VirtualRuntime runtime{1};
  testing::MemoryRepository repository{runtime};
  snapshot::Snapshot snapshot;
  snapshot::ObjectRef document;
  std::vector<snapshot::RecordPlace> places;
};

TEST_F(WindowTest, NeighboursCostOneReadAMebibyte) {
  RecordWindow window(repository, document.key, document.size);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto record = read(window, i, document.size);
    ASSERT_TRUE(record) << record.error().what;
    EXPECT_EQ(record->parameter.name.view(), fmt::format("/app/dev/{:04}", i));
  }
  EXPECT_EQ(repository.calls.size(), 4U);  // 3.3 MB
}

TEST_F(WindowTest, ASingleRecordCostsItselfAlone) {
  RecordWindow window(repository, document.key, document.size);
  ASSERT_TRUE(read(window, 7, 0));
  EXPECT_TRUE(window.holds(places[7]));
  EXPECT_FALSE(window.holds(places[6]));
  EXPECT_FALSE(window.holds(places[8]));
}

TEST_F(WindowTest, WhatWasAlteredSinceIsNoRecord) {
  auto& held = repository.objects.at(document.key.str()).bytes;
  held[places[3].offset + 40] ^= 1;
  held.resize(places[399].offset + 10);
  RecordWindow window(repository, document.key, document.size);
  EXPECT_TRUE(read(window, 2, document.size));
  for (const std::size_t i : {std::size_t{3}, std::size_t{399}}) {
    const auto record = read(window, i, document.size);
    ASSERT_FALSE(record) << i;
    EXPECT_EQ(record.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(record.error().what, HasSubstr("not what it was"));
  }
  places[4].offset = ~std::uint64_t{0} - 10;
  EXPECT_FALSE(read(window, 4, 0));
}

// A Region's snapshots, a day apart.
struct FactsOf : ::testing::Test {
  snapshot::Snapshot write(int count, int day) {
    const Time start = VirtualRuntime::default_start() - std::chrono::hours{48};
    auto written = *runtime.run(testing::write_snapshot(
        repository, {.start = start + std::chrono::hours{24} * day, .count = count}));
    return **runtime.run(snapshot::Snapshot::open(repository, written->manifest.document.key, {}));
  }

  VirtualRuntime runtime{1};
  testing::MemoryRepository repository{runtime};
};

TEST_F(FactsOf, ShrunkenIsWhatTheGuardHeldBack) {
  const auto first = write(10, 0);
  const auto second = write(5, 1);
  EXPECT_EQ(*runtime.run(is_shrunken(repository, first, {})), std::optional(false));
  EXPECT_EQ(*runtime.run(is_shrunken(repository, second, {})), std::optional(true));
  const SourceFacts facts = facts_of(second, repository);
  EXPECT_EQ(facts.env.view(), "dev");
  EXPECT_EQ(facts.account.view(), "123456789012");
  EXPECT_EQ(facts.parameter_count, 5U);
  EXPECT_EQ(facts.state, State::complete);
  EXPECT_EQ(facts.where, "memory:" + facts.document.str());
}

// Monday's 10 were called shrunken beside the 60 to which the pointer had moved since.
TEST_F(FactsOf, WhatGrewLaterIsNotShrunken) {
  const auto monday = write(10, 0);
  const auto few = write(5, 1);
  const auto grown = write(60, 2);
  EXPECT_EQ(*runtime.run(is_shrunken(repository, monday, {})), std::optional(false));
  EXPECT_EQ(*runtime.run(is_shrunken(repository, few, {})), std::optional(true));
  EXPECT_EQ(*runtime.run(is_shrunken(repository, grown, {})), std::optional(false));
}

}  // namespace
}  // namespace ssmb::engine::restore
