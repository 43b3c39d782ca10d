// A whole backup, through the command line, in virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/text.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::target_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using HttpAnswer = std::optional<Result<aws::HttpResponse>>;

TEST(BackupCommand, SavesThreeRegionsAndMovesTheirPointers) {
  SandboxCli cli;
  cli.prepare(37);
  ASSERT_EQ(cli.run({"backup"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("done and complete: "));
  for (const std::string& region : kRegions) {
    SCOPED_TRACE(region);
    const std::string key(trim(cli.object(region, "latest-" + region + ".txt")));
    EXPECT_THAT(key, ::testing::MatchesRegex("2026-11-22/" + region + "/ssm-backup-dev-" + region +
                                             "-20261122_1300[0-9][0-9].json"));
    // What a reader of the old format does: .parameters[] | .Name .Value .Type
    const auto document = boost::json::parse(cli.object(region, key));
    EXPECT_EQ(document.at("environment"), "dev");
    EXPECT_EQ(document.at("backup_date"), "2026-11-22");
    EXPECT_EQ(document.at("parameter_count"), document.at("parameters").as_array().size());
    std::map<std::string, std::string> values;
    for (const auto& each : document.at("parameters").as_array())
      values[std::string(each.at("Name").as_string())] = each.at("Value").as_string();
    EXPECT_EQ(values.at("/app/dev/p036"), region + " secret-36");
  }
  EXPECT_EQ(trim(cli.object("ap-northeast-1", "latest.txt")),
            trim(cli.object("ap-northeast-1", "latest-ap-northeast-1.txt")));
  EXPECT_EQ(cli.object("us-west-2", "latest.txt"), "");
}

TEST(BackupCommand, LeavesSummariesForJenkins) {
  SandboxCli cli;
  cli.prepare(12);
  ASSERT_EQ(cli.run({"backup", "--run-id", "jenkins-7"}), 0);
  const std::map<std::string, std::string> expected{
      {"status", "SUCCESS"},
      {"parameterCount", "12"},
      {"failedCount", "0"},
      {"bucket", SandboxCli::bucket("us-west-2").str()},
      {"s3Key", std::string(trim(cli.object("us-west-2", "latest-us-west-2.txt")))},
      {"dryRun", "false"},
      {"complete", "true"},
      {"durationSeconds", "0"},
      {"executionTimeSec", "0"}};
  for (const auto& [member, value] : expected)
    EXPECT_EQ(cli.summary("us-west-2", member), value) << member;
  const auto summary = boost::json::parse(*read_file(cli.work() / "us-west-2" / "summary.json"));
  EXPECT_EQ(summary.at("backup_date"), "2026-11-22");
  EXPECT_EQ(summary.at("parameterCount"), 12);

  // Another process of the same run adds its Region; another run begins anew.
  ASSERT_EQ(cli.run({"backup", "--run-id", "jenkins-7", "--region", "us-east-1"}), 0);
  EXPECT_EQ(cli.summaries().as_object().size(), 3U);
  ASSERT_EQ(cli.run({"backup", "--run-id", "jenkins-8", "--region", "us-east-1"}), 0);
  EXPECT_EQ(cli.summaries().as_object().size(), 1U);
}

TEST(BackupCommand, NoValueIsEverPrintedOrLeftOutsideTheRepository) {
  SandboxCli cli;
  cli.prepare(15);
  for (const char* output : {"text", "json"}) {
    ASSERT_EQ(cli.run({"backup", "--output", output}), 0);
    EXPECT_THAT(cli.world.out.str() + cli.world.err.str(), Not(HasSubstr("secret-")));
  }
  EXPECT_THAT(boost::json::serialize(cli.summaries()), Not(HasSubstr("secret-")));
}

TEST(BackupCommand, JsonIsOneDocumentOnStandardOutputAndEventsOnTheOther) {
  SandboxCli cli;
  cli.prepare(5);
  ASSERT_EQ(cli.run({"backup", "--output", "json"}), 0);
  const auto result = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(result.at("status"), "complete");
  EXPECT_EQ(result.at("regions").as_object().size(), 3U);
  std::istringstream lines(cli.world.err.str());
  int events = 0;
  for (std::string line; std::getline(lines, line); ++events)
    EXPECT_TRUE(boost::json::parse(line).at("event").is_string());
  EXPECT_GE(events, 6);
}

TEST(BackupCommand, AnUnreadableParameterMakesItIncompleteAndMovesNoPointer) {
  SandboxCli cli;
  cli.prepare(20);
  ASSERT_EQ(cli.run({"backup"}), 0);
  const std::string good = cli.object("us-west-2", "latest-us-west-2.txt");
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
  EXPECT_EQ(cli.run({"backup"}), 3);
  EXPECT_EQ(cli.object("us-west-2", "latest-us-west-2.txt"), good);
  EXPECT_THAT(cli.object("us-west-2", "latest-incomplete-us-west-2.txt"), HasSubstr("ssm-backup"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("1 of 66 parameters could not be read (exit 3)"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("--accept-unreadable '/app/dev/p003'"));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("/app/dev/p003: "));
  EXPECT_EQ(cli.summary("us-west-2", "status"), "SUCCESS");
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "1");
  EXPECT_EQ(cli.summary("us-west-2", "complete"), "false");

  EXPECT_EQ(cli.run({"backup", "--accept-unreadable", "/app/dev/p003"}), 0);
  EXPECT_NE(cli.object("us-west-2", "latest-us-west-2.txt"), good);
}

TEST(BackupCommand, AShrunkenRegionIsKeptAndMovesNothingUnlessAccepted) {
  SandboxCli cli;
  cli.prepare(40);
  ASSERT_EQ(cli.run({"backup"}), 0);
  const std::string good = cli.object("us-east-1", "latest-us-east-1.txt");
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-east-1"));
  for (int i = 0; i < 10; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  EXPECT_EQ(cli.run({"backup"}), 3);
  EXPECT_EQ(cli.object("us-east-1", "latest-us-east-1.txt"), good);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("--accept-shrink"));
  EXPECT_EQ(cli.run({"backup", "--accept-shrink"}), 0);
  EXPECT_NE(cli.object("us-east-1", "latest-us-east-1.txt"), good);
}

// With --accept-shrink a pointer that a newer run had moved meanwhile was an exit 3, and the advice
// was --accept-shrink.
TEST(BackupCommand, AnAcceptedShrinkThatANewerRunOvertookIsDone) {
  SandboxCli cli;
  cli.prepare(40);
  ASSERT_EQ(cli.run({"backup", "--region", "us-east-1"}), 0);
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-east-1"));
  for (int i = 0; i < 10; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  const std::string newer = "2026-11-22/us-east-1/ssm-backup-dev-us-east-1-20261122_130900.json";
  cli.put("us-east-1", newer, R"({"environment": "dev", "parameter_count": 40, "parameters": []})");
  cli.put("us-east-1", "latest-us-east-1.txt", newer + "\n");
  EXPECT_EQ(cli.run({"backup", "--region", "us-east-1", "--accept-shrink"}), 0)
      << cli.world.out.str();
  EXPECT_EQ(trim(cli.object("us-east-1", "latest-us-east-1.txt")), newer);
}

// Refuses every listing in one Region.
void break_region(SandboxCli& cli, std::string region) {
  cli.sandbox.transport.set_hook(
      [region](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) != "DescribeParameters") return std::nullopt;
        if (!request.endpoint.host.contains(region)) return std::nullopt;
        return aws::HttpResponse{
            .status = 400,
            .headers = {},
            .body = SecretBytes(R"({"__type":"AccessDeniedException","message":"no"})")};
      });
}

TEST(BackupCommand, AFailedRegionStopsThoseAfterItUnlessToldToKeepGoing) {
  SandboxCli cli;
  cli.prepare(10);
  break_region(cli, "us-west-2");
  EXPECT_EQ(cli.run({"backup", "--run-id", "a"}), 1);
  EXPECT_EQ(cli.summary("ap-northeast-1", "status"), "SUCCESS");
  EXPECT_EQ(cli.summary("us-west-2", "status"), "FAILED");
  EXPECT_THAT(cli.summary("us-west-2", "message"),
              ::testing::StartsWith("Backup file was not created for region us-west-2."));
  EXPECT_FALSE(cli.summaries().as_object().contains("us-east-1"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("failed: no backup of us-west-2, us-east-1"));
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("ssm:DescribeParameters in us-west-2 (account 123456789012) answered 400"));
  EXPECT_THAT(cli.keys("us-west-2"), IsEmpty());

  EXPECT_EQ(cli.run({"backup", "--run-id", "b", "--keep-going"}), 1);
  EXPECT_EQ(cli.summary("us-east-1", "status"), "SUCCESS");
  EXPECT_EQ(cli.summaries().as_object().size(), 3U);
}

TEST(BackupCommand, ADryRunWritesNoObject) {
  SandboxCli cli;
  cli.prepare(30);
  EXPECT_EQ(cli.run({"backup", "--dry-run"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("96 parameters would be saved"));
  for (const std::string& region : kRegions) EXPECT_THAT(cli.keys(region), IsEmpty());
  EXPECT_EQ(cli.summary("us-east-1", "dryRun"), "true");
  EXPECT_EQ(cli.summary("us-east-1", "parameterCount"), "30");
}

HttpAnswer refuse(std::string_view code) {
  return aws::HttpResponse{
      .status = 400,
      .headers = {},
      .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", code))};
}

// A role with no right to read tags used to save nothing at all.
TEST(BackupCommand, TagsThatAreDeniedLeaveTheRecordsAndExitThree) {
  SandboxCli cli;
  cli.prepare(12);
  cli.sandbox.transport.set_hook([](const aws::HttpRequest& request) -> HttpAnswer {
    const std::string target = target_of(request);
    if (target == "GetResources" || target == "ListTagsForResource")
      return refuse("AccessDeniedException");
    return std::nullopt;
  });
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3);
  EXPECT_EQ(cli.summary("us-west-2", "parameterCount"), "12");
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "12");
  EXPECT_EQ(cli.object("us-west-2", "latest-us-west-2.txt"), "");
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("done, incomplete: the tags of 12 parameters could not be read (exit 3)"));
  const std::string log = cli.world.err.str();
  constexpr std::string_view kReason = "its tags could not be read: ";
  EXPECT_NE(log.find(kReason), std::string::npos);
  EXPECT_EQ(log.find(kReason), log.rfind(kReason));  // told once
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--dry-run"}), 3);
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "*"}), 0);
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "0");
}

// Accepted or not, which tags were not read stood nowhere but in the log.
TEST(BackupCommand, TagsThatWereNotReadAreNamedInManifestAndSummary) {
  SandboxCli cli;
  cli.prepare(3);
  cli.sandbox.transport.set_hook([](const aws::HttpRequest& request) -> HttpAnswer {
    const std::string target = target_of(request);
    if (target == "GetResources" || target == "ListTagsForResource")
      return refuse("AccessDeniedException");
    return std::nullopt;
  });
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "/app/dev/p001"}),
            3);
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--accept-unreadable", "/app/dev/p00?"}),
            0);
  const auto manifest =
      boost::json::parse(cli.object("us-west-2", cli.summary("us-west-2", "manifestKey")));
  const auto& lacking = manifest.at("lacking").as_array();
  ASSERT_EQ(lacking.size(), 3U);
  EXPECT_EQ(lacking[0].at("name"), "/app/dev/p000");
  EXPECT_EQ(lacking[0].at("part"), "tags");
  EXPECT_EQ(lacking[0].at("accepted"), true);
  EXPECT_EQ(lacking[0].at("fault").at("code"), "AccessDeniedException");
  EXPECT_EQ(cli.summaries().at("us-west-2").at("lacking").as_array().size(), 3U);
}

TEST(BackupCommand, ADryRunTellsWhatItsSampleCouldNotRead) {
  SandboxCli cli;
  cli.prepare(5);
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--region", "us-west-2"}), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("--accept-unreadable '/app/dev/p003'"));
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--region", "us-west-2", "--accept-unreadable", "*"}),
            0);
}

TEST(BackupCommand, ASelectionThatMatchesNothingIsNotGreen) {
  SandboxCli cli;
  cli.prepare(5);
  for (const auto& more : {std::vector<std::string>{}, {"--dry-run"}}) {
    std::vector<std::string> words{"backup", "--region", "us-west-2", "--include", "/nothing/*"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(cli.run(words), 3);
    EXPECT_THAT(cli.world.out.str(), HasSubstr("the selection matches no parameter"));
  }
}

TEST(BackupCommand, ADefectInOneRegionIsItsErrorAndNoMore) {
  SandboxCli cli;
  cli.prepare(5);
  cli.sandbox.transport.set_hook([](const aws::HttpRequest& request) -> HttpAnswer {
    const bool there = request.endpoint.host.contains("us-west-2");
    if (there && target_of(request) == "GetParameters") throw std::bad_alloc();
    return std::nullopt;
  });
  EXPECT_EQ(cli.run({"backup", "--keep-going"}), 1);
  EXPECT_EQ(cli.summary("us-west-2", "status"), "FAILED");
  EXPECT_THAT(cli.summary("us-west-2", "message"), HasSubstr("a task ended early"));
  EXPECT_EQ(cli.summary("us-east-1", "status"), "SUCCESS");
}

TEST(BackupCommand, RegionAndRepositoryNeedNoMetadata) {
  SandboxCli cli;
  cli.seed("us-west-2", 0, 10);
  const std::string repository = (cli.directory / "repository").string();
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--region", "us-west-2", "--repository",
                     repository}),
            0)
      << cli.world.err.str();
  EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), 1U);  // named twice, run once
  EXPECT_EQ(cli.sandbox.calls("ssm:GetParameters", "ap-northeast-1"), 0U);
  EXPECT_TRUE(std::filesystem::exists(cli.directory / "repository" / "latest-us-west-2.txt"));
  EXPECT_FALSE(std::filesystem::exists(cli.directory / "repository" / "latest.txt"));
}

TEST(BackupCommand, AnInterruptLeavesNothingHalfVisible) {
  struct Row {
    const char* name;
    const char* before;  // the request at which the signal comes
    int signal;
    int code;
  };
  const Row rows[] = {{"while listing", "DescribeParameters", SIGINT, 130},
                      {"while reading", "GetParameters", SIGTERM, 143}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    cli.prepare(60);
    cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) {
      const bool there = request.endpoint.host.contains("us-west-2");
      if (there && target_of(request) == row.before) cli.world.interrupt.raise(row.signal);
      return std::nullopt;
    });
    EXPECT_EQ(cli.run({"backup"}), row.code);
    cli.sandbox.transport.set_hook({});
    EXPECT_THAT(cli.keys("us-west-2"), IsEmpty());
    EXPECT_THAT(cli.keys("us-east-1"), IsEmpty());
    EXPECT_EQ(cli.summary("us-west-2", "status"), "FAILED");
    EXPECT_THAT(cli.world.out.str(), HasSubstr("interrupted: no backup of us-west-2, us-east-1\n"));
    const std::string log = cli.world.err.str();
    constexpr std::string_view kEnd =
        "error: interrupted; nothing of us-west-2 was kept\nnext: run again\n";
    EXPECT_THAT(log, ::testing::EndsWith(std::string(kEnd)));
    EXPECT_EQ(log.find("nothing of us-west-2"), log.rfind("nothing of us-west-2"));  // told once
    EXPECT_THAT(log, Not(HasSubstr("Backup file was not created")));
  }
}

// "Backup file was not created for region us-west-2. interrupted", and what is still good was a
// guess.
TEST(BackupCommand, AnInterruptSaysWhatItLeft) {
  struct Row {
    const char* name;
    const char* at;  // the target, or the end of the key that is written
    const char* left;
  };
  const Row rows[] = {
      {"while reading", "GetParameters", "nothing of us-west-2 was kept"},
      {"behind the document", ".index",
       "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130001.json is unfinished, and "
       "taken for nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    cli.prepare(3);
    ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0);
    const std::string good(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
    cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) -> HttpAnswer {
      const bool read = target_of(request) == row.at;
      const bool written = request.method == "PUT" && request.path.ends_with(row.at);
      if (request.endpoint.host.contains("us-west-2") && (read || written))
        cli.world.interrupt.raise(SIGTERM);
      return std::nullopt;
    });
    EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 143);
    EXPECT_THAT(cli.world.err.str(),
                HasSubstr(fmt::format("error: interrupted; {}; latest-us-west-2.txt still names "
                                      "{}\nnext: run again\n",
                                      row.left, good)));
  }
}

// Told as "NOT RUN: a Region before it failed", though it had run for minutes and none had.
TEST(BackupCommand, ARegionThatIsKilledIsNoneThatWasNeverBegun) {
  SandboxCli cli;
  cli.prepare(3);
  const std::filesystem::path left = cli.directory / "left.json";
  // What lies there when the process is killed in the middle of the second Region.
  cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) -> HttpAnswer {
    if (request.endpoint.host.contains("us-west-2") && target_of(request) == "DescribeParameters")
      std::filesystem::copy_file(cli.work() / "region_summaries.json", left,
                                 std::filesystem::copy_options::skip_existing);
    return std::nullopt;
  });
  ASSERT_EQ(cli.run({"backup"}), 0) << cli.world.err.str();
  for (const std::string& region : kRegions)
    EXPECT_FALSE(cli.summaries().at(region).as_object().contains("ended")) << region;

  const auto entries = boost::json::parse(read_file(left).value()).as_object();
  EXPECT_EQ(entries.at("ap-northeast-1").at("status"), "SUCCESS");
  EXPECT_FALSE(entries.contains("us-east-1"));
  const auto& killed = entries.at("us-west-2").as_object();
  EXPECT_EQ(killed.at("status"), "FAILED");
  EXPECT_EQ(killed.at("ended"), false);
  EXPECT_EQ(killed.at("durationSeconds"), 0);  // what a reader of the old format takes
  EXPECT_THAT(std::string(killed.at("message").as_string()),
              ::testing::StartsWith("Backup file was not created for region us-west-2. "));

  EXPECT_EQ(cli.run({"notify", "--summaries", left.string(), "--print", "--region",
                     "ap-northeast-1", "--region", "us-west-2", "--region", "us-east-1"}),
            0);
  const std::string said = cli.world.out.str();
  EXPECT_THAT(said, HasSubstr("us-west-2: FAILED, message=did not end (killed, or its machine is "
                              "gone)\n"));
  EXPECT_THAT(said, HasSubstr("us-east-1: NOT RUN\n"));
  EXPECT_THAT(said, HasSubstr("NOT RUN: the run broke off while us-west-2 was at work.\n"));
  EXPECT_THAT(said, Not(HasSubstr("a Region before it failed")));
}

// Every request in its order, as the sandbox saw it.
std::vector<sandbox::TraceEntry> trace_of(std::uint64_t seed, const char* share,
                                          int least_at_once) {
  SandboxCli cli(seed);
  cli.prepare(170);
  EXPECT_EQ(cli.run({"backup", "--jobs", "3", "--run-id", "fixed", "--quota-share", share}), 0)
      << cli.world.err.str();
  EXPECT_GE(cli.sandbox.transport.most_at_once(), least_at_once);
  return cli.sandbox.in_process.trace();
}

TEST(BackupCommand, TheSameSeedGivesTheSameRequestsInTheSameOrder) {
  struct Row {
    const char* share;
    int least_at_once;
  };
  // Held back by the quotas, fewer are under way at once.
  for (const Row& row : {Row{"off", 16}, Row{"50", 6}}) {
    SCOPED_TRACE(row.share);
    const auto first = trace_of(7, row.share, row.least_at_once);
    EXPECT_GT(first.size(), 100U);
    EXPECT_EQ(first, trace_of(7, row.share, row.least_at_once));
    EXPECT_NE(first, trace_of(8, row.share, row.least_at_once));
  }
}

}  // namespace
}  // namespace ssmb::cli
