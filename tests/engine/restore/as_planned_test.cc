#include "engine/restore/as_planned.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing;

constexpr const char* kNameText = "/app/dev/x";
constexpr const char* kDate = "2025-08-30T01:11:12Z";  // plain_parameter()'s

std::string plan_text(const std::string& steps, std::string_view instead_of = "",
                      std::string_view text = "") {
  std::string plan =
      R"({"environment":"dev","region":"us-west-2","account":"123456789012","snapshot":{"key":"k",)"
      R"("sha256":")" +
      std::string(64, 'a') + R"("},"onConflict":"overwrite","choices":[],"steps":[)" + steps + "]}";
  if (!instead_of.empty()) plan.replace(plan.find(instead_of), instead_of.size(), text);
  return plan;
}

std::string step(std::string_view action, std::string_view more = "") {
  return fmt::format(R"({{"name":"{}","action":"{}","because":""{}}})", kNameText, action, more);
}
std::string seen(std::string_view action, int version, std::string_view more = "") {
  return step(action, fmt::format(R"(,"liveVersion":{},"liveDate":"{}"{})", version, kDate, more));
}

std::shared_ptr<const EarlierPlan> earlier(const std::string& steps) {
  auto plan = EarlierPlan::parse(plan_text(steps));
  EXPECT_TRUE(plan) << plan.error().what;
  return std::make_shared<const EarlierPlan>(std::move(*plan));
}

struct Row {
  const char* name;
  std::string planned;       // the step that the plan has; empty: none
  void (*live)(Parameter&);  // nullptr: not there
  Action action;
  std::string because;
};

const Row kRows[] = {
    {"created, as planned", step("create"), nullptr, Action::create, ""},
    {"not in the plan", "", nullptr, Action::changed, "the plan does not have it"},
    {"lost since", seen("unchanged", 1), nullptr, Action::changed, "the plan has it as unchanged"},
    {"lost since, and to be updated", seen("update", 1), nullptr, Action::changed,
     "the plan has it as update, and it would be create now"},
    {"updated, as planned", seen("update", 1, R"(,"differing":["Value"])"),
     [](Parameter& p) { p.value = SecretText("other"); }, Action::update, ""},
    {"changed since", seen("unchanged", 1),
     [](Parameter& p) {
       p.value = SecretText("other");
       p.version = 2;
     },
     Action::changed, "the plan has it as unchanged"},
    {"changed once more", seen("update", 1, R"(,"differing":["Value"])"),
     [](Parameter& p) {
       p.value = SecretText("other");
       p.version = 2;
     },
     Action::changed, "it is not in the version any more that the plan saw"},
    {"deleted and made again", seen("update", 1, R"(,"differing":["Value"])"),
     [](Parameter& p) {
       p.value = SecretText("other");
       *p.last_modified_date += std::chrono::seconds{1};
     },
     Action::changed, "it is not in the version any more that the plan saw"},
    {"made since", step("create"), [](Parameter& p) { p.value = SecretText("other"); },
     Action::changed, "the plan has it as create, and it would be update now"},
    {"made since, and equal", step("create"), [](Parameter&) {}, Action::unchanged, ""},
    {"tagged since", seen("update", 1, R"(,"differing":["Value"])"),
     [](Parameter& p) {
       p.value = SecretText("other");
       p.tags = {{"a", "b"}};
     },
     Action::changed, "the plan does not show that it differs in Tags"},
    {"no tags any more", seen("update", 1, R"(,"differing":["Value","Tags"])"),
     [](Parameter& p) { p.value = SecretText("other"); }, Action::update, ""},
    {"impossible by now", seen("update", 1), [](Parameter& p) { p.type = "StringList"; },
     Action::impossible, "HierarchyTypeMismatchException"},
    {"skipped in the plan", seen("skipped", 1, R"(,"differing":["Value"])"),
     [](Parameter& p) { p.value = SecretText("other"); }, Action::changed,
     "the plan has it as skipped"},
    {"impossible in the plan", step("impossible"), nullptr, Action::changed,
     "the plan has it as impossible"},
    {"of another source", step("create", R"(,"source":"/old/x")"), nullptr, Action::changed,
     "the plan makes it of another parameter of the snapshot"},
    {"twice in the plan", step("create") + "," + step("create"), nullptr, Action::changed,
     "the plan has it as impossible"},
    {"under its other name", R"({"name":"app/dev/x","action":"create","source":"/app/dev/x"})",
     nullptr, Action::create, ""},
};

TEST(AsPlanned, WritesOnlyWhatThePlanShows) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    PlanOptions options = options_with();
    options.as_planned = earlier(row.planned);
    Planning planning(options);
    planning.want(plain_parameter(kNameText));
    if (row.live != nullptr) {
      Parameter live = plain_parameter(kNameText);
      row.live(live);
      planning.planner().live(live);
    }
    const Plan plan = planning.finish();
    ASSERT_EQ(plan.steps.size(), 1U);
    const Step& step = plan.steps[0];
    EXPECT_EQ(to_string(step.action), to_string(row.action));
    EXPECT_THAT(step.because, row.because.empty()
                                  ? ::testing::IsEmpty()
                                  : ::testing::Matcher<std::string>(HasSubstr(row.because)));
    EXPECT_EQ(plan.counts.at(row.action), 1U);
    EXPECT_EQ(step.is_unmet(), row.action == Action::changed || row.action == Action::impossible);
  }
}

// What an earlier life of this restore has put: neither the plan's version nor somebody else's.
TEST(AsPlanned, FinishesWhatItHasBegun) {
  struct {
    const char* name;
    std::string planned;
    Begun begun;
    aws::ssm::ParameterVersion live;
    Action action;
  } rows[] = {
      {"created, and cut off", step("create"), {Action::create, 0}, 1, Action::tags},
      {"put over, and cut off", seen("update", 4), {Action::update, 4}, 5, Action::tags},
      {"of another plan", seen("unchanged", 5), {Action::update, 4}, 5, Action::changed},
      {"of another version", seen("update", 3), {Action::update, 4}, 5, Action::changed},
      {"put over by somebody else since",
       seen("update", 4),
       {Action::update, 4},
       6,
       Action::changed},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    PlanOptions options = options_with();
    options.as_planned = earlier(row.planned);
    Planning planning(options);
    Parameter wanted = plain_parameter(kNameText);
    wanted.tags = {{"a", "b"}};
    planning.want(wanted);
    Parameter half = plain_parameter(kNameText);
    half.version = row.live;
    planning.planner().live(half);
    planning.planner().begun(half.name, row.begun);
    EXPECT_EQ(to_string(planning.finish().steps[0].action), to_string(row.action));
  }
}

TEST(AsPlanned, DeletesOnlyWhatThePlanShows) {
  PlanOptions options = options_with();
  options.extra = PlanOptions::Extra::remove;
  options.selection.paths = {"/app/dev"};
  options.as_planned = earlier(step("remove") + R"(,{"name":"/app/dev/y","action":"extra"})");
  Planning planning(options);
  for (const char* name : {kNameText, "/app/dev/y", "/app/dev/z"})
    planning.planner().live_unwanted(ParameterName(name));
  const Plan plan = planning.finish();
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.steps[0].action, Action::remove);
  EXPECT_EQ(plan.steps[1].action, Action::changed);
  EXPECT_EQ(plan.steps[1].because, "the plan has it as extra");
  EXPECT_EQ(plan.steps[2].because, "the plan does not have it");
}

// It needs no room, so it takes none from what is planned.
TEST(AsPlanned, WhatIsLeftAloneTakesNoRoom) {
  PlanOptions options = options_with();
  options.as_planned = earlier(R"({"name":"/app/dev/z","action":"create"})");
  Planning planning(options);
  planning.want(plain_parameter("/app/dev/a")).want(plain_parameter("/app/dev/z"));
  planning.planner().count(rules::kMaxStandardParameters - 1, 0);
  const Plan plan = planning.finish();
  EXPECT_EQ(plan.steps[0].action, Action::changed);
  EXPECT_EQ(plan.steps[1].action, Action::create);
}

TEST(AsPlanned, ChoicesAreWhatChangesAWrite) {
  PlanOptions options = options_with();
  EXPECT_THAT(choices_of(options), IsEmpty());
  options.mapping.names = {{.from = "/b", .to = "/c"}, {.from = "/a", .to = "/c"}};
  options.mapping.keys = {{.from = "alias/x", .to = "alias/y"}};
  options.mapping.expired = Expired::strip;
  options.with_history = WithHistory::yes;
  EXPECT_THAT(choices_of(options),
              ElementsAre("--expired strip", "--history", "--kms-map alias/x=alias/y",
                          "--map /a=/c", "--map /b=/c"));
}

TEST(AsPlanned, APlanThatCannotBeReadIsNamedByItsMember) {
  struct {
    const char* name;
    std::string text;
    const char* says;
  } rows[] = {
      {"no JSON", "{", "JSON"},
      {"a list", "[]", "not a JSON object"},
      {"no snapshot", plan_text("", "\"snapshot\"", "\"other\""), "snapshot is missing"},
      {"a policy of another day", plan_text("", "\"overwrite\"", "\"maybe\""), "onConflict"},
      {"made before there were choices", plan_text("", "\"choices\"", "\"other\""),
       "choices is missing"},
      {"a choice that is no text", plan_text("", "\"choices\":[", "\"choices\":[1"), "choices"},
      {"a step without a name", plan_text("{}"), "name is missing"},
      {"a step of another kind", plan_text(step("explode")), "action"},
      {"a field of another day", plan_text(step("update", R"(,"differing":["Colour"])")),
       "differing"},
      {"a version that is a word", plan_text(step("update", R"(,"liveVersion":"two")")),
       "liveVersion"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto plan = EarlierPlan::parse(row.text);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(plan.error().what, HasSubstr(row.says));
  }
}

}  // namespace
}  // namespace ssmb::engine::restore
