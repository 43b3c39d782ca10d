// A restore into a store that has changed, or changes: what is undone, what is left alone, and what
// a lost answer costs.

#include <gmock/gmock.h>

#include "zoo.h"

namespace ssmb::engine {
namespace {

using restore::OnConflict;
using sandbox::Fault;
using snapshot::Depth;
using testing::differences;
using testing::Dump;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Past;
using testing::RestoreWorld;
using testing::thawed;

// The live store differs in every way; afterwards it is as the snapshot has it.
struct Changes : ::testing::Test {
  void SetUp() override {
    world.options.plan.on_conflict = OnConflict::overwrite;
    world.sandbox.seed("us-west-2", original);
    world.backup(Depth::labels);
    before = world.dump();
  }

  const json::array original{
      parameter("/app/dev/value", "a",
                {{"Tags", {{{"Key", "k"}, {"Value", "v"}}}}, {"Labels", {"prod"}}}),
      parameter("/app/dev/tags", "b",
                {{"Tags",
                  {{{"Key", "k"}, {"Value", "v"}},
                   {{"Key", "same"}, {"Value", "s"}},
                   {{"Key", "aws:x"}, {"Value", "theirs"}}}}}),
      parameter("/app/dev/labels", "c", {{"Labels", {"prod", "blue"}}}),
      parameter("/app/dev/metadata", "d",
                {{"Type", "SecureString"}, {"KeyId", "alias/app"}, {"AllowedPattern", ".*"}}),
      parameter("/app/dev/same", "e"),
      parameter("/app/dev/gone", "f"),
  };
  RestoreWorld world;
  Dump before;
};

TEST_F(Changes, AreUndone) {
  world.remove({"/app/dev/gone"});
  world.sandbox.seed(
      "us-west-2",
      {parameter("/app/dev/value", "other",
                 {{"Version", 2}, {"History", {{{"Value", "a"}, {"Labels", {"prod"}}}}}}),
       parameter("/app/dev/tags", "b",
                 {{"Tags",
                   {{{"Key", "k"}, {"Value", "other"}},
                    {{"Key", "same"}, {"Value", "s"}},
                    {{"Key", "more"}, {"Value", "m"}},
                    {{"Key", "aws:y"}, {"Value", "theirs"}}}}}),
       parameter("/app/dev/labels", "c", {{"Labels", {"green", "blue"}}}),
       parameter("/app/dev/metadata", "d",
                 {{"Type", "SecureString"},
                  {"KeyId", "alias/app"},
                  {"Description", "one that was not there"},
                  {"AllowedPattern", "^d$"}}),
       parameter("/app/dev/extra", "g")});
  const auto applied = world.restore();
  EXPECT_TRUE(applied.whole()) << (applied.failures.empty()
                                       ? std::string()
                                       : to_line(applied.failures.front().error));
  EXPECT_EQ(applied.created, 1U);
  EXPECT_EQ(applied.updated, 4U);
  Dump after = world.dump();
  EXPECT_EQ(after.erase("/app/dev/extra"), 1U);
  EXPECT_THAT(differences(thawed(before, Past::dropped), thawed(after, Past::dropped)), IsEmpty());
  // Tags that are not ours to set are neither deleted nor made; and no needless version.
  EXPECT_THAT(json::serialize(world.dump().at("/app/dev/tags").at("Tags")), HasSubstr("aws:y"));
  EXPECT_EQ(after.at("/app/dev/value").at("Version").as_int64(), 3);
  EXPECT_EQ(after.at("/app/dev/tags").at("Version").as_int64(), 1);
  EXPECT_EQ(after.at("/app/dev/labels").at("Version").as_int64(), 1);
  EXPECT_EQ(after.at("/app/dev/same").at("Version").as_int64(), 1);
}

TEST_F(Changes, AreLeftAloneWithSkip) {
  world.options.plan.on_conflict = OnConflict::skip;
  world.sandbox.seed("us-west-2", {parameter("/app/dev/value", "other")});
  const Dump live = world.dump();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.writes(), 0U);
  ASSERT_TRUE(world.apply(*planned));
  EXPECT_EQ(world.dump(), live);
}

TEST_F(Changes, StopEverythingWithFail) {
  world.options.plan.on_conflict = OnConflict::fail;
  world.remove({"/app/dev/gone"});
  world.sandbox.seed("us-west-2", {parameter("/app/dev/value", "other")});
  const Dump live = world.dump();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  const auto applied = world.apply(*planned);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
  EXPECT_EQ(world.dump(), live);
}

// What somebody else did between the plan and the write stays, and is told.
TEST_F(Changes, ByOthersAfterThePlanAreLeftAlone) {
  struct Row {
    const char* name;
    std::function<void(RestoreWorld&)> act;
    const char* of;
  };
  const auto put = [](const char* name, int version) {
    return [=](RestoreWorld& world) {
      world.sandbox.seed("us-west-2", {parameter(name, "theirs", {{"Version", version}})});
    };
  };
  const Row rows[] = {
      {"a parameter that was to be made", put("/app/dev/gone", 1), "/app/dev/gone"},
      {"one that was to be made, changed twice", put("/app/dev/gone", 2), "/app/dev/gone"},
      {"one that was to be updated", put("/app/dev/value", 3), "/app/dev/value"},
      {"one that was to be updated, deleted and made again", put("/app/dev/value", 2),
       "/app/dev/value"},
      {"one that was to be tagged", put("/app/dev/tags", 9), "/app/dev/tags"},
      {"one that was to be labelled", put("/app/dev/labels", 2), "/app/dev/labels"},
      {"one that was to be updated is gone",
       [](RestoreWorld& world) { world.remove({"/app/dev/value"}); }, "/app/dev/value"},
      {"one that was to be tagged is gone",
       [](RestoreWorld& world) { world.remove({"/app/dev/tags"}); }, "/app/dev/tags"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    world.destroy();
    world.sandbox.seed("us-west-2", original);
    world.remove({"/app/dev/gone"});
    world.sandbox.seed(
        "us-west-2",
        {parameter("/app/dev/value", "other", {{"Version", 2}, {"History", {{{"Value", "a"}}}}}),
         parameter("/app/dev/tags", "b"), parameter("/app/dev/labels", "c")});
    const auto planned = world.plan();
    ASSERT_TRUE(planned);
    ASSERT_EQ(planned->plan.writes(), 4U);
    row.act(world);
    const Dump live = world.dump();
    const auto applied = world.apply(*planned);
    ASSERT_TRUE(applied) << to_line(applied.error());
    EXPECT_FALSE(applied->whole());
    EXPECT_THAT(applied->failures, IsEmpty());
    EXPECT_THAT(applied->changed_meanwhile, ElementsAre(ParameterName(row.of)));
    EXPECT_EQ(applied->verified, 3U);
    const Dump after = world.dump();
    ASSERT_EQ(after.contains(row.of), live.contains(row.of));
    if (live.contains(row.of)) EXPECT_EQ(after.at(row.of), live.at(row.of));
    // It is not taken for ours afterwards.
    const auto again = world.plan();
    ASSERT_TRUE(again);
    EXPECT_THAT(restore::Journal::peek(world.journal, restore::journal_head(*again)).value(),
                IsEmpty());
  }
}

// Whatever becomes of an answer, each parameter is there once, and no version comes twice.
TEST_F(Changes, ALostAnswerIsSettledByReadingBack) {
  const Fault faults[] = {Fault::reset_before, Fault::reset_after, Fault::cut_body,
                          Fault::error_500,    Fault::error_503,   Fault::throttle,
                          Fault::html,         Fault::cut_json};
  const char* const operations[] = {"ssm:PutParameter",           "ssm:AddTagsToResource",
                                    "ssm:RemoveTagsFromResource", "ssm:LabelParameterVersion",
                                    "ssm:GetParameterHistory",    "ssm:ListTagsForResource"};
  for (const Fault fault : faults) {
    for (const char* operation : operations) {
      for (const std::uint64_t skip : {0U, 1U, 2U}) {
        SCOPED_TRACE(
            fmt::format("{} on {}, skip {}", sandbox::kind_of(fault).name, operation, skip));
        world.destroy();
        world.sandbox.seed("us-west-2", original);
        world.remove({"/app/dev/gone"});
        world.sandbox.seed(
            "us-west-2",
            {parameter("/app/dev/value", "other",
                       {{"Version", 2}, {"History", {{{"Value", "a"}}}}}),
             parameter("/app/dev/tags", "b", {{"Tags", {{{"Key", "more"}, {"Value", "m"}}}}}),
             parameter("/app/dev/labels", "c")});
        const auto planned = world.plan();
        ASSERT_TRUE(planned);
        world.sandbox.world.faults().set(
            {{.fault = fault, .operation = operation, .skip = skip, .count = 1, .status = 502}});
        const auto applied = world.apply(*planned);
        world.sandbox.world.faults().set({});
        ASSERT_TRUE(applied) << to_line(applied.error());
        EXPECT_TRUE(applied->whole())
            << (applied->failures.empty() ? "" : to_line(applied->failures.front().error));
        const Dump after = world.dump();
        EXPECT_THAT(differences(thawed(before, Past::dropped), thawed(after, Past::dropped)),
                    IsEmpty());
        EXPECT_EQ(after.at("/app/dev/gone").at("Version").as_int64(), 1);
        EXPECT_EQ(after.at("/app/dev/value").at("Version").as_int64(), 3);
      }
    }
  }
}

TEST_F(Changes, AnotherUpdateUnderWayIsWaitedForAndNotWrittenOver) {
  struct Row {
    const char* name;
    bool they_write;
  };
  for (const Row& row : {Row{"theirs comes to nothing", false}, Row{"theirs is made", true}}) {
    SCOPED_TRACE(row.name);
    world.destroy();
    world.sandbox.seed("us-west-2", original);
    world.sandbox.seed("us-west-2", {parameter("/app/dev/value", "other")});
    const auto planned = world.plan();
    ASSERT_TRUE(planned);
    int refused = 0;
    world.sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (testing::target_of(request) != "PutParameter" || ++refused > 2) return std::nullopt;
          if (row.they_write && refused == 1)
            world.sandbox.seed("us-west-2",
                               {parameter("/app/dev/value", "theirs", {{"Version", 2}})});
          return refusal("TooManyUpdates");
        });
    const auto applied = world.apply(*planned);
    world.sandbox.transport.set_hook({});
    ASSERT_TRUE(applied);
    EXPECT_EQ(applied->whole(), !row.they_write);
    const json::object live = world.dump().at("/app/dev/value");
    EXPECT_EQ(live.at("Value"), row.they_write ? "theirs" : "a");
    EXPECT_EQ(live.at("Version").as_int64(), 2);
  }
}

}  // namespace
}  // namespace ssmb::engine
