// What a backup takes and leaves out, what reading it back needs, and what the work directory says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "cli/selection.h"
#include "report/file_lock.h"
#include "report/run_lock.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

// One Region's repository is a directory, so that nothing but the listing asks AWS.
struct DirectoryBackup : ::testing::Test {
  std::vector<std::string> command(std::string name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{std::move(name), "--region", "us-west-2", "--repository",
                                   (cli.directory / "repository").string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  SandboxCli cli;
};

// "every parameter", said the README, and what the scope left out was said nowhere.
TEST_F(DirectoryBackup, SaysWhatItsScopeLeavesOut) {
  cli.seed("us-west-2", 0, 2);
  cli.sandbox.seed("us-west-2", {{{"Name", "/app/devices/x"}, {"Value", "v"}}});
  struct Row {
    const char* name;
    std::vector<std::string> more;
    const char* line;
  };
  const Row rows[] = {
      {"of the environment",
       {},
       "scope: names that hold /dev/; 1 other name was listed and left out\n"},
      {"a dry run",
       {"--dry-run"},
       "scope: names that hold /dev/; 1 other name was listed and left out\n"},
      {"all",
       {"--include", "*"},
       "scope: names that match *; 0 other names were listed and left out\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ASSERT_EQ(cli.run(command("backup", row.more)), 0) << cli.world.err.str();
    EXPECT_THAT(cli.world.out.str(), HasSubstr(row.line));
  }
}

// Reading a directory asked for AWS credentials first.
TEST_F(DirectoryBackup, IsReadWithoutCredentials) {
  cli.seed("us-west-2", 0, 2);
  ASSERT_EQ(cli.run(command("backup")), 0) << cli.world.err.str();
  cli.world.environment.variables = {{"AWS_EC2_METADATA_DISABLED", "true"}};
  for (const char* name : {"list", "verify", "show"})
    EXPECT_EQ(cli.run(command(name)), 0) << name << ": " << cli.world.err.str();
}

// With --output json an interrupt or an unwritable work directory printed two documents, and
// SIGTERM with an unwritable work directory ended with 1.
TEST(BackupEnd, PrintsOneDocumentWhateverEndsIt) {
  struct Row {
    const char* name;
    int signal;
    bool spoilt;  // the work directory, while the backup runs
    int code;
    const char* kind;
  };
  const Row rows[] = {{"interrupt", SIGINT, false, 130, "cancelled"},
                      {"spoilt", 0, true, 1, "local I/O"},
                      {"terminated and spoilt", SIGTERM, true, 143, "cancelled"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli world;
    world.seed("us-west-2", 0, 2);
    world.sandbox.transport.set_hook([&](const aws::HttpRequest& request) {
      if (ssmb::testing::target_of(request) != "GetParameters") return std::nullopt;
      if (row.spoilt) {
        std::filesystem::remove_all(world.work());
        std::ofstream(world.work()) << "a file in its place";
      }
      if (row.signal != 0) world.world.interrupt.raise(row.signal);
      return std::nullopt;
    });
    EXPECT_EQ(world.run({"backup", "--region", "us-west-2", "--output", "json", "--repository",
                         (world.directory / "repository").string()}),
              row.code);
    boost::system::error_code bad;
    const auto document = boost::json::parse(world.world.out.str(), bad);
    ASSERT_FALSE(bad) << world.world.out.str();
    EXPECT_EQ(document.at("error").at("kind"), row.kind);
    EXPECT_TRUE(document.as_object().contains("regions"));
  }
}

// It was found after everything had been read.
TEST_F(DirectoryBackup, AnUnwritableWorkDirectoryIsFoundFirst) {
  cli.seed("us-west-2", 0, 2);
  std::ofstream(cli.work()) << "a file in its place";
  EXPECT_EQ(cli.run(command("backup")), 1);
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("next: give a directory that can be written: --work-dir DIR"));
  EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), 0U);
}

// Yesterday's SUCCESS survived a run that failed before its first Region.
TEST_F(DirectoryBackup, AnEarlierRunsSummariesDoNotOutliveAFailure) {
  cli.seed("us-west-2", 0, 2);
  ASSERT_EQ(cli.run(command("backup")), 0) << cli.world.err.str();
  const auto summary = cli.work() / "us-west-2" / "summary.json";
  EXPECT_TRUE(std::filesystem::exists(summary));
  EXPECT_EQ(cli.summary("us-west-2", "status"), "SUCCESS");
  EXPECT_EQ(cli.run({"backup"}), 2);  // there is no list of Regions
  EXPECT_TRUE(cli.summaries().as_object().empty());
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest&) -> std::optional<Result<aws::HttpResponse>> {
        return aws::HttpResponse{.status = 403, .headers = {}, .body = {}};
      });
  EXPECT_EQ(cli.run(command("backup")), 1);
  EXPECT_EQ(cli.summary("us-west-2", "status"), "FAILED");
  EXPECT_FALSE(std::filesystem::exists(summary));
}

// Another process that held the lock blocked the executor, and Ctrl-C with it.
TEST_F(DirectoryBackup, ALockedWorkDirectoryIsWaitedForWithinALimit) {
  cli.seed("us-west-2", 0, 2);
  const auto lock = report::FileLock::try_take(cli.work() / ".region_summaries.lock");
  ASSERT_TRUE(lock && *lock);
  EXPECT_EQ(cli.run(command("backup")), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("another process holds "));
}

// Yesterday's summary.json of a Region that was not begun passed for today's.
TEST(WorkDirectory, AnEarlierRunsSummariesGoBeforeAnythingIsRead) {
  SandboxCli cli;
  cli.prepare(2);
  ASSERT_EQ(cli.run({"backup", "--run-id", "yesterday"}), 0);
  const auto file = [&cli](const char* directory) {
    return cli.work() / directory / "summary.json";
  };
  EXPECT_TRUE(std::filesystem::exists(file("us-east-1")));
  // The directory may hold what is not ours.
  const std::string foreign = R"({"region":"elsewhere","parameterCount":1})";
  std::filesystem::create_directories(cli.work() / "us-gov-east-1");
  std::ofstream(file("us-gov-east-1")) << foreign;
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (!request.endpoint.host.contains("us-west-2")) return std::nullopt;
        return aws::HttpResponse{.status = 403, .headers = {}, .body = {}};
      });
  EXPECT_EQ(cli.run({"backup", "--run-id", "today", "--output", "json"}), 1);
  EXPECT_TRUE(std::filesystem::exists(file("ap-northeast-1")));
  EXPECT_FALSE(std::filesystem::exists(file("us-west-2")));
  EXPECT_FALSE(std::filesystem::exists(file("us-east-1")));
  EXPECT_EQ(*read_file(file("us-gov-east-1")), foreign);
  const auto result = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(result.at("notBegun"), (boost::json::array{"us-east-1"}));
  EXPECT_FALSE(cli.summaries().as_object().contains("us-east-1"));
}

// Of two runs at once one lost its entry, and the other its summary.json.
TEST_F(DirectoryBackup, ASecondRunIsRefusedAndOneOfTheSameIsNot) {
  cli.seed("us-west-2", 0, 2);
  std::filesystem::create_directories(cli.work());
  {
    const auto held = report::RunLock::take(cli.work(), RunId("jenkins-7"));
    ASSERT_TRUE(held) << held.error().what;
    EXPECT_EQ(cli.run(command("backup", {"--run-id", "jenkins-8"})), 1);
    EXPECT_THAT(cli.world.err.str(),
                HasSubstr("error: another run (jenkins-7) is using the work "));
    EXPECT_THAT(cli.world.err.str(),
                HasSubstr("next: wait for its end, or give this one another "));
    EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), 0U);
    EXPECT_EQ(cli.run(command("backup", {"--run-id", "jenkins-7"})), 0) << cli.world.err.str();
  }
  EXPECT_EQ(cli.run(command("backup", {"--run-id", "jenkins-8"})), 0) << cli.world.err.str();
}

// What AWS says of a Region that nobody has heard of is no help.
TEST(Selection, ARegionThatIsNotInTheListIsToldSo) {
  SandboxCli cli;
  cli.prepare(1);
  EXPECT_EQ(cli.run({"backup", "--region", "usw2"}), 2);
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("usw2 is not in the Region list: ap-northeast-1, us-west-2, us-east-1"));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("next: name one of them with --region, or say "));
}

TEST(Selection, AnInterruptAdvisesNoFlags) {
  SandboxCli cli;
  cli.sandbox.transport.set_hook(
      [&](const aws::HttpRequest&) -> std::optional<Result<aws::HttpResponse>> {
        cli.world.interrupt.raise(SIGINT);
        return fail(ErrorKind::unreachable, "no connection");
      });
  EXPECT_EQ(cli.run({"backup"}), 130);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("interrupted"));
  EXPECT_THAT(cli.world.err.str(), ::testing::Not(HasSubstr("--repository")));
}

// Ten seconds of silence, then the failure.
TEST_F(DirectoryBackup, AConnectionThatFailsAtFirstIsToldOnce) {
  cli.seed("us-west-2", 0, 2);
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (ssmb::testing::target_of(request).empty()) return std::nullopt;
        return fail(ErrorKind::unreachable, "no connection to ssm: refused");
      });
  EXPECT_EQ(cli.run(command("backup")), 1);
  const std::string log = cli.world.err.str();
  const std::string line =
      "Z warning: ssm:DescribeParameters in us-west-2: no connection to ssm: refused; trying "
      "again, 2 of 5\n";
  EXPECT_NE(log.find(line), std::string::npos) << log;
  EXPECT_EQ(log.find(line), log.rfind(line));
}

// No credentials were exit 2 where metadata was read, and 1 where it was not.
TEST_F(DirectoryBackup, MissingCredentialsAreConfigurationAndNoRegionHasFailed) {
  cli.seed("us-west-2", 0, 2);
  const auto refused =
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
    const bool sts = ssmb::testing::target_of(request).empty();
    return aws::HttpResponse{
        .status = 403,
        .headers = {},
        .body = SecretBytes(
            sts ? "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>"
                : R"({"__type":"ExpiredTokenException","message":"no"})")};
  };
  cli.sandbox.transport.set_hook(refused);
  EXPECT_EQ(cli.run(command("backup")), 2) << cli.world.err.str();
  EXPECT_EQ(cli.run({"backup"}), 2);
  cli.world.environment.variables = {{"AWS_EC2_METADATA_DISABLED", "true"}};
  EXPECT_EQ(cli.run(command("backup")), 2);
  EXPECT_TRUE(cli.summaries().as_object().empty());
  EXPECT_EQ(cli.run({"backup", "--home-region", "us-west-2"}), 2);
}

// "0 other names were listed" where nothing was.
TEST_F(DirectoryBackup, WhereNothingWasListedNoNamesAreCounted) {
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (ssmb::testing::target_of(request) != "DescribeParameters") return std::nullopt;
        return aws::HttpResponse{.status = 403, .headers = {}, .body = {}};
      });
  EXPECT_EQ(cli.run(command("backup")), 1);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("scope: names that hold /dev/\n"));
}

// "grant or correct what the warnings above name".
TEST_F(DirectoryBackup, AGlobThatMatchesNothingIsTheGlobsFault) {
  cli.seed("us-west-2", 0, 2);
  EXPECT_EQ(cli.run(command("backup", {"--include", "/nothing/*"})), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("next: correct --include: "));
}

// A Japanese job name failed as S3 metadata after everything had been read.
TEST_F(DirectoryBackup, ARunIdFitsObjectMetadata) {
  EXPECT_EQ(run_id_of_build("jenkins-a/b-7").str(), "jenkins-a/b-7");
  EXPECT_EQ(run_id_of_build("jenkins-\xE6\x97\xA5 7").str(), "jenkins-%E6%97%A5%207");
  EXPECT_TRUE(run_id_of_build(std::string(300, 'x') + "-42").str().ends_with("x-42"));
  EXPECT_EQ(run_id_of_build(std::string(300, 'x')).str().size(), 200U);
  EXPECT_EQ(cli.run(command("backup", {"--run-id", "two words"})), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("--run-id wants up to 200 of "));
}

TEST(BackupCommand, IncludeMakesAPartialSnapshotThatMovesNoPointer) {
  SandboxCli cli;
  cli.prepare(10);
  cli.sandbox.seed("us-west-2", {{{"Name", "/app/devices/x"}, {"Value", "v"}}});
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--include", "/app/devices/*"}), 0);
  EXPECT_THAT(cli.keys("us-west-2"),
              ::testing::Contains(HasSubstr("/us-west-2/partial-dev-us-west-2-")));
  EXPECT_EQ(cli.object("us-west-2", "latest-us-west-2.txt"), "");
  EXPECT_EQ(cli.summary("us-west-2", "parameterCount"), "1");
}

}  // namespace
}  // namespace ssmb::cli
