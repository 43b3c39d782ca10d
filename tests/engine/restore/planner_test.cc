#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

// Steps after which the restore is not whole.
std::uint64_t unmet_in(const Plan& plan) {
  return static_cast<std::uint64_t>(std::ranges::count_if(plan.steps, &Step::is_unmet));
}

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing;

constexpr const char* kNameText = "/app/dev/db/password";

// What full_parameter() is to be found as, where it was restored before.
Parameter wanted_parameter() {
  Parameter parameter = full_parameter(kNameText);
  parameter.policies = {expiration("2030-01-01T00:00:00.000Z")};
  parameter.history.reset();
  parameter.labelled_versions.reset();
  parameter.resource_policies.reset();
  return parameter;
}

struct Outcome {
  Action action;
  std::vector<std::string_view> differing;
  std::vector<std::string_view> unreachable;
  std::string because;  // is part of it
  bool unmet;
};

struct Row {
  const char* name;
  void (*live)(Parameter&);  // nullptr: not there
  Outcome skip, overwrite, fail;
};

// Acceptance: each policy against each live state.
const Row kRows[] = {
    {"not there",
     nullptr,
     {Action::create, {}, {}, "", false},
     {Action::create, {}, {}, "", false},
     {Action::create, {}, {}, "", false}},
    {"equal",
     [](Parameter&) {},
     {Action::unchanged, {}, {}, "", false},
     {Action::unchanged, {}, {}, "", false},
     {Action::unchanged, {}, {}, "", false}},
    {"equal but for version, date, user, status and aws: tags",
     [](Parameter& p) {
       p.version = 77;
       p.last_modified_date.reset();
       p.last_modified_user = "other";
       p.policies[0].status = "Finished";
       p.tags.insert(p.tags.begin(), {"aws:x", "y"});
     },
     {Action::unchanged, {}, {}, "", false},
     {Action::unchanged, {}, {}, "", false},
     {Action::unchanged, {}, {}, "", false}},
    {"value and tags differ",
     [](Parameter& p) {
       p.value = SecretText("other");
       p.tags.clear();
     },
     {Action::skipped, {"Value", "Tags"}, {}, "--on-conflict skip", true},
     {Action::update, {"Value", "Tags"}, {}, "", false},
     {Action::skipped, {"Value", "Tags"}, {}, "--on-conflict fail", true}},
    {"description differs",
     [](Parameter& p) { p.description.clear(); },
     {Action::skipped, {"Description"}, {}, "--on-conflict skip", true},
     {Action::update, {"Description"}, {}, "", false},
     {Action::skipped, {"Description"}, {}, "--on-conflict fail", true}},
    {"tags and labels differ",
     [](Parameter& p) {
       p.tags.pop_back();
       p.labels = {"prod", "more"};
     },
     {Action::skipped, {"Tags", "Labels"}, {}, "--on-conflict skip", true},
     {Action::tags, {"Tags", "Labels"}, {}, "", false},
     {Action::skipped, {"Tags", "Labels"}, {}, "--on-conflict fail", true}},
    {"labels differ",
     [](Parameter& p) { p.labels->clear(); },
     {Action::skipped, {"Labels"}, {}, "--on-conflict skip", true},
     {Action::labels, {"Labels"}, {}, "", false},
     {Action::skipped, {"Labels"}, {}, "--on-conflict fail", true}},
    {"another type",
     [](Parameter& p) { p.type = "String"; },
     {Action::impossible, {"Type"}, {}, "HierarchyTypeMismatchException: ", true},
     {Action::impossible, {"Type"}, {}, "[M] HierarchyTypeMismatchException", true},
     {Action::impossible, {"Type"}, {}, "HierarchyTypeMismatchException: ", true}},
};

// The same, where Standard is wanted and the live one is Advanced.
const Row kTierRows[] = {
    {"only the tier differs",
     [](Parameter& p) { p.tier = "Advanced"; },
     {Action::skipped, {"Tier"}, {}, "--on-conflict skip", true},
     {Action::impossible, {"Tier"}, {"Tier"}, "[M] PutParameter Tier", true},
     {Action::skipped, {"Tier"}, {}, "--on-conflict fail", true}},
    {"tier and value differ",
     [](Parameter& p) {
       p.tier = "Advanced";
       p.value = SecretText("other");
     },
     {Action::skipped, {"Value", "Tier"}, {}, "--on-conflict skip", true},
     {Action::update, {"Value", "Tier"}, {"Tier"}, "[M] PutParameter Tier", true},
     {Action::skipped, {"Value", "Tier"}, {}, "--on-conflict fail", true}},
    {"tier and tags differ",
     [](Parameter& p) {
       p.tier = "Advanced";
       p.tags.clear();
     },
     {Action::skipped, {"Tier", "Tags"}, {}, "--on-conflict skip", true},
     {Action::tags, {"Tier", "Tags"}, {"Tier"}, "[M] PutParameter Tier", true},
     {Action::skipped, {"Tier", "Tags"}, {}, "--on-conflict fail", true}},
};

void expect_outcome(const Row& row, Parameter wanted, OnConflict policy, const Outcome& outcome) {
  SCOPED_TRACE(row.name);
  SCOPED_TRACE(static_cast<int>(policy));
  Planning planning(options_with(policy));
  planning.want(wanted);
  if (row.live) {
    row.live(wanted);
    planning.planner().live(wanted);
  }
  const Plan plan = planning.finish();
  ASSERT_EQ(plan.steps.size(), 1U);
  const Step& step = plan.steps[0];
  EXPECT_EQ(to_string(step.action), to_string(outcome.action));
  EXPECT_EQ(keys_of(step.differing), outcome.differing);
  EXPECT_EQ(keys_of(step.unreachable), outcome.unreachable);
  EXPECT_THAT(step.because, HasSubstr(outcome.because));
  EXPECT_EQ(step.because.empty(), outcome.because.empty()) << step.because;
  EXPECT_EQ(step.is_unmet(), outcome.unmet);
  EXPECT_EQ(unmet_in(plan), outcome.unmet ? 1U : 0U);
  EXPECT_EQ(plan.counts.at(outcome.action), 1U);
  EXPECT_EQ(plan.writes(), writes(outcome.action) ? 1U : 0U);
  EXPECT_EQ(step.live_version.has_value(), row.live != nullptr);
  const bool conflicts = policy == OnConflict::fail && outcome.action == Action::skipped;
  EXPECT_EQ(plan.conflicts.size(), conflicts ? 1U : 0U);
}

TEST(Planner, MeetsEachLiveStateByTheConflictPolicy) {
  for (const Row& row : kRows) {
    expect_outcome(row, wanted_parameter(), OnConflict::skip, row.skip);
    expect_outcome(row, wanted_parameter(), OnConflict::overwrite, row.overwrite);
    expect_outcome(row, wanted_parameter(), OnConflict::fail, row.fail);
  }
  Parameter standard = wanted_parameter();
  standard.tier = "Standard";
  standard.policies.clear();
  for (const Row& row : kTierRows) {
    expect_outcome(row, standard, OnConflict::skip, row.skip);
    expect_outcome(row, standard, OnConflict::overwrite, row.overwrite);
    expect_outcome(row, standard, OnConflict::fail, row.fail);
  }
}

// The last row of the table: live, and not in the snapshot.
TEST(Planner, LeavesExtrasAloneUnlessTheyAreToGo) {
  const struct {
    const char* name;
    PlanOptions::Extra extra;
    std::vector<std::string> paths, exclude;
    const char* live;
    const char* action;  // "": no step at all
  } rows[] = {
      {"within the scope", PlanOptions::Extra::keep, {}, {}, "/app/dev/x", "extra"},
      {"outside of it", PlanOptions::Extra::keep, {}, {}, "/app/prod/x", ""},
      {"outside of it, under the path", PlanOptions::Extra::remove, {"/app"}, {}, "/app/x", ""},
      {"under the path", PlanOptions::Extra::remove, {"/app/dev"}, {}, "/app/dev/x", "remove"},
      {"the path itself", PlanOptions::Extra::remove, {"/app/dev/x"}, {}, "/app/dev/x", "remove"},
      {"beside the path", PlanOptions::Extra::remove, {"/app/dev/x"}, {}, "/app/dev/xy", ""},
      {"excluded", PlanOptions::Extra::remove, {"/app/dev"}, {"*/x"}, "/app/dev/x", ""},
      {"no path", PlanOptions::Extra::remove, {}, {}, "/app/dev/x", "extra"},
      {"no word", PlanOptions::Extra::keep, {"/app/dev"}, {}, "/app/dev/x", "extra"},
  };
  for (const auto& row : rows) {
    for (const OnConflict policy : {OnConflict::skip, OnConflict::overwrite, OnConflict::fail}) {
      SCOPED_TRACE(row.name);
      PlanOptions options = options_with(policy);
      options.extra = row.extra;
      options.selection.paths = row.paths;
      options.selection.exclude = row.exclude;
      Planning planning(options);
      planning.planner().live_unwanted(ParameterName(row.live));
      const Plan plan = planning.finish();
      ASSERT_EQ(plan.steps.size(), *row.action ? 1U : 0U);
      if (*row.action) {
        EXPECT_EQ(to_string(plan.steps[0].action), row.action);
      }
      EXPECT_THAT(plan.conflicts, IsEmpty());
      EXPECT_EQ(unmet_in(plan), 0U);
    }
  }
}

TEST(Planner, FindsExtrasBehindAMap) {
  PlanOptions options = options_with();
  options.extra = PlanOptions::Extra::remove;
  options.selection.paths = {"/app/dev"};
  options.mapping.names = {{.from = "/app", .to = "/copy"}};
  Planning planning(options);
  planning.want(plain_parameter("/app/dev/a"));
  EXPECT_TRUE(planning.planner().wants(ParameterName("/copy/dev/a")));
  EXPECT_FALSE(planning.planner().wants(ParameterName("/app/dev/a")));
  planning.planner().live_unwanted(ParameterName("/app/dev/b"));   // of no source: left alone
  planning.planner().live_unwanted(ParameterName("/copy/dev/b"));  // of /app/dev/b
  const Plan plan = planning.finish();
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_EQ(plan.steps[0].action, Action::create);
  EXPECT_EQ(plan.steps[0].source_name().view(), "/app/dev/a");
  EXPECT_EQ(plan.steps[1].name.view(), "/copy/dev/b");
  EXPECT_EQ(plan.steps[1].action, Action::remove);
}

TEST(Planner, TakesBothSidesInAnyOrder) {
  Parameter live = wanted_parameter();
  live.description = "other";
  for (const bool live_first : {false, true}) {
    Planning planning(options_with());
    if (live_first) planning.planner().live(live);
    planning.want(wanted_parameter());
    if (!live_first) planning.planner().live(live);
    const Plan plan = planning.finish();
    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_EQ(plan.steps[0].action, Action::update);
    EXPECT_EQ(plan.steps[0].live_version, live.version);
  }
}

TEST(Planner, MakesBothImpossibleThatAMapFoldsIntoOne) {
  PlanOptions options = options_with();
  options.mapping.names = {{.from = "/a", .to = "/c"}, {.from = "/b", .to = "/c"}};
  Planning planning(options);
  planning.want(plain_parameter("/a/dev/x")).want(plain_parameter("/b/dev/x"));
  planning.want(plain_parameter("/b/dev/y"));
  const Plan plan = planning.finish();
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.steps[0].action, Action::impossible);
  EXPECT_EQ(plan.steps[0].because, "--map makes /c/dev/x of /b/dev/x too");
  EXPECT_EQ(plan.steps[1].action, Action::impossible);
  EXPECT_EQ(plan.steps[1].because, "--map makes /c/dev/x of /a/dev/x too");
  EXPECT_EQ(plan.steps[2].action, Action::create);
  EXPECT_EQ(unmet_in(plan), 2U);
}

TEST(Planner, OrdersByWhatComesFirst) {
  PlanOptions options = options_with();
  options.first = {"*/db/*", "/app/dev/b*"};
  Planning planning(options);
  for (const char* name :
       {"/app/dev/z", "/app/dev/b2", "/app/dev/db/1", "/app/dev/b1", "/app/dev/a", "/app/dev/db/0"})
    planning.want(plain_parameter(name));
  planning.planner().live_unwanted(ParameterName("/app/dev/0"));
  const Plan plan = planning.finish();
  std::vector<std::string> order;
  for (const Step& step : plan.steps) order.push_back(step.name.str());
  EXPECT_THAT(order, ElementsAre("/app/dev/db/1", "/app/dev/db/0", "/app/dev/b2", "/app/dev/b1",
                                 "/app/dev/z", "/app/dev/a", "/app/dev/0"));
  EXPECT_EQ(plan.steps[0].priority, 0U);
  EXPECT_EQ(plan.steps[4].priority, 2U);
  EXPECT_EQ(plan.steps[0].place.offset, 2U);
}

// A create that this run began, and that was cut off before its labels: no conflict. What our puts
// cannot have made is somebody else's, and a put that was not made leaves it theirs.
TEST(Planner, FinishesWhatThisRunHasBegun) {
  struct Row {
    const char* name;
    Begun begun;
    aws::ssm::ParameterVersion live;
    bool ours;
  };
  const Row rows[] = {
      {"created, and cut off", {Action::create, 0}, 1, true},
      {"put over, and cut off", {Action::update, 4}, 5, true},
      {"begun, and nothing put", {Action::update, 4}, 4, false},
      {"rotated since by somebody else", {Action::create, 0}, 2, false},
      {"deleted since, and made again", {Action::update, 4}, 1, false},
      {"some labels set", {Action::labels, 4}, 4, true},
      {"changed since its labels were begun", {Action::labels, 4}, 5, false},
  };
  for (const Row& row : rows) {
    for (const OnConflict policy : {OnConflict::skip, OnConflict::fail}) {
      SCOPED_TRACE(row.name);
      Parameter half = wanted_parameter();
      half.labels->clear();
      half.version = row.live;
      Planning planning(options_with(policy));
      planning.want(wanted_parameter());
      planning.planner().live(half);
      planning.planner().begun(half.name, row.begun);
      const Plan plan = planning.finish();
      EXPECT_EQ(plan.steps[0].action, row.ours ? Action::labels : Action::skipped);
      EXPECT_EQ(plan.conflicts.empty(), row.ours || policy == OnConflict::skip);
    }
  }
}

TEST(Planner, LeavesTheJobsOwnParametersOutElsewhere) {
  const Parameter include = plain_parameter("/jenkins/dev/backup/include");
  const Parameter other = plain_parameter("/jenkins/dev/other");
  struct {
    const char* name;
    rules::Place to;
    Action action;
  } rows[] = {
      {"same place", kHere, Action::create},
      {"another Region", {.region = kThere.region, .account = kHere.account}, Action::skipped},
      {"another account", {.region = kHere.region, .account = kThere.account}, Action::skipped},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    PlanOptions options = options_with();
    options.mapping.to = row.to;
    Planning planning(options);
    planning.want(include).want(other);
    planning.planner().live_unwanted(ParameterName("/jenkins/dev/backup/regions"));
    const Plan plan = planning.finish();
    EXPECT_EQ(plan.steps[0].action, row.action);
    EXPECT_EQ(plan.steps[1].action, Action::create);
    EXPECT_EQ(plan.steps.size(), row.action == Action::create ? 3U : 2U);
    EXPECT_EQ(unmet_in(plan), 0U);
    if (row.action == Action::skipped) {
      EXPECT_EQ(reason(plan.steps[0]), "it tells of the backups of another account or Region");
    }
  }
}

TEST(Planner, SaysWhatCouldNotBeReadThere) {
  Planning planning(options_with());
  planning.want(wanted_parameter());
  planning.planner().live_unreadable(ParameterName(kNameText),
                                     {.kind = ErrorKind::denied, .what = "no right to decrypt it"});
  const Plan plan = planning.finish();
  EXPECT_EQ(plan.steps[0].action, Action::impossible);
  EXPECT_EQ(plan.steps[0].because, "it is there, and could not be read: no right to decrypt it");
}

TEST(Planner, UsesUpTheRoomForParametersInTheOrderOfThePlan) {
  PlanOptions options = options_with();
  options.first = {"*/c"};
  Planning planning(options);
  for (const char* name : {"/app/dev/a", "/app/dev/b", "/app/dev/c"})
    planning.want(plain_parameter(name));
  Parameter advanced = plain_parameter("/app/dev/d");
  advanced.tier = "Advanced";
  planning.want(advanced);
  Parameter raised = plain_parameter("/app/dev/e");
  raised.tier = "Advanced";
  planning.want(raised);
  raised.tier = "Standard";
  planning.planner().live(raised);
  planning.want(plain_parameter("/app/dev/f"));
  planning.planner().count(9'998, 5);
  const Plan plan = planning.finish();
  std::vector<std::string> said;
  for (const Step& step : plan.steps)
    said.push_back(step.name.str().substr(9) + " " + std::string(to_string(step.action)));
  // Raising e makes room for f.
  EXPECT_THAT(said, ElementsAre("c create", "a create", "b impossible", "d create", "e update",
                                "f create"));
  EXPECT_THAT(plan.steps[2].because, HasSubstr("ParameterLimitExceeded: "));
  EXPECT_THAT(plan.steps[2].because, HasSubstr("[M] ParameterLimitExceeded"));
}

// The first version that is put needs the room, not the last.
TEST(Planner, FindsNoRoomForAReplayThatBeginsInStandard) {
  PlanOptions options = options_with();
  options.with_history = WithHistory::yes;
  Parameter raised = plain_parameter("/app/dev/a");
  raised.tier = "Advanced";
  raised.labels.emplace();
  raised.history = std::vector<HistoryEntry>{{.metadata = {.name = raised.name,
                                                           .type = "String",
                                                           .version = 1,
                                                           .tier = "Standard",
                                                           .data_type = "text"},
                                              .value = SecretText("old"),
                                              .labels = {}}};
  for (const bool full : {false, true}) {
    Planning planning(options);
    planning.want(raised).want(plain_parameter("/app/dev/b"));
    planning.planner().count(full ? 10'000 : 9'999, 5);
    const Plan plan = planning.finish();
    EXPECT_EQ(plan.steps[0].action, full ? Action::impossible : Action::create);
    EXPECT_EQ(plan.steps[1].action, full ? Action::impossible : Action::create);
  }
}

TEST(Planner, ForeseesTheVersionThatCannotGo) {
  Parameter live = wanted_parameter();
  live.version = 150;
  live.value = SecretText("other");
  live.labelled_versions = std::vector<VersionLabels>{{.version = 51, .labels = {"keep"}}};
  Planning planning(options_with());
  planning.want(wanted_parameter());
  planning.planner().live(live);
  const Plan plan = planning.finish();
  EXPECT_EQ(plan.steps[0].action, Action::impossible);
  EXPECT_THAT(plan.steps[0].because, HasSubstr("ParameterMaxVersionLimitExceeded"));

  live.labelled_versions = std::vector<VersionLabels>{{.version = 52, .labels = {"keep"}}};
  Planning fine(options_with());
  fine.want(wanted_parameter());
  fine.planner().live(live);
  EXPECT_EQ(fine.finish().steps[0].action, Action::update);
}

// What the rules say of a put matters only where there is one.
TEST(Planner, AsksNothingOfAPutThatIsNotMade) {
  Parameter nested = plain_parameter("/app/dev/x", "{{other}}");
  struct {
    const char* name;
    void (*change)(Parameter&);
    Action action;
  } rows[] = {
      {"equal", [](Parameter&) {}, Action::unchanged},
      {"tags differ", [](Parameter& p) { p.tags = {{"a", "b"}}; }, Action::tags},
      {"value differs", [](Parameter& p) { p.value = SecretText("x"); }, Action::impossible},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Planning planning(options_with());
    planning.want(nested);
    Parameter live = nested;
    row.change(live);
    planning.planner().live(live);
    const Plan plan = planning.finish();
    EXPECT_EQ(plan.steps[0].action, row.action);
    EXPECT_EQ(plan.doubtful, 0U);
  }
}

TEST(Planner, KeepsTheNameThatIsThere) {
  Planning planning(options_with());
  planning.want(plain_parameter("/top"));
  EXPECT_TRUE(planning.planner().wants(ParameterName("top")));
  Parameter live = plain_parameter("top");
  live.value = SecretText("other");
  planning.planner().live(live);
  const Plan plan = planning.finish();
  EXPECT_EQ(plan.steps[0].action, Action::update);
  EXPECT_THAT(keys_of(plan.steps[0].unreachable), ElementsAre("Name"));
  EXPECT_EQ(plan.steps[0].because, "top is the same parameter, and keeps its name");
}

}  // namespace
}  // namespace ssmb::engine::restore
