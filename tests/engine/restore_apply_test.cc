// A restore executed: what comes back, what is left alone, and what a lost answer costs.

#include <gmock/gmock.h>

#include "restore_zoo.h"

namespace ssmb::engine {
namespace {

using restore::OnConflict;
using restore::WithHistory;
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
using Stage = restore::Failure::Stage;

json::object parameter(std::string name, std::string value, json::object more = {}) {
  more["Name"] = std::move(name);
  more["Value"] = std::move(value);
  return more;
}

TEST(RestoreApply, TheZooComesBackWhole) {
  struct Row {
    const char* name;
    Depth depth;
    WithHistory with_history;
    Past past;
  };
  const Row rows[] = {
      {"labels", Depth::labels, WithHistory::no, Past::dropped},
      {"history, without it", Depth::history, WithHistory::no, Past::dropped},
      {"history", Depth::history, WithHistory::yes, Past::compared},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RestoreWorld world;
    world.sandbox.seed("us-west-2", zoo());
    world.options.plan.with_history = row.with_history;
    world.backup(row.depth);
    const Dump before = world.dump();
    world.destroy();
    ASSERT_TRUE(world.dump().empty());

    const auto applied = world.restore();
    EXPECT_TRUE(applied.whole());
    EXPECT_EQ(applied.created, before.size());
    EXPECT_EQ(applied.verified, before.size());
    EXPECT_THAT(differences(thawed(before, row.past), thawed(world.dump(), row.past)), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(world.journal));

    const auto again = world.plan();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->plan.writes(), 0U);
    EXPECT_EQ(again->plan.counts.at(restore::Action::unchanged), before.size());
  }
}

// Each parameter costs one put, whatever it carries.
TEST(RestoreApply, ACreationIsOneCall) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", zoo());
  world.backup();
  const std::uint64_t count = world.dump().size();
  world.destroy();
  world.restore();
  EXPECT_EQ(world.sandbox.calls("ssm:PutParameter", "us-west-2"), count);
  EXPECT_EQ(world.sandbox.calls("ssm:AddTagsToResource", "us-west-2"), 0U);
}

std::uint64_t writes(RestoreWorld& world) {
  std::uint64_t sum = 0;
  for (const char* operation :
       {"PutParameter", "AddTagsToResource", "RemoveTagsFromResource", "LabelParameterVersion",
        "UnlabelParameterVersion", "DeleteParameters", "DeleteParameter"})
    sum += world.sandbox.calls(std::string("ssm:") + operation, "us-west-2");
  return sum;
}

TEST(RestoreApply, APlanWritesNothing) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", zoo());
  world.backup();
  world.destroy();
  const std::uint64_t before = writes(world);
  ASSERT_TRUE(world.plan());
  EXPECT_EQ(writes(world), before);
  EXPECT_FALSE(std::filesystem::exists(world.journal));
}

// The live store differs in every way; afterwards it is as the snapshot has it.
struct Changes : ::testing::Test {
  void SetUp() override {
    world.options.plan.on_conflict = OnConflict::overwrite;
    world.sandbox.seed("us-west-2", original);
    world.backup(Depth::labels);
    before = world.dump();
  }
  static json::array labelled(json::array labels) { return labels; }

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

aws::HttpResponse answer(std::string_view code, int status = 400) {
  return {.status = status,
          .headers = {},
          .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", code))};
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
          return answer("TooManyUpdates");
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

TEST(RestoreApply, AFailureIsItsOwn) {
  RestoreWorld world;
  for (int i = 0; i < 12; ++i)
    world.sandbox.seed("us-west-2", {parameter(fmt::format("/app/dev/{:02}", i), "v")});
  world.backup();
  world.destroy();
  world.sandbox.world.faults().set({{.fault = Fault::access_denied,
                                     .operation = "ssm:PutParameter",
                                     .parameter = "/app/dev/05"}});
  const auto applied = world.restore();
  ASSERT_EQ(applied.failures.size(), 1U);
  EXPECT_EQ(applied.failures[0].name.view(), "/app/dev/05");
  EXPECT_EQ(applied.failures[0].stage, Stage::writing);
  EXPECT_EQ(applied.failures[0].error.kind, ErrorKind::denied);
  EXPECT_EQ(applied.created, 11U);
  EXPECT_EQ(world.events.last.done, 12U);
  EXPECT_EQ(world.events.last.failed, 1U);
  // Somebody else makes it meanwhile: the refused write is no claim to it.
  world.sandbox.world.faults().set({});
  world.sandbox.seed("us-west-2", {parameter("/app/dev/05", "theirs")});
  world.restore();
  EXPECT_EQ(world.dump().at("/app/dev/05").at("Value"), "theirs");
}

TEST(RestoreApply, AnErrorOfTheWholeEndsTheRun) {
  struct Row {
    const char* name;
    const char* code;
    ErrorKind kind;
  };
  RestoreWorld world;
  world.sandbox.seed("us-west-2", zoo());
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  world.sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (testing::target_of(request) == "PutParameter") return answer("ExpiredTokenException");
        return std::nullopt;
      });
  const auto applied = world.apply(*planned);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::credentials);
  EXPECT_TRUE(world.dump().empty());
}

TEST(RestoreApply, AnImageThatIsNotTakenIsAFailureInTheEnd) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2",
                     {parameter("/app/dev/image", "no-image", {{"DataType", "aws:ec2:image"}})});
  world.backup();
  world.destroy();
  const auto begin = world.sandbox.runtime.steady();
  const auto applied = world.restore();
  ASSERT_EQ(applied.failures.size(), 1U);
  EXPECT_EQ(applied.failures[0].stage, Stage::verifying);
  EXPECT_THAT(applied.failures[0].error.what, HasSubstr("has not appeared within 2 min"));
  EXPECT_GE(world.sandbox.runtime.steady() - begin, std::chrono::minutes{2});
  EXPECT_LE(world.sandbox.runtime.steady() - begin, std::chrono::minutes{3});
}

TEST(RestoreApply, AnImageThatAppearsLateIsWaitedFor) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", {parameter("/app/dev/image", "ami-0123456789abcdef0",
                                             {{"DataType", "aws:ec2:image"}})});
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  const Time from = world.sandbox.runtime.now() + std::chrono::seconds{30};
  world.sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const bool looks = testing::target_of(request).starts_with("GetParameter");
        if (looks && world.sandbox.runtime.now() < from) return answer("ParameterNotFound");
        return std::nullopt;
      });
  const auto applied = world.apply(*planned);
  ASSERT_TRUE(applied);
  EXPECT_TRUE(applied->whole());
  EXPECT_EQ(world.dump().size(), 1U);
}

// A value that the service keeps otherwise than it was sent.
TEST(RestoreApply, WhatComesBackOtherwiseIsAFailure) {
  RestoreWorld world;
  world.sandbox.seed("us-west-2", {parameter("/app/dev/a", "v"), parameter("/app/dev/b", "v")});
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  world.sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        auto* record = world.store().find("/app/dev/b");
        if (testing::target_of(request) == "GetParameterHistory" && record != nullptr)
          record->current().description = "changed by the service";
        return std::nullopt;
      });
  const auto applied = world.apply(*planned);
  ASSERT_TRUE(applied);
  ASSERT_EQ(applied->failures.size(), 1U);
  EXPECT_EQ(applied->failures[0].stage, Stage::verifying);
  EXPECT_THAT(keys_of(applied->failures[0].differing), ElementsAre("Description"));
  EXPECT_EQ(applied->verified, 1U);
}

TEST(RestoreApply, ExtrasAreDeletedInTensAndOnlyThose) {
  RestoreWorld world;
  json::array kept;
  for (int i = 0; i < 30; ++i) kept.push_back(parameter(fmt::format("/app/dev/{:02}", i), "v"));
  world.sandbox.seed("us-west-2", kept);
  world.backup();
  for (int i = 0; i < 25; ++i)
    world.sandbox.seed("us-west-2", {parameter(fmt::format("/app/dev/extra/{}", i), "v"),
                                     parameter(fmt::format("/other/dev/{}", i), "v")});
  world.options.plan.selection.paths = {"/app"};
  world.options.plan.extra = restore::PlanOptions::Extra::remove;
  const auto applied = world.restore();
  EXPECT_TRUE(applied.whole());
  EXPECT_EQ(applied.removed, 25U);
  EXPECT_EQ(world.sandbox.calls("ssm:DeleteParameters", "us-west-2"), 3U);
  EXPECT_EQ(world.dump().size(), 55U);
}

TEST(RestoreApply, ADocumentThatIsAlteredAfterThePlanIsNotRestored) {
  RestoreWorld world;
  world.sandbox.seed(
      "us-west-2", {parameter("/app/dev/a", "value-of-a"), parameter("/app/dev/b", "value-of-b")});
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  auto& held = world.repository.objects.at(planned->source.document.str()).bytes;
  held.replace(held.find("value-of-b"), 10, "VALUE-OF-B");
  const auto applied = world.apply(*planned);
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->created, 1U);
  ASSERT_EQ(applied->failures.size(), 1U);
  EXPECT_EQ(applied->failures[0].stage, Stage::reading);
  EXPECT_EQ(applied->failures[0].error.kind, ErrorKind::corrupt);
  EXPECT_FALSE(world.dump().contains("/app/dev/b"));
}

}  // namespace
}  // namespace ssmb::engine
