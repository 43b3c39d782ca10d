#include "report/restore_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sstream>

#include "engine/restore/as_planned.h"
#include "report/restore_json.h"
#include "report/wrap.h"
#include "shown_restore.h"
#include "tests/support/golden.h"

namespace ssmb::report {
namespace {

using engine::restore::Action;
using engine::restore::Applied;
using engine::restore::Failure;
using ::testing::HasSubstr;
using ::testing::Not;

std::string plan_text(const ShownPlan& shown, Detail detail = Detail::brief,
                      std::size_t columns = 80) {
  std::ostringstream out;
  write_plan(out, shown, detail, columns);
  return out.str();
}

std::string restored_text(const ShownRestore& shown) {
  std::ostringstream out;
  write_restored(out, shown, Detail::brief, 80);
  return out.str();
}

boost::json::object plan_json(const ShownPlan& shown) {
  std::string text;
  write_plan_json([&text](std::string_view piece) { text += piece; }, shown);
  return boost::json::parse(text).as_object();
}

TEST(Labelled, BreaksBetweenWordsAndKeepsTheMargin) {
  EXPECT_EQ(labelled("  a  ", "one two three", 13), "  a  one two\n     three\n");
  EXPECT_EQ(labelled("- ", "", 20), "-\n");
  EXPECT_EQ(labelled("- ", "a-word-that-is-too-long b", 10), "- a-word-that-is-too-long\n  b\n");
  EXPECT_EQ(labelled("- ", "a\x1b[31m", 20), "- a\\x1b[31m\n");
}

TEST(RestorePlanText, SaysWhatWhyAndWhatItCosts) {
  RestoreWorld world;
  world.fill();
  testing::expect_golden("tests/golden/restore_plan.txt", plan_text(world.shown()));
}

TEST(RestorePlanText, NamesEachStepIfAsked) {
  RestoreWorld world;
  world.fill();
  const std::string brief = plan_text(world.shown());
  const std::string whole = plan_text(world.shown(), Detail::whole);
  EXPECT_THAT(brief, HasSubstr("and 4 more: --verbose shows all"));
  EXPECT_THAT(brief, Not(HasSubstr("/app/dev/p11")));
  EXPECT_THAT(whole, HasSubstr("/app/dev/p11"));
  EXPECT_THAT(whole, HasSubstr("/app/dev/same"));
  EXPECT_THAT(whole, Not(HasSubstr("--verbose")));
}

// They came in the order in which the backup's reads had ended.
TEST(RestorePlanText, ListsAreInTheOrderOfTheirNames) {
  RestoreWorld world;
  for (const char* name : {"/m", "/z", "/a", "/k"}) world.add(name, Action::create);
  for (const char* name : {"/y", "/b"}) world.add(name, Action::unchanged);
  // --first comes first.
  for (auto& step : world.planned.plan.steps) step.priority = step.name.view() == "/k" ? 0 : 1;
  EXPECT_THAT(plan_text(world.shown()), HasSubstr("\n  /k\n  /a\n  /m\n  /z\n"));
  const auto json = plan_json(world.shown());
  EXPECT_EQ(boost::json::serialize(json.at("to_create")), R"(["/k","/a","/m","/z"])");
  std::string steps;
  for (const auto& step : json.at("steps").as_array()) steps += step.at("name").as_string();
  EXPECT_EQ(steps, "/k/a/b/m/y/z");
}

TEST(RestorePlanText, EndsWithWhatToDo) {
  struct Row {
    const char* name;
    void (*given)(RestoreWorld&);
    const char* says;
  };
  const Row rows[] = {
      {"nothing to do", [](RestoreWorld& world) { world.add("/a", Action::unchanged); },
       "nothing to do: all that was wanted is there and equal\n"},
      {"nothing to write", [](RestoreWorld& world) { world.add("/a", Action::impossible, "x"); },
       "incomplete: 1 impossible (exit 3)\nnothing to write\nnext: decide what becomes of what is "
       "named above: its reason says how\n"},
      {"what the snapshot lacks",
       [](RestoreWorld& world) {
         world.add("/a", Action::create);
         world.planned.source.state = snapshot::State::incomplete;
       },
       "incomplete: the snapshot is incomplete (exit 3)\nnothing was written yet\nnext: "
       "ssm-backup restore --env dev --apply\n"},
      {"something to write", [](RestoreWorld& world) { world.add("/a", Action::create); },
       "nothing was written yet\nnext: ssm-backup restore --env dev --apply\n"},
      {"left out by a flag",
       [](RestoreWorld& world) { world.add("/a", Action::skipped, "expired"); },
       "nothing to do: all that was wanted is there and equal\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RestoreWorld world;
    row.given(world);
    std::string text = plan_text(world.shown());
    // Where a line breaks is another matter.
    std::ranges::replace(text, '\n', ' ');
    std::string says = row.says;
    std::ranges::replace(says, '\n', ' ');
    EXPECT_THAT(text, ::testing::EndsWith(says));
  }
}

TEST(RestorePlanText, StaysWithinItsColumns) {
  RestoreWorld world;
  world.fill();
  for (const std::size_t columns : {80U, 100U}) {
    std::istringstream lines(plan_text(world.shown(), Detail::whole, columns));
    for (std::string line; std::getline(lines, line);)
      if (!line.contains("s3://") && !line.contains("aws ssm "))
        EXPECT_LE(line.size(), columns) << line;
  }
}

// What is written of a plan is what `--as-planned` reads.
TEST(RestorePlanJson, IsReadAgain) {
  RestoreWorld world;
  world.fill();
  for (auto& step : world.planned.plan.steps)
    if (step.live_version) step.live_date = at("2026-11-20T01:02:03.004Z");
  ShownPlan shown = world.shown();
  shown.choices = {"--map /app/dev/old=/app/dev"};
  std::string text;
  write_plan_json([&text](std::string_view piece) { text += piece; }, shown);
  const auto read = engine::restore::EarlierPlan::parse(text);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->of().env.view(), "dev");
  EXPECT_EQ(read->of().region.view(), "us-east-1");
  EXPECT_EQ(read->of().account.view(), "123456789012");
  EXPECT_EQ(read->of().snapshot, world.planned.source.document);
  EXPECT_EQ(read->of().sha256, world.planned.document_sha256);
  EXPECT_EQ(read->of().on_conflict, engine::restore::OnConflict::skip);
  EXPECT_EQ(read->of().choices, shown.choices);
  for (const auto& step : world.planned.plan.steps) {
    if (step.writes()) {
      EXPECT_EQ(read->objection(step, nullptr), "") << step.name.view();
      auto other = step;
      other.name = ParameterName("/other");
      EXPECT_NE(read->objection(other, nullptr), "");
    }
  }
}

TEST(RestorePlanJson, HasTheOldFieldsInTheirMeaning) {
  RestoreWorld world;
  world.fill();
  const auto json = plan_json(world.shown());
  EXPECT_EQ(json.at("analysis_date"), "2026-11-22T22:00:01Z");
  EXPECT_EQ(json.at("create_count"), 14);
  EXPECT_EQ(json.at("to_create").as_array().size(), 14U);
  // Whatever is there and differs, written or not.
  EXPECT_EQ(json.at("update_count"), 3);
  EXPECT_EQ(boost::json::serialize(json.at("to_update")),
            R"(["/app/dev/changed","/app/dev/differs","/app/dev/tagged"])");
  EXPECT_EQ(json.at("unchanged_count"), 2);
}

TEST(RestorePlanJson, TellsEachStep) {
  RestoreWorld world;
  world.fill();
  const auto json = plan_json(world.shown());
  testing::expect_golden("tests/golden/restore_plan.json", boost::json::serialize(json) + '\n');
  EXPECT_EQ(json.at("steps").as_array().size(), world.planned.plan.steps.size());
  EXPECT_EQ(json.at("foreseen"), "incomplete");
  EXPECT_EQ(json.at("next"), "ssm-backup restore --env dev --apply");
}

struct Ended {
  const char* name;
  void (*given)(RestoreWorld&, Applied&);
  RestoreVerdict verdict;
  const char* status;
  std::vector<const char*> says;
};

TEST(RestoreResult, TellsHowItCameOut) {
  const Ended rows[] = {
      {"all is well",
       [](RestoreWorld& world, Applied& applied) {
         world.add("/a", Action::create);
         applied.created = applied.verified = 1;
       },
       RestoreVerdict::complete,
       "complete",
       {"done and complete: 1 parameter written and read back in 12 s, 0 equal already\n"}},
      {"nothing was to be done",
       [](RestoreWorld& world, Applied&) { world.add("/a", Action::unchanged); },
       RestoreVerdict::complete,
       "no_changes",
       {"done and complete: all that was wanted was there and equal\n"}},
      {"something differs and stays",
       [](RestoreWorld& world, Applied& applied) {
         world.add("/a", Action::create);
         world.add("/b", Action::skipped).differing.set(field_at("Value"));
         applied.created = applied.verified = 1;
       },
       RestoreVerdict::incomplete,
       "incomplete",
       {"1 skipped: named in the plan", "(exit 3)\nnext: ", "--on-conflict overwrite"}},
      {"one is refused",
       [](RestoreWorld& world, Applied& applied) {
         world.add("/a", Action::create);
         world.add("/b", Action::create);
         applied.created = applied.verified = 1;
         applied.failures.push_back({.name = ParameterName("/b"),
                                     .error = {.kind = ErrorKind::denied,
                                               .what = "cannot put /b",
                                               .next = "grant ssm:PutParameter"},
                                     .differing = {}});
       },
       RestoreVerdict::incomplete,
       "incomplete",
       {"failed           1\n    writing: cannot put /b\n    next: grant ssm:PutParameter\n      "
        "/b\n",
        "ssm-backup restore again\n"}},
      {"what came back differs",
       [](RestoreWorld& world, Applied& applied) {
         world.add("/a", Action::create);
         applied.failures.push_back({.name = ParameterName("/a"),
                                     .error = {.kind = ErrorKind::corrupt, .what = "differs"},
                                     .stage = Failure::Stage::verifying,
                                     .differing = field_set({field_at("Value")})});
       },
       RestoreVerdict::failed,
       "failed",
       {"verifying: differs (differs: value)\n      /a\n"}},
      {"somebody else was there",
       [](RestoreWorld& world, Applied& applied) {
         world.add("/a", Action::update);
         applied.changed_meanwhile.emplace_back("/a");
       },
       RestoreVerdict::incomplete,
       "incomplete",
       {"left alone       1   somebody else changed them since the plan\n    /a\n"}},
  };
  for (const Ended& row : rows) {
    SCOPED_TRACE(row.name);
    RestoreWorld world;
    Applied applied;
    applied.duration = std::chrono::seconds{12};
    row.given(world, applied);
    const ShownRestore shown{
        .plan = world.shown(""), .applied = applied, .again = "ssm-backup restore again"};
    EXPECT_EQ(verdict(shown), row.verdict);
    const std::string text = restored_text(shown);
    for (const char* says : row.says) EXPECT_THAT(text, HasSubstr(says));
    const auto json = restored_json(shown);
    EXPECT_EQ(json.at("status"), row.status);
    EXPECT_EQ(json.at("complete"), row.verdict == RestoreVerdict::complete);
    EXPECT_EQ(json.at("success_count"), applied.created + applied.updated);
    EXPECT_EQ(json.at("failed_count").to_number<std::uint64_t>() +
                  json.at("verification_failed").to_number<std::uint64_t>(),
              json.at("failed_parameters").as_array().size());
  }
}

TEST(RestoreResult, OfWhatWasBrokenOffSaysHowFar) {
  RestoreWorld world;
  world.add("/a", Action::create);
  const auto json = broken_off_json(world.shown(), {.done = 7, .of = 10, .failed = 1},
                                    {.kind = ErrorKind::cancelled, .what = "interrupted"});
  EXPECT_EQ(json.at("status"), "interrupted");
  EXPECT_EQ(json.at("success_count"), 6);
  EXPECT_EQ(json.at("leftCount"), 3);
  EXPECT_EQ(json.at("complete"), false);
}

}  // namespace
}  // namespace ssmb::report
