// Backups that go wrong slowly: what is seen meanwhile, and what is left at the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sandbox/quota.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::target_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using HttpAnswer = std::optional<Result<aws::HttpResponse>>;

void silence(SandboxCli& cli, std::string_view operation, std::string_view region) {
  cli.sandbox.control(
      "faults", {{"rules", {{{"fault", "silent"}, {"operation", operation}, {"region", region}}}}});
}

double seconds_of(SandboxCli& cli) {
  return std::chrono::duration<double>(cli.sandbox.runtime.steady().time_since_epoch()).count();
}

// Ten minutes without a word, and then "the deadline has passed".
TEST(BackupTrouble, ASilentRegionIsToldOfAndEndsLongBeforeItsDeadline) {
  struct Row {
    const char* operation;
    double most;  // seconds
  };
  for (const Row& row : {Row{"sts:GetCallerIdentity", 100}, Row{"ssm:DescribeParameters", 100},
                         Row{"ssm:GetParameters", 100}}) {
    SCOPED_TRACE(row.operation);
    SandboxCli cli;
    cli.prepare(40);
    silence(cli, row.operation, "us-west-2");
    const double begin = seconds_of(cli);
    EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 1);
    EXPECT_LT(seconds_of(cli) - begin, row.most);
    const std::string log = cli.world.err.str();
    EXPECT_THAT(log, HasSubstr(fmt::format(
                         "13:00:15Z warning: {} in us-west-2: no answer within 15 s; trying again, "
                         "2 of 5\n",
                         row.operation)));
    EXPECT_THAT(log, HasSubstr("13:00:30Z us-west-2 "));
    // The first request went out some milliseconds after the Region began.
    EXPECT_THAT(log, ::testing::ContainsRegex(
                         fmt::format("no answer for (29|30) s .{}.\n", row.operation)));
    EXPECT_THAT(log, HasSubstr("13:01:00Z us-west-2 "));
    EXPECT_THAT(log, HasSubstr("no answer within 15 s (after 5 tries)"));
    EXPECT_THAT(log, HasSubstr("next: does the Region answer from here?"));
    EXPECT_THAT(log, Not(HasSubstr("0 ms left")));
  }
}

// What nothing was asked of stood there as "no answer" from a limit of ours: "the deadline has
// passed", at second 10 of 600.
TEST(BackupTrouble, ASettingThatIsNotAnsweredCostsALineAlone) {
  SandboxCli cli;
  cli.prepare(5);
  silence(cli, "ssm:GetServiceSetting", "us-west-2");
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0);
  EXPECT_THAT(cli.world.err.str(),
              AllOf(HasSubstr("Region facts that are not known: high-throughput-enabled, "
                              "default-parameter-tier (no answer within 10 s"),
                    Not(HasSubstr("the deadline has passed"))));
}

TEST(BackupTrouble, ADeadlineSaysHowFarItWasAndWhatItUsed) {
  SandboxCli cli;
  cli.prepare(1000);
  auto& world = cli.sandbox.world;
  world.quotas().set(sandbox::aws_quotas(), world.now());
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--tags", "strict", "--deadline", "40s"}),
            1);
  EXPECT_THAT(cli.world.err.str(),
              ::testing::ContainsRegex(
                  "the deadline has passed.*; [0-9]+ of 1000 parameters were read; all of them "
                  "would take about [0-9]+ min"));
  EXPECT_THAT(cli.world.err.str(), Not(HasSubstr("does the Region answer")));
  EXPECT_NE(cli.summary("us-west-2", "throttledCount"), "");
  EXPECT_NE(cli.summary("us-west-2", "readCount"), "0");
  EXPECT_EQ(cli.summary("us-west-2", "listedCount"), "1000");
  EXPECT_THAT(cli.summary("us-west-2", "quotas"), HasSubstr("ListTagsForResource"));
}

void deny_listing(SandboxCli& cli, std::string region) {
  cli.sandbox.transport.set_hook([region](const aws::HttpRequest& request) -> HttpAnswer {
    if (target_of(request) != "DescribeParameters") return std::nullopt;
    if (!request.endpoint.host.contains(region)) return std::nullopt;
    return testing::denied_answer();
  });
}

// FAILED left it to the reader whether anything was left to restore from.
TEST(BackupTrouble, AFailureSaysWhatIsLeft) {
  SandboxCli cli;
  cli.prepare(10);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0);
  const std::string good(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
  ASSERT_TRUE(cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::minutes{24}, {})));
  deny_listing(cli, "us-west-2");
  EXPECT_EQ(cli.run({"backup"}), 1);
  EXPECT_THAT(
      cli.world.out.str(),
      ::testing::EndsWith(fmt::format(
          "failed: no backup of us-west-2, us-east-1\n"
          "us-west-2: last good snapshot {} of 2026-11-22 13:00 UTC, 24 min old\n"
          "us-east-1: last good snapshot: none known: latest-us-east-1.txt does not exist\n",
          good)));
  EXPECT_EQ(cli.summaries().at("us-west-2").at("lastGood").at("key").as_string(), good);
  EXPECT_EQ(cli.run({"backup", "--output", "json"}), 1);
  const auto result = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(result.at("lastGood").at("us-west-2").at("key").as_string(), good);
  EXPECT_GE(result.at("lastGood").at("us-west-2").at("ageSeconds").as_int64(), 1440);
  EXPECT_TRUE(result.at("lastGood").at("us-east-1").as_object().contains("unknownBecause"));

  // A bucket that does not answer holds the bad news up for some seconds, and no more.
  silence(cli, "s3:*", "us-west-2");
  const double begin = seconds_of(cli);
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--deadline", "8s"}), 1);
  EXPECT_LT(seconds_of(cli) - begin, 14);
  EXPECT_THAT(cli.world.out.str(),
              ::testing::ContainsRegex("us-west-2: last good snapshot: none known: .*no answer "
                                       "within 5.0 s"));
}

// An incomplete Region's next step was lost where another Region failed.
TEST(BackupTrouble, AFailureDoesNotHideWhatAnotherRegionLacks) {
  SandboxCli cli;
  cli.prepare(10);
  ASSERT_EQ(cli.run({"backup"}), 0);
  const std::string good(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
  deny_listing(cli, "us-east-1");
  EXPECT_EQ(cli.run({"backup"}), 1);
  EXPECT_THAT(cli.world.out.str(),
              AllOf(HasSubstr("failed: no backup of us-east-1\n"
                              "incomplete besides: 1 of 26 parameters could not be read\n"
                              "latest-us-west-2.txt still names the last good snapshot: the "
                              "snapshot is incomplete\n"
                              "us-west-2: last good snapshot " +
                              good),
                    HasSubstr("us-east-1: last good snapshot 2026"),
                    HasSubstr("next: allow kms:Decrypt on the key"),
                    HasSubstr("--accept-unreadable '/app/dev/p003'")));
}

TEST(BackupTrouble, ManyThatOneKeyDeniesAreToldInOneLine) {
  SandboxCli cli;
  cli.prepare(200);
  for (int i = 0; i < 184; ++i)
    cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), fmt::format("/app/dev/p{:03}", i));
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3);
  const std::string log = cli.world.err.str();
  EXPECT_THAT(log, HasSubstr("  92 parameters alike: ssm:GetParameter AccessDeniedException; allow "
                             "kms:Decrypt on the key"));
  EXPECT_THAT(log, HasSubstr("; all are in the manifest and region_summaries.json\n"));
  EXPECT_LT(std::ranges::count(log, '\n'), 12);
  EXPECT_EQ(cli.summaries().at("us-west-2").at("unreadable").as_array().size(), 92U);
}

}  // namespace
}  // namespace ssmb::cli
