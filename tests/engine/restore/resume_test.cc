// A restore that is killed, and run again.

#include <gmock/gmock.h>

#include "tests/support/kill_switch.h"
#include "zoo.h"

namespace ssmb::engine {
namespace {

using restore::WithHistory;
using snapshot::Depth;
using testing::differences;
using testing::Dump;
using ::testing::IsEmpty;
using testing::KillSwitch;
using testing::Past;
using testing::RestoreWorld;
using testing::thawed;
using Effect = KillSwitch::Effect;

aws::Session session_over(RestoreWorld& world, aws::Transport& transport) {
  return {.runtime = world.sandbox.runtime,
          .transport = transport,
          .credentials = world.sandbox.credentials,
          .endpoints = world.sandbox.session.endpoints};
}

// Plans and applies in a process that is killed at that request of applying; false: it ended first.
bool killed_at(RestoreWorld& world, std::uint64_t number, Effect effect) {
  KillSwitch kill(world.sandbox.transport);
  aws::Session session = session_over(world, kill);
  const auto planned = world.plan_with(session);
  if (!planned) ADD_FAILURE() << to_line(planned.error());
  if (!planned) return false;
  const auto copy = world.journal.parent_path() / "copy";
  kill.kill_at(kill.requests() + number, effect, [&] {
    std::filesystem::copy_file(world.journal, copy,
                               std::filesystem::copy_options::overwrite_existing);
  });
  const auto applied = world.apply_with(session, *planned);
  EXPECT_NE(applied.has_value(), kill.dead());
  if (kill.dead()) std::filesystem::rename(copy, world.journal);
  return kill.dead();
}

// A history of several versions with labels, killed at every request in turn: each version is put
// once, in order, and carries its labels.
TEST(RestoreResume, AHistoryGoesOnWhereItWasCutOff) {
  for (const Effect effect : {Effect::none, Effect::made}) {
    for (std::uint64_t number = 0;; ++number) {
      SCOPED_TRACE(
          fmt::format("request {} {}", number, effect == Effect::made ? "after" : "before"));
      RestoreWorld world;
      world.sandbox.seed("us-west-2",
                         {{{"Name", "/app/dev/past"},
                           {"Type", "SecureString"},
                           {"Value", "fourth"},
                           {"Labels", {"prod"}},
                           {"Tags", {{{"Key", "Owner"}, {"Value", "o"}}}},
                           {"History",
                            {{{"Value", "first"}, {"Labels", {"one", "uno"}}, {"Description", "d"}},
                             {{"Value", "second"}, {"Description", ""}},
                             {{"Value", "third"}, {"Labels", {"three"}}}}}}});
      world.options.plan.with_history = WithHistory::yes;
      world.backup(Depth::history);
      const Dump before = world.dump();
      world.destroy();
      const bool killed = killed_at(world, number, effect);
      if (killed) {
        const auto applied = world.restore();
        EXPECT_TRUE(applied.whole());
      }
      EXPECT_THAT(differences(thawed(before, Past::compared), thawed(world.dump(), Past::compared)),
                  IsEmpty());
      EXPECT_EQ(world.dump().at("/app/dev/past").at("Version").as_int64(), 4);
      EXPECT_FALSE(std::filesystem::exists(world.journal));
      if (!killed || ::testing::Test::HasFailure()) break;
    }
  }
}

// With --on-conflict skip, a half-made parameter is a conflict unless it is known for our own.
TEST(RestoreResume, WhatTheJournalKnowsForOursIsFinished) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", {{{"Name", "/app/dev/a"}, {"Value", "v"}, {"Labels", {"prod"}}}});
  world.backup(Depth::labels);
  const Dump before = world.dump();
  world.destroy();
  ASSERT_TRUE(killed_at(world, 1, Effect::none));  // put, and not labelled
  ASSERT_TRUE(world.dump().at("/app/dev/a").at("Labels").as_array().empty());

  const auto without = world.journal.parent_path() / "elsewhere";
  std::filesystem::rename(world.journal, without);
  const auto stranger = world.plan();
  ASSERT_TRUE(stranger);
  EXPECT_EQ(stranger->plan.writes(), 0U);
  std::filesystem::rename(without, world.journal);

  EXPECT_TRUE(world.restore().whole());
  EXPECT_THAT(differences(thawed(before, Past::compared), thawed(world.dump(), Past::compared)),
              IsEmpty());
}

TEST(RestoreResume, TheZooKilledNowAndThen) {
  for (const std::uint64_t step : {7U, 19U, 40U}) {
    SCOPED_TRACE(step);
    RestoreWorld world;
    world.sandbox.seed("us-west-2", zoo());
    world.options.plan.with_history = WithHistory::yes;
    world.backup(Depth::history);
    const Dump before = world.dump();
    world.destroy();
    int kills = 0;
    while (killed_at(world, step, kills % 2 == 0 ? Effect::made : Effect::none)) ++kills;
    EXPECT_GT(kills, 1);
    EXPECT_THAT(differences(thawed(before, Past::compared), thawed(world.dump(), Past::compared)),
                IsEmpty());
    const auto again = world.plan();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->plan.writes(), 0U);
  }
}

TEST(RestoreResume, AnInterruptEndsAtOnce) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", zoo());
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  std::stop_source stop;
  world.sandbox.transport.set_hook([&, puts = 0](const aws::HttpRequest& request) mutable
                                       -> std::optional<Result<aws::HttpResponse>> {
    if (testing::target_of(request) == "PutParameter" && ++puts == 5) stop.request_stop();
    return std::nullopt;
  });
  const auto applied =
      world.apply_with(world.sandbox.session, *planned, {.stop = stop.get_token()});
  world.sandbox.transport.set_hook({});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::cancelled);
  EXPECT_LE(world.dump().size(), 8U);
  EXPECT_TRUE(std::filesystem::exists(world.journal));
  EXPECT_TRUE(world.restore().whole());
}

}  // namespace
}  // namespace ssmb::engine
