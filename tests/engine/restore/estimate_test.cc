#include "engine/restore/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using namespace testing;
using namespace std::chrono_literals;

const std::map<std::string, CallRate> kRates{{"PutParameter", {.rate = 3, .burst = 20}},
                                             {"GetParameterHistory", {.rate = 10, .burst = 20}},
                                             {"ListTagsForResource", {.rate = 10, .burst = 20}},
                                             {"TagsOfResource", {.rate = 10, .burst = 20}},
                                             {"LabelParameterVersion", {.rate = 10, .burst = 20}},
                                             {"DeleteParameter", {.rate = 5, .burst = 20}}};

Step step_of(Action action) {
  Step step;
  step.name = ParameterName("/app/dev/x");
  step.action = action;
  return step;
}
Plan plan_of(std::vector<Step> steps) {
  Plan plan;
  for (Step& step : steps) plan.steps.push_back(std::move(step));
  return plan;
}

// Acceptance: 100,000 at 3 a second are 9.3 hours, and how to raise the throughput first.
TEST(Estimate, OfAHundredThousandCreations) {
  Plan plan;
  for (int i = 0; i < 100'000; ++i) plan.steps.push_back(step_of(Action::create));
  const Estimate slow = estimate(plan, kRates, kNow);
  EXPECT_EQ(to_human(slow.duration), "9.3 h");
  EXPECT_EQ(slow.bounded_by, "PutParameter");
  EXPECT_EQ(slow.events, 100'000U);
  EXPECT_EQ(slow.calls.at("PutParameter"), 100'000U);
  EXPECT_EQ(slow.dollars_a_month, 0);
  EXPECT_EQ(slow.advice,
            "100000 puts at 3 a second take 9.3 h: raise the throughput first, to 10 a second and "
            "2.8 h (calls are then charged): aws ssm update-service-setting --setting-id "
            "/ssm/parameter-store/high-throughput-enabled --setting-value true");

  auto rates = kRates;
  rates["PutParameter"].rate = 10;
  const Estimate fast = estimate(plan, rates, kNow);
  EXPECT_EQ(to_human(fast.duration), "2.8 h");
  EXPECT_THAT(fast.advice, HasSubstr("ask AWS Support for a higher quota of PutParameter"));
}

TEST(Estimate, SaysNothingOfAShortOne) {
  const Estimate out = estimate(plan_of({step_of(Action::create)}), kRates, kNow);
  EXPECT_EQ(out.duration, 0s);
  EXPECT_EQ(out.advice, "");
  EXPECT_EQ(estimate({}, kRates, kNow).bounded_by, "");
  EXPECT_THAT(estimate({}, kRates, kNow).calls, ::testing::IsEmpty());
}

TEST(Estimate, CountsEachKindOfStep) {
  Step update = step_of(Action::update);
  update.shape.versions = 2;
  update.shape.label_calls = 2;
  update.shape.tag_calls = 1;
  Step tags = step_of(Action::tags);
  tags.shape.versions = 0;
  tags.shape.tag_calls = 2;
  Step labels = step_of(Action::labels);
  labels.shape.versions = 0;
  labels.shape.label_calls = 1;
  std::vector<Step> steps{step_of(Action::create),
                          update,
                          tags,
                          labels,
                          step_of(Action::unchanged),
                          step_of(Action::skipped),
                          step_of(Action::impossible),
                          step_of(Action::extra)};
  for (int i = 0; i < 11; ++i) steps.push_back(step_of(Action::remove));
  const Estimate out = estimate(plan_of(std::move(steps)), kRates, kNow);
  EXPECT_THAT(out.calls,
              ElementsAre(Pair("AddTagsToResource", 2), Pair("DeleteParameters", 2),
                          Pair("GetParameterHistory", 7), Pair("LabelParameterVersion", 3),
                          Pair("ListTagsForResource", 7), Pair("PutParameter", 3),
                          Pair("RemoveTagsFromResource", 1)));
  EXPECT_EQ(out.events, 3U + 3U + 11U);
}

TEST(Estimate, IsBoundedByTheSlowestGroup) {
  Plan plan;
  for (int i = 0; i < 620; ++i) {
    Step& step = plan.steps.emplace_back(step_of(Action::tags));
    step.shape.tag_calls = 2;
  }
  const Estimate out = estimate(plan, kRates, kNow);
  EXPECT_EQ(out.bounded_by, "GetParameterHistory");
  EXPECT_EQ(out.duration, 122s);
  const Estimate alone = estimate(plan, {{"TagsOfResource", {.rate = 10, .burst = 40}}}, kNow);
  EXPECT_EQ(alone.bounded_by, "TagsOfResource");
  EXPECT_EQ(alone.duration, 120s);
}

TEST(Estimate, CountsTheDollarsOfWhatBecomesAdvanced) {
  Step create = step_of(Action::create);
  create.shape.tier = rules::Tier::advanced;
  Step raise = step_of(Action::update);
  raise.shape.tier = rules::Tier::advanced;
  raise.differing = field_set({field_at("Tier")});
  Step stays = step_of(Action::update);
  stays.shape.tier = rules::Tier::advanced;
  Step standard = step_of(Action::create);
  const Estimate out = estimate(plan_of({create, raise, stays, standard}), kRates, kNow);
  EXPECT_EQ(out.advanced, 2U);
  EXPECT_DOUBLE_EQ(out.dollars_a_month, 0.10);
}

TEST(Estimate, NamesPoliciesThatFireWithinADay) {
  const auto firing = [](std::string_view name, Action action, Duration in) {
    Step step = step_of(action);
    step.name = ParameterName(name);
    step.shape.fires = kNow + in;
    return step;
  };
  const Estimate out = estimate(
      plan_of({firing("/late", Action::create, 25h), firing("/b", Action::update, 24h),
               firing("/a", Action::create, 1h), firing("/unchanged", Action::unchanged, 1h)}),
      kRates, kNow);
  ASSERT_EQ(out.firing.size(), 2U);
  EXPECT_EQ(out.firing[0].name.view(), "/a");
  EXPECT_EQ(out.firing[0].when, kNow + 1h);
  EXPECT_EQ(out.firing[1].name.view(), "/b");
}

}  // namespace
}  // namespace ssmb::engine::restore
