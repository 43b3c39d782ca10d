// regions, infra, list, show and verify, through the command line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "look_world.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::expect_golden;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(InfraCommand, AppliedTwiceDoesNothingTheSecondTime) {
  SandboxCli cli;
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 4) << cli.world.err.str();
  expect_golden("tests/golden/infra_plan.txt",
                replaced(cli.world.out.str(), cli.directory.string(), "DIR"));
  EXPECT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 0);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("nothing differs"));
}

TEST(InfraCommand, DestroyKeepsBucketsThatHoldObjects) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes"}), 3) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("in us-west-2\n      it holds backups\n"));
  EXPECT_FALSE(cli.keys("us-west-2").empty());
  EXPECT_EQ(cli.run({"regions"}), 2);
}

TEST(InfraCommand, AMissingFileIsNamed) {
  SandboxCli cli;
  EXPECT_EQ(cli.world.run({"infra", "plan"}), 2);
  EXPECT_EQ(cli.world.run({"infra", "plan", "-f", "/nowhere/Pulumi.dev.yaml"}), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("/nowhere/Pulumi.dev.yaml"));
}

TEST(RegionsCommand, ShowsTheMetadata) {
  SandboxCli cli;
  cli.prepare(0);
  ASSERT_EQ(cli.run({"regions"}), 0);
  expect_golden("tests/golden/regions.txt", cli.world.out.str());
  ASSERT_EQ(cli.run({"regions", "--output", "json", "--deadline", "2h"}), 0);
  const auto shown = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(shown.at("defaultRegion"), "ap-northeast-1");
  EXPECT_EQ(shown.at("deadlineSeconds"), 7200);
}

TEST(RegionsCommand, SaysWhatTheRunbookLooksFor) {
  struct Row {
    const char* name;
    std::vector<std::pair<const char*, const char*>> parameters;
    const char* says;
  };
  const char* list = "/jenkins/dev/backup/region-list";
  const char* chosen = "/jenkins/dev/backup/default-region";
  const Row rows[] = {
      {"no list",
       {},
       "Region list parameter '/jenkins/dev/backup/region-list' is missing or empty."},
      {"empty list",
       {{list, "[]"}},
       "Region list is empty. Pulumi config must define at least one region."},
      {"no JSON", {{list, "us-west-2"}}, "is not a JSON array of Region names."},
      {"no default",
       {{list, R"(["us-west-2"])"}},
       "Default region parameter '/jenkins/dev/backup/default-region' is missing."},
      {"foreign default",
       {{list, R"(["us-west-2","us-east-1"])"}, {chosen, "eu-west-1"}},
       "Default region 'eu-west-1' is not part of configured region list [us-west-2, us-east-1]"},
      {"no bucket",
       {{list, R"(["us-west-2"])"}, {chosen, "us-west-2"}},
       "Bucket definition missing for region us-west-2. Expected SSM parameter "
       "/jenkins/dev/backup/us-west-2/s3-bucket-name."},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    boost::json::array parameters;
    for (const auto& [name, value] : row.parameters)
      parameters.push_back({{"Name", name}, {"Value", value}});
    cli.sandbox.seed("ap-northeast-1", std::move(parameters));
    EXPECT_EQ(cli.run({"regions"}), 2);
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.says));
    EXPECT_THAT(cli.world.err.str(), HasSubstr("(asked in ap-northeast-1)"));
  }
}

TEST_F(LookTest, ListShowsSnapshotsNewestFirst) {
  EXPECT_EQ(cli.run({"backup", "--run-id", "s"}), 0);
  ASSERT_EQ(cli.run({"list", "--output", "json"}), 0) << cli.world.err.str();
  const auto document = boost::json::parse(cli.world.out.str());
  const auto& snapshots = document.at("snapshots").as_array();
  ASSERT_EQ(snapshots.size(), 6U);
  EXPECT_GT(snapshots[0].at("time").as_string(), snapshots[1].at("time").as_string());
  EXPECT_EQ(snapshots[0].at("state"), "complete");
  EXPECT_EQ(snapshots[0].at("parameterCount"), 12 + 6);
  ASSERT_EQ(cli.run({"list"}), 0);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("complete"));
}

TEST_F(LookTest, RowsFitIn100Columns) {
  const std::vector<std::string> commands[] = {{"list"}, {"verify", "--all"}};
  for (const auto& words : commands) {
    SCOPED_TRACE(words[0]);
    ASSERT_EQ(cli.run(words), 0);
    std::istringstream lines(cli.world.out.str());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

// A complete snapshot whose pointer did not move was "incomplete" to backup, and looked like the
// newest good one in the list.
TEST_F(LookTest, ASnapshotThatIsNotLatestIsCalledSoByBackupAndList) {
  const auto expect_words = [this](int code, std::vector<std::string> backup, const char* newest) {
    backup.insert(backup.begin(), {"backup", "--region", "us-west-2"});
    EXPECT_EQ(cli.run(backup), code) << cli.world.err.str();
    EXPECT_THAT(cli.world.out.str(), ContainsRegex(fmt::format("us-west-2 +{}  ", newest)));
    EXPECT_EQ(cli.run({"list", "--region", "us-west-2"}), 0);
    EXPECT_THAT(cli.world.out.str(),
                ContainsRegex(fmt::format("KEY\nus-west-2 +[0-9-]+ [0-9:]+  {}  ", newest)));
    EXPECT_THAT(cli.world.out.str(), HasSubstr("  complete, latest  "));
  };
  expect_words(0, {}, "complete, latest");
  expect_words(0, {"--include", "/app/dev/p001"}, "complete, partial");
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-west-2"));
  for (int i = 0; i < 6; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  expect_words(3, {}, "complete, not latest");
  EXPECT_THAT(cli.world.err.str(), Not(HasSubstr("incomplete")));
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p007");
  expect_words(3, {}, "incomplete");
}

// Another run, whose snapshot is newer, was quicker.
TEST_F(LookTest, ASnapshotThatANewerOneOvertookIsNotLatest) {
  const std::string newer = "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130500.json";
  put("us-west-2", newer,
      cli.object("us-west-2", std::string(trim(cli.object("us-west-2", "latest-us-west-2.txt")))));
  put("us-west-2", "latest-us-west-2.txt", newer + "\n");
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), ContainsRegex("us-west-2 +complete, not latest  "));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("us-west-2 complete, not latest: 12 parameters"));
}

TEST_F(LookTest, ShowHidesTheValueUnlessToldToRevealIt) {
  const char* name = "/app/dev/p005";
  ASSERT_EQ(cli.run({"show", name, "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("SecureString"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("Owner"));
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("secret-5")));
  ASSERT_EQ(cli.run({"show", name, "--region", "us-west-2", "--reveal", "--force"}), 0);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("us-west-2 secret-5"));
  ASSERT_EQ(
      cli.run({"show", name, "--region", "us-west-2", "--reveal", "--force", "--output", "json"}),
      0);
  EXPECT_EQ(boost::json::parse(cli.world.out.str()).at("parameter").at("Value"),
            "us-west-2 secret-5");
  ASSERT_EQ(cli.run({"show", name, "--region", "us-west-2", "--output", "json"}), 0);
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("secret-5")));
}

// A value in a pipeline's log is there for good.
TEST_F(LookTest, ShowRevealsToATerminalUnlessForced) {
  const std::vector<std::string> words{"show", "/app/dev/p005", "--region", "us-west-2",
                                       "--reveal"};
  for (const char* form : {"--output=text", "--output=json"}) {
    SCOPED_TRACE(form);
    std::vector<std::string> asked = words;
    asked.emplace_back(form);
    cli.world.environment.out_stream = Stream::file;
    cli.world.environment.err_stream = Stream::terminal;  // that is not where it goes
    cli.sandbox.control("reset-counters", boost::json::object{});
    EXPECT_EQ(cli.run(asked), 2);
    EXPECT_THAT(cli.world.err.str(), HasSubstr("standard output is not a terminal"));
    EXPECT_THAT(cli.world.out.str() + cli.world.err.str(), Not(HasSubstr("secret-5")));
    EXPECT_EQ(cli.sandbox.calls("s3:GetObject", "us-west-2"), 0U);
    cli.world.environment.out_stream = Stream::terminal;
    EXPECT_EQ(cli.run(asked), 0) << cli.world.err.str();
    EXPECT_THAT(cli.world.out.str(), HasSubstr("us-west-2 secret-5"));
  }
}

TEST_F(LookTest, ShowWithoutANameTellsWhatTheSnapshotHolds) {
  ASSERT_EQ(cli.run({"show", "--region", "us-west-2"}), 0) << cli.world.err.str();
  expect_golden("tests/golden/show.txt", cli.world.out.str());
  EXPECT_EQ(cli.run({"show", "/app/dev/nothing"}), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("/app/dev/nothing"));
  EXPECT_EQ(cli.run({"show", "--reveal"}), 2);
}

TEST_F(LookTest, VerifyFindsWhatWasAltered) {
  ASSERT_EQ(cli.run({"verify"}), 0) << cli.world.err.str();
  expect_golden("tests/golden/verify.txt", cli.world.out.str());
  const std::string key(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
  std::string text = cli.object("us-west-2", key);
  text.replace(text.find("secret-3"), 8, "secreT-3");
  put("us-west-2", key, text);
  EXPECT_EQ(cli.run({"verify", "--all"}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("ALTERED"));
  EXPECT_THAT(cli.world.out.str() + cli.world.err.str(), Not(HasSubstr("secreT-3")));
  EXPECT_EQ(cli.run({"verify", "--region", "us-east-1", "--output", "json"}), 0);
}

TEST_F(LookTest, OneRegionsTroubleHidesNoOther) {
  const struct {
    const char* name;
    const char* pointer;  // its new text
    const char* says;
  } rows[] = {
      {"garbage", "rubbish", "latest-ap-northeast-1.txt: names 'rubbish', no backup of dev"},
      {"dangling", "2026-11-20/ap-northeast-1/ssm-backup-dev-ap-northeast-1-20261120_130000.json\n",
       "which is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    put("ap-northeast-1", "latest-ap-northeast-1.txt", row.pointer);
    for (const char* all : {"--output=text", "--all"}) {
      EXPECT_EQ(cli.run({"verify", all}), 4);
      EXPECT_THAT(cli.world.out.str(), HasSubstr(row.says));
      EXPECT_THAT(cli.world.out.str(), ContainsRegex("us-west-2 +sound"));
    }
    EXPECT_EQ(cli.run({"show", "/app/dev/p005"}), 4);
    EXPECT_THAT(cli.world.out.str(), ContainsRegex("(^|\n)us-west-2  complete  2026"));
    EXPECT_THAT(cli.world.err.str(), HasSubstr("error: ap-northeast-1: s3://"));
  }
}

TEST_F(LookTest, WhatVerifyNeverReadIsNotCalledSound) {
  remove("us-west-2", "manifests/dev/us-west-2/20261122_130000.json");
  EXPECT_EQ(cli.run({"verify", "--all", "--region", "us-west-2"}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("unfinished, not read"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("whose run did not end"));
  EXPECT_EQ(cli.run({"verify", "--all", "--region", "us-west-2", "--output", "json"}), 4);
  const auto document = boost::json::parse(cli.world.out.str());
  EXPECT_TRUE(document.at("snapshots").at(0).at("sound").is_null());
  EXPECT_EQ(document.at("unfinishedCount"), 1);
}

TEST_F(LookTest, AnAlteredParentIsTheCulpritNotItsSuccessor) {
  ASSERT_EQ(cli.run({"backup", "--run-id", "s"}), 0);
  const std::string parent = "manifests/dev/us-west-2/20261122_130000.json";
  put("us-west-2", parent, cli.object("us-west-2", parent) + " ");
  EXPECT_EQ(cli.run({"verify", "--all", "--region", "us-west-2", "--output", "json"}), 4);
  const auto document = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(document.at("snapshots").at(0).at("sound"), true);
  EXPECT_EQ(document.at("snapshots").at(1).at("sound"), false);
  EXPECT_EQ(cli.run({"verify", "--region", "us-west-2"}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("PARENT ALTERED"));
}

}  // namespace
}  // namespace ssmb::cli
