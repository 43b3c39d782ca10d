// A restore executed: what comes back, what is left alone, and what a lost answer costs.

#include <gmock/gmock.h>

#include "zoo.h"

namespace ssmb::engine {
namespace {

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
  RestoreWorld world;
  world.sandbox.seed("us-west-2", zoo());
  world.backup();
  world.destroy();
  const auto planned = world.plan();
  ASSERT_TRUE(planned);
  world.sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (testing::target_of(request) == "PutParameter") return refusal("ExpiredTokenException");
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
        if (looks && world.sandbox.runtime.now() < from) return refusal("ParameterNotFound");
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
