// Older versions: replayed for what a restore makes itself, and left alone elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace testing;

HistoryEntry entry(ParameterVersion version, std::string_view value,
                   std::vector<std::string> labels = {}) {
  return {.metadata = {.name = ParameterName("/app/dev/x"),
                       .type = "String",
                       .version = version,
                       .tier = "Standard",
                       .data_type = "text"},
          .value = SecretText(value),
          .labels = std::move(labels)};
}

// Three versions: "one" (labelled old), "two", "three" (labelled new).
Parameter with_history() {
  Parameter parameter = plain_parameter("/app/dev/x", "three");
  parameter.version = 9;
  parameter.labels = {"new"};
  parameter.labelled_versions = std::vector<VersionLabels>{{.version = 7, .labels = {"old"}}};
  parameter.history = std::vector{entry(7, "one", {"old"}), entry(8, "two")};
  return parameter;
}

// What is live when so many versions were put, the last of them not labelled yet.
Parameter after(std::size_t versions) {
  const Parameter whole = with_history();
  Parameter live = at_version(whole, versions - 1);
  live.version = static_cast<ParameterVersion>(versions);
  live.labels.emplace();
  live.history.emplace(whole.history->begin(),
                       whole.history->begin() + static_cast<std::ptrdiff_t>(versions - 1));
  return live;
}

Step plan_of(const std::optional<Parameter>& live, WithHistory with, bool ours,
             OnConflict policy = OnConflict::skip) {
  PlanOptions options = options_with(policy);
  options.with_history = with;
  Planning planning(options);
  planning.want(with_history());
  if (live) planning.planner().live(*live);
  if (ours) planning.planner().begun(ParameterName("/app/dev/x"), {Action::create, 0});
  return planning.finish().steps.at(0);
}

TEST(History, ComesBackWithACreation) {
  const Step step = plan_of(std::nullopt, WithHistory::yes, false);
  EXPECT_EQ(step.action, Action::create);
  EXPECT_EQ(step.shape.versions, 3U);
  EXPECT_EQ(step.shape.label_calls, 2U);
  EXPECT_THAT(step.lost, IsEmpty());
}

TEST(History, IsListedWhereItStaysBehind) {
  const Step step = plan_of(std::nullopt, WithHistory::no, false);
  EXPECT_EQ(step.shape.versions, 1U);
  EXPECT_THAT(step.lost, ElementsAre("label old of version 7", "2 older versions"));
  EXPECT_FALSE(step.wanted.captured.test(field_at("History")));
}

TEST(History, GoesOnWhereAReplayOfOursEnded) {
  for (std::size_t there : {1U, 2U}) {
    SCOPED_TRACE(there);
    const Step step = plan_of(after(there), WithHistory::yes, true);
    EXPECT_EQ(step.action, Action::update);
    EXPECT_EQ(step.replayed, there);
    EXPECT_EQ(step.shape.versions, 3 - there);
    EXPECT_TRUE(step.wanted.captured.test(field_at("History")));
  }
  Parameter unlabelled = after(3);
  EXPECT_EQ(plan_of(unlabelled, WithHistory::yes, true).action, Action::labels);
  unlabelled.history->front().labels.clear();
  const Step labels = plan_of(unlabelled, WithHistory::yes, true);
  EXPECT_EQ(labels.action, Action::labels);
  EXPECT_THAT(keys_of(labels.differing), ElementsAre("Labels", "History"));
}

TEST(History, OfOthersIsLeftAlone) {
  Parameter live = after(3);
  live.labels = {"new"};
  EXPECT_EQ(plan_of(live, WithHistory::yes, false).action, Action::unchanged);

  live.history->front().value = SecretText("another");
  const Step equal_now = plan_of(live, WithHistory::yes, false, OnConflict::overwrite);
  EXPECT_EQ(equal_now.action, Action::unchanged);
  EXPECT_THAT(equal_now.lost, ElementsAre("the older versions: the parameter exists already"));

  live.value = SecretText("another");
  const Step step = plan_of(live, WithHistory::yes, false, OnConflict::overwrite);
  EXPECT_EQ(step.action, Action::update);
  EXPECT_EQ(step.replayed, 0U);
  EXPECT_EQ(step.shape.versions, 1U);
  EXPECT_THAT(keys_of(step.differing), ElementsAre("Value"));
  EXPECT_FALSE(step.wanted.captured.test(field_at("History")));
}

}  // namespace
}  // namespace ssmb::engine::restore
