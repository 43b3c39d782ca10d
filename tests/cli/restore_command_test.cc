// restore through the command line, in virtual time: from the flags to the exit code.

#include "restore_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/ssm/client.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Words = RestoreCommand::Words;

TEST_F(RestoreCommand, PlansAndWritesNothing) {
  forget(0, 5);
  cli.sandbox.control("reset-counters", boost::json::object{});
  ASSERT_EQ(restore({}), 0) << err();
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(out(), HasSubstr("  create           5   /app/dev/..."));
  EXPECT_THAT(out(), HasSubstr("  unchanged        7   "));
  // The command names the snapshot that was shown.
  EXPECT_THAT(out(),
              HasSubstr("nothing was written yet\nnext: ssm-backup restore --region us-west-2"
                        " --env dev --work-dir "));
  EXPECT_THAT(out(), HasSubstr(" --snapshot 2026-11-22/us-west-2/ssm-backup-dev-us-west-2-"));
  EXPECT_THAT(out(), ::testing::EndsWith(" --apply\n"));
  EXPECT_EQ(file("analysis.json").at("create_count"), 5);
  EXPECT_TRUE(file("restore_result.json").empty());
}

TEST_F(RestoreCommand, BringsBackWhatIsMissing) {
  forget(0, 12);
  ASSERT_EQ(restore({"--apply"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("done and complete: 12 parameters written and read back in "));
  EXPECT_EQ(file("restore_result.json").at("status"), "complete");
  EXPECT_EQ(file("restore_result.json").at("success_count"), 12);
  ASSERT_EQ(restore({"--apply"}), 0);
  EXPECT_THAT(out(), HasSubstr("done and complete: all that was wanted was there and equal"));
  EXPECT_EQ(file("restore_result.json").at("status"), "no_changes");
}

// "holds no parameter", and nothing of where it may be: mostly it was deleted before that backup.
TEST_F(RestoreCommand, ANameThatTheSnapshotLacksLeadsToAnOlderOne) {
  store().erase("/app/dev/p001");
  cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  ASSERT_EQ(cli.run({"backup", "--run-id", "r2"}), 0) << err();
  EXPECT_EQ(restore({"--name", "/app/dev/p001"}), 1);
  EXPECT_THAT(err(), HasSubstr("holds no parameter /app/dev/p001\n"));
  EXPECT_THAT(
      err(), HasSubstr("next: an older snapshot may hold it, if it was deleted before this one was "
                       "made: `ssm-backup history --env dev --region us-west-2 /app/dev/p001`"));
  EXPECT_THAT(err(), HasSubstr("then --as-of its time"));
  // And so it goes.
  ASSERT_EQ(cli.run({"history", "--region", "us-west-2", "/app/dev/p001"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("2026-11-22 13:00"));
  EXPECT_EQ(restore({"--name", "/app/dev/p001", "--as-of", "2026-11-22T13:30:00Z"}), 0) << err();
}

TEST_F(RestoreCommand, ARegionThatIsNotListedLeadsToItsRepository) {
  EXPECT_EQ(cli.run({"restore", "--region", "eu-west-1", "--to-region", "ap-northeast-1"}), 2);
  EXPECT_THAT(err(), HasSubstr("eu-west-1 is not in the Region list: "));
  EXPECT_THAT(err(), HasSubstr("in a bucket of its own or in a copy: --repository "
                               "s3://BUCKET,region=R\n"));
}

TEST_F(RestoreCommand, IsOneJsonDocument) {
  forget(0, 2);
  ASSERT_EQ(restore({"--output", "json"}), 0) << err();
  EXPECT_EQ(boost::json::parse(out()).at("to_create").as_array().size(), 2U);
  ASSERT_EQ(restore({"--output", "json", "--apply"}), 0);
  EXPECT_EQ(boost::json::parse(out()).at("createdCount"), 2);
  std::istringstream lines(err());
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(boost::json::parse(line).at("event").is_string()) << line;
}

TEST_F(RestoreCommand, NoValueIsEverPrintedOrLeft) {
  forget(0, 3);
  cli.seed("us-west-2", 100, 1);
  for (const char* output : {"text", "json"}) {
    for (const char* apply : {"--verbose", "--apply"}) {
      (void)restore({"--output", output, "--on-conflict", "overwrite", apply});
      EXPECT_THAT(out() + err(), Not(HasSubstr("secret-")));
    }
  }
  for (const auto& each : std::filesystem::recursive_directory_iterator(cli.work()))
    if (each.is_regular_file()) EXPECT_THAT(*read_file(each.path()), Not(HasSubstr("secret-")));
}

// What a plan comes to is what its execution comes to.
TEST_F(RestoreCommand, ExitCodes) {
  struct Row {
    const char* name;
    Words more;
    int code;
  };
  store().erase("/app/dev/p001");
  cli.sandbox.seed("us-west-2", {{{"Name", "/app/dev/p002"}, {"Value", "x"}, {"Type", "String"}}});
  const Row rows[] = {
      {"something differs and is left", {}, 3},
      {"nothing of the kind is selected", {"--name", "/app/dev/p001"}, 0},
      {"conflicts refuse all of it", {"--on-conflict", "fail"}, 1},
      {"no conflict in what is selected", {"--on-conflict", "fail", "--exclude", "*p002"}, 0},
      {"it is written over", {"--on-conflict", "overwrite"}, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(restore(row.more), row.code) << out() << err();
    Words applied = row.more;
    applied.emplace_back("--apply");
    EXPECT_EQ(restore(applied), row.code) << out() << err();
  }
}

TEST_F(RestoreCommand, WrongUsageIsOneLineAndNoCall) {
  struct Row {
    const char* name;
    Words more;
    const char* says;
  };
  const Row rows[] = {
      {"delete without a path", {"--delete-extra"}, "--delete-extra wants --path"},
      {"delete of an incomplete one",
       {"--delete-extra", "--path", "/a", "--accept-incomplete"},
       "exclude each other"},
      {"delete narrowed by a glob",
       {"--delete-extra", "--path", "/a", "--include", "/a/x*"},
       "--name and --include do not narrow it"},
      {"confirm without delete", {"--confirm", "3"}, "--confirm wants --delete-extra"},
      {"confirm a word",
       {"--delete-extra", "--path", "/a", "--confirm", "all"},
       "--confirm wants a number, not 'all'"},
      {"a relative path", {"--path", "app"}, "--path wants a path such as /app/dev, not 'app'"},
      {"all as a path", {"--path", "/"}, "--path wants a path such as /app/dev, not '/'"},
      {"half a map", {"--map", "/a"}, "--map"},
      {"a map twice", {"--map", "/a=/b", "--map", "/a=/c"}, "/a"},
      {"half a key map", {"--kms-map", "=b"}, "--kms-map"},
      {"a Region that is none", {"--to-region", "us west"}, "us west"},
      {"an unknown policy", {"--on-conflict", "maybe"}, "wants one of skip, overwrite, fail"},
  };
  cli.sandbox.control("reset-counters", boost::json::object{});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(restore(row.more), 2);
    EXPECT_THAT(err(), HasSubstr(row.says));
    EXPECT_THAT(err(), HasSubstr("\nnext: "));
  }
  EXPECT_EQ(cli.sandbox.calls("s3:GetObject", "us-west-2"), 0U);
}

TEST_F(RestoreCommand, WantsOneRegion) {
  EXPECT_EQ(cli.run({"restore"}), 2);
  EXPECT_THAT(err(), HasSubstr("a restore is of one Region's snapshot, and there are 3"));
  EXPECT_THAT(err(), HasSubstr("next: say which: --region ap-northeast-1"));
}

TEST_F(RestoreCommand, DeletesWhatIsConfirmedAndNoMore) {
  cli.seed("us-west-2", 100, 3);
  const Words below{"--path", "/app/dev", "--delete-extra", "--apply"};
  const auto with = [&below](const Words& more) {
    Words words = below;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  cli.sandbox.control("reset-counters", boost::json::object{});
  EXPECT_EQ(restore(below), 2);
  EXPECT_THAT(err(), HasSubstr("3 live parameters would be deleted: nobody confirms it"));
  EXPECT_EQ(restore(with({"--confirm", "2"})), 2);
  EXPECT_THAT(err(), HasSubstr("and --confirm says 2: nothing was written"));
  std::string answer;
  cli.world.environment.typed_line = [&answer](const CallScope&) -> ResultTask<std::string> {
    return [](std::string line) -> ResultTask<std::string> { co_return line; }(answer);
  };
  for (const char* wrong : {"", "yes", "2", "33"}) {
    answer = wrong;
    EXPECT_EQ(restore(below), 2) << wrong;
  }
  EXPECT_THAT(err(), HasSubstr("Type their number to go on: "));
  EXPECT_EQ(writes(), 0U);
  answer = " 3 ";
  EXPECT_EQ(restore(below), 0) << err();
  EXPECT_EQ(file("restore_result.json").at("removedCount"), 3);
  EXPECT_EQ(store().size(), 12U);
}

// It is not in the snapshot, and yet nobody has deleted it.
TEST_F(RestoreCommand, DeletesNothingThatTheBackupCouldNotRead) {
  cli.seed("us-west-2", 101, 1);
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p101");
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "/app/dev/p101"}),
            0);
  cli.sandbox.world.keys().allow_decrypt(Region("us-west-2"), "/app/dev/p101");
  EXPECT_EQ(restore({"--path", "/app/dev", "--delete-extra", "--confirm", "1", "--apply"}), 2);
  EXPECT_THAT(err(),
              HasSubstr("/app/dev/p101 is not in the snapshot because it could not be read"));
  EXPECT_THAT(err(), HasSubstr("--exclude '/app/dev/p101'"));
}

// Under the name that --map would have brought it, it was deleted.
TEST_F(RestoreCommand, DeletesNothingThatTheBackupCouldNotReadUnderAnotherName) {
  cli.seed("us-west-2", 101, 1);
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p101");
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "/app/dev/p101"}),
            0);
  cli.sandbox.seed("us-west-2",
                   {{{"Name", "/app/stage/p101"}, {"Value", "x"}, {"Type", "String"}}});
  EXPECT_EQ(restore({"--map", "/app/dev=/app/stage", "--path", "/app/dev", "--delete-extra",
                     "--confirm", "1", "--apply"}),
            2);
  EXPECT_THAT(err(),
              HasSubstr("/app/stage/p101 is not in the snapshot because it could not be read"));
  EXPECT_NE(store().find("/app/stage/p101"), nullptr);
}

// "holds no parameter": whoever read it took it for one that never was.
TEST_F(RestoreCommand, AParameterThatTheBackupCouldNotReadIsToldSo) {
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "/app/dev/p003"}),
            0);
  EXPECT_EQ(restore({"--name", "/app/dev/p003"}), 1);
  EXPECT_THAT(err(), HasSubstr("/app/dev/p003 could not be read when "));
  EXPECT_THAT(err(), HasSubstr("AccessDeniedException"));
}

// "done and complete", exit 0, where the path was mistyped.
TEST_F(RestoreCommand, WhatSelectsNothingIsToldSo) {
  struct Row {
    const char* name;
    Words more;
    const char* says;
  };
  const Row rows[] = {
      {"a path", {"--path", "/ap/dev"}, "--path /ap/dev selects nothing"},
      {"one of two", {"--path", "/app/dev", "--path", "/typo"}, "--path /typo selects nothing"},
      {"a glob", {"--include", "/app/dve*"}, "--include /app/dve* selects nothing"},
      {"a path below what is excluded",
       {"--path", "/app/dev", "--exclude", "*"},
       "--path /app/dev selects nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(restore(row.more), 1);
    EXPECT_THAT(err(), HasSubstr(row.says));
  }
  cli.sandbox.seed("us-west-2",
                   {{{"Name", "/app/dev/more/x"}, {"Value", "x"}, {"Type", "String"}}});
  EXPECT_EQ(restore({"--path", "/app/dev/more"}), 0) << err();
}

// The snapshot's text of it had spaces, and what was put came back without: never to end.
TEST_F(RestoreCommand, WhiteSpaceInAPolicyIsNoDifference) {
  const char* spaced =
      R"({ "Type": "NoChangeNotification", "Version": "1.0",
           "Attributes": { "After": "20", "Unit": "Days" } })";
  cli.sandbox.seed("us-west-2", {{{"Name", "/app/dev/advanced"},
                                  {"Value", "x"},
                                  {"Type", "String"},
                                  {"Tier", "Advanced"},
                                  {"Policies",
                                   {{{"PolicyText", spaced},
                                     {"PolicyType", "NoChangeNotification"},
                                     {"PolicyStatus", "Pending"}}}}}});
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0);
  store().erase("/app/dev/advanced");
  EXPECT_EQ(restore({"--apply"}), 0) << out() << err();
}

// A nightly backup half way, and the printed line planned from the new snapshot: nothing to do.
TEST_F(RestoreCommand, TheLineToGoOnNamesTheSnapshot) {
  forget(0, 12);
  const std::string newest = cli.summary("us-west-2", "s3Key");
  cli.sandbox.transport.set_hook([this, puts = 0](const aws::HttpRequest& request) mutable
                                     -> std::optional<Result<aws::HttpResponse>> {
    if (testing::target_of(request) == "PutParameter" && ++puts == 3)
      cli.world.interrupt.raise(SIGINT);
    return std::nullopt;
  });
  EXPECT_EQ(restore({"--apply"}), 130);
  EXPECT_THAT(err(), HasSubstr("run it again, it goes on where it ended:"));
  EXPECT_THAT(err(), HasSubstr(" --snapshot " + newest));
}

// A shrunken one was taken by --as-of without a word.
TEST_F(RestoreCommand, AShrunkenSnapshotWantsAFlag) {
  cli.seed("us-west-2", 12, 28);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0);
  forget(0, 20);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3) << "the guard holds it back";
  const std::string shrunken = cli.summary("us-west-2", "s3Key");
  EXPECT_EQ(restore({"--snapshot", shrunken}), 2);
  EXPECT_THAT(err(), HasSubstr("is shrunken: it holds far fewer parameters than the good one"));
  EXPECT_THAT(err(), HasSubstr("--accept-incomplete"));
  EXPECT_EQ(restore({"--snapshot", shrunken, "--accept-incomplete"}), 3);
  EXPECT_THAT(out(), HasSubstr("the snapshot is shrunken"));
  EXPECT_EQ(file("analysis.json").at("snapshot").at("shrunken"), true);
}

// Tags leave no trace in LastModifiedDate, and the index knew the old ones still.
TEST_F(RestoreCommand, StrictTagsSeeWhatTheIndexDoesNotYet) {
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::minutes{10}, {}));
  cli.sandbox.world.options().tagging_lag = std::chrono::hours{1};
  aws::ssm::Client ssm(cli.sandbox.session, Region("us-west-2"));
  const auto removed =
      cli.sandbox.runtime.run(ssm.remove_tags(ParameterName("/app/dev/p001"), {"Owner"}, {}));
  ASSERT_TRUE(removed && *removed);
  EXPECT_EQ(restore({"--on-conflict", "overwrite"}), 0);
  EXPECT_THAT(out(), HasSubstr("tags as the tag index has"));
  EXPECT_EQ(restore({"--on-conflict", "overwrite", "--tags", "strict"}), 0);
  EXPECT_THAT(out(), HasSubstr("tags             1   "));
}

TEST_F(RestoreCommand, AnotherRegionComesBackElsewhere) {
  const std::string where = "s3://" + SandboxCli::bucket("us-west-2").str() + ",region=us-west-2";
  cli.sandbox.control("reset-counters", boost::json::object{});
  ASSERT_EQ(restore({"--repository", where, "--to-region", "eu-west-1", "--apply"}), 0) << err();
  EXPECT_EQ(store("eu-west-1").size(), 12U);
  EXPECT_EQ(cli.sandbox.calls("ssm:GetParameters", "ap-northeast-1"), 0U);
  EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), 0U);
  EXPECT_THAT(out(), ::testing::StartsWith("restore  dev  us-west-2  into eu-west-1, account "
                                           "123456789012\n"));
}

TEST_F(RestoreCommand, TakesAllOfTheQuotaAndADay) {
  ASSERT_EQ(cli.world.run({"restore", "--help"}), 0);
  EXPECT_THAT(out(), HasSubstr("[100]"));
  EXPECT_THAT(out(), HasSubstr("[24h]"));
}

}  // namespace
}  // namespace ssmb::cli
