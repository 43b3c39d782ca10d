// restore --apply --as-planned: what was approved, and nothing else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/ssm/client.h"
#include "base/text.h"
#include "restore_command.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

struct AsPlanned : RestoreCommand {
  std::string value(const std::string& name) {
    const auto* stored = store().find(name);
    return stored == nullptr ? "nothing" : std::string(stored->current().value.reveal());
  }
  // As an application would, or make it.
  void put(const std::string& name, const std::string& value) {
    aws::ssm::Client ssm(cli.sandbox.session, Region("us-west-2"));
    aws::ssm::PutRequest request{.name = ParameterName(name), .value = SecretText(value)};
    request.mode = aws::ssm::PutRequest::Mode::overwrite;
    if (store().find(name) == nullptr) request.type = "String";
    const auto made = cli.sandbox.runtime.run(ssm.put_parameter(std::move(request), {}));
    ASSERT_TRUE(made && *made);
  }
  std::string plan_file() const { return (cli.work() / "approved.json").string(); }
  // A plan, put where nothing touches it.
  void plan(Words more = {}) {
    const int code = restore(std::move(more));
    ASSERT_TRUE(code == 0 || code == 3) << err();
    std::filesystem::copy_file(cli.work() / "analysis.json", plan_file(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  int apply(Words more = {}) {
    Words words{"--apply", "--as-planned", plan_file()};
    words.insert(words.end(), more.begin(), more.end());
    return restore(std::move(words));
  }
};

// The question said "create 1, update 0"; two parameters changed while nobody had answered yet.
TEST_F(AsPlanned, ChangedBetweenPlanAndApproval) {
  forget(0, 1);
  plan({"--on-conflict", "overwrite"});
  put("/app/dev/p001", "newer");
  put("/app/dev/p002", "newer");
  ASSERT_EQ(apply({"--on-conflict", "overwrite"}), 3) << err();
  EXPECT_EQ(value("/app/dev/p000"), "us-west-2 secret-0");
  EXPECT_EQ(value("/app/dev/p001"), "newer");
  EXPECT_EQ(value("/app/dev/p002"), "newer");
  EXPECT_EQ(file("restore_result.json").at("createdCount"), 1);
  EXPECT_EQ(file("restore_result.json").at("updatedCount"), 0);
  EXPECT_EQ(file("restore_result.json").at("status"), "incomplete");
  const auto result = file("restore_result.json");
  const auto& changed = result.at("changedSincePlan").as_array();
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0].at("because"), "differs in Value: the plan has it as unchanged");
  EXPECT_THAT(out(), HasSubstr("changed since the plan, left alone (2)\n"
                               "  the plan has it as unchanged\n    /app/dev/p00"));
  EXPECT_THAT(boost::json::serialize(changed),
              ::testing::AllOf(HasSubstr("/app/dev/p001"), HasSubstr("/app/dev/p002")));
  EXPECT_THAT(out(), HasSubstr("next: look at what has changed since the plan, and plan anew"));
}

TEST_F(AsPlanned, WhatIsNoLongerNeededIsFine) {
  forget(0, 2);
  plan();
  ASSERT_EQ(restore({"--apply", "--name", "/app/dev/p000"}), 0) << err();
  ASSERT_EQ(apply(), 0) << err();
  EXPECT_EQ(file("restore_result.json").at("createdCount"), 1);
  ASSERT_EQ(apply(), 0) << err();
  EXPECT_EQ(file("restore_result.json").at("status"), "no_changes");
}

TEST_F(AsPlanned, NothingIsAsItWas) {
  put("/app/dev/p001", "other");
  plan({"--on-conflict", "overwrite"});
  put("/app/dev/p001", "another");
  ASSERT_EQ(apply({"--on-conflict", "overwrite"}), 3);
  EXPECT_EQ(value("/app/dev/p001"), "another");
  EXPECT_EQ(file("restore_result.json").at("status"), "incomplete");
  EXPECT_EQ(file("restore_result.json").at("changedSincePlan").as_array()[0].at("because"),
            "differs in Value: it is not in the version any more that the plan saw");
}

TEST_F(AsPlanned, DeletesWhatThePlanHasShownToo) {
  put("/app/dev/extra0", "x");
  plan({"--path", "/app/dev", "--delete-extra"});
  put("/app/dev/extra1", "x");
  ASSERT_EQ(apply({"--path", "/app/dev", "--delete-extra", "--confirm", "1"}), 3) << err();
  EXPECT_EQ(value("/app/dev/extra0"), "nothing");
  EXPECT_EQ(value("/app/dev/extra1"), "x");
}

// A backup that ends before the approval; and the plan's own file, where it lies.
TEST_F(AsPlanned, TheSnapshotIsThePlansAndThePlanStays) {
  forget(0, 1);
  ASSERT_EQ(restore({}), 0);
  const auto planned = *read_file(cli.work() / "analysis.json");
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-shrink"}), 0);
  ASSERT_EQ(restore({"--apply", "--as-planned", (cli.work() / "analysis.json").string()}), 0)
      << err();
  EXPECT_EQ(value("/app/dev/p000"), "us-west-2 secret-0");
  EXPECT_EQ(*read_file(cli.work() / "analysis.json"), planned);
}

// Half made: its version is our own, and not the plan's.
TEST_F(AsPlanned, GoesOnWhereItEnded) {
  aws::ssm::Client ssm(cli.sandbox.session, Region("us-west-2"));
  const auto removed =
      cli.sandbox.runtime.run(ssm.remove_tags(ParameterName("/app/dev/p002"), {"Owner"}, {}));
  ASSERT_TRUE(removed && *removed);
  put("/app/dev/p002", "other");
  plan({"--on-conflict", "overwrite", "--tags", "strict"});
  cli.sandbox.control("faults", {{"rules",
                                  {{{"fault", "access-denied"},
                                    {"operation", "ssm:AddTagsToResource"},
                                    {"region", "us-west-2"},
                                    {"count", 1}}}}});
  ASSERT_EQ(apply({"--on-conflict", "overwrite", "--tags", "strict"}), 1) << err();
  EXPECT_EQ(value("/app/dev/p002"), "us-west-2 secret-2");
  ASSERT_EQ(apply({"--on-conflict", "overwrite", "--tags", "strict"}), 0) << out() << err();
  EXPECT_EQ(file("restore_result.json").at("updatedCount"), 1);
}

TEST_F(AsPlanned, AnotherPlanIsRefusedBeforeAnythingIsWritten) {
  forget(0, 1);
  const std::string older = cli.summary("us-west-2", "s3Key");
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-shrink"}), 0);
  plan();
  const auto text = *read_file(plan_file());
  const auto with = [&](const std::string& from, const std::string& to) {
    return replaced(text, from, to);
  };
  struct Row {
    const char* name;
    std::string file;
    Words more;
    std::string says;
  };
  const Row rows[] = {
      {"another policy",
       text,
       {"--on-conflict", "overwrite"},
       "of --on-conflict skip, and this restore is of overwrite"},
      {"another target",
       text,
       {"--to-region", "eu-west-1"},
       "of the Region us-west-2, and this restore is of eu-west-1"},
      {"another snapshot", text, {"--snapshot", older}, "a plan of the snapshot 2026-11-22/"},
      {"names that go elsewhere",
       text,
       {"--map", "/app=/copy"},
       "of other flags: none, and this restore is of --map /app=/copy"},
      {"without policies", text, {"--expired", "strip"}, "this restore is of --expired strip"},
      {"another environment",
       with(R"("environment":"dev")", R"("environment":"prod")"),
       {},
       "of the environment prod, and this restore is of dev"},
      {"another account",
       with("\"account\":\"123456789012\"", "\"account\":\"999999999999\""),
       {},
       "of the account 999999999999, and this restore is of 123456789012"},
      {"another document",
       with("\"sha256\":\"", "\"sha256\":\"" + std::string(64, '0') + "\",\"x\":\""),
       {},
       "is of another document under that key"},
      {"half a file", text.substr(0, text.size() / 2), {}, "approved.json: "},
      {"the result of a restore", "{}", {}, "approved.json: environment is missing"},
      {"with a time",
       text,
       {"--as-of", "yesterday"},
       "--as-planned and --as-of exclude each other"},
  };
  cli.sandbox.control("reset-counters", boost::json::object{});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ASSERT_TRUE(write_file(plan_file(), row.file));
    EXPECT_EQ(apply(row.more), 2);
    EXPECT_THAT(err(), HasSubstr(row.says));
    EXPECT_THAT(err(), HasSubstr("\nnext: "));
  }
  EXPECT_EQ(restore({"--as-planned", plan_file()}), 2);
  EXPECT_THAT(err(), HasSubstr("--as-planned wants --apply"));
  std::filesystem::remove(plan_file());
  EXPECT_EQ(apply(), 2);
  EXPECT_EQ(writes() + writes("eu-west-1"), 0U);
  EXPECT_EQ(value("/app/dev/p000"), "nothing");
}

}  // namespace
}  // namespace ssmb::cli
