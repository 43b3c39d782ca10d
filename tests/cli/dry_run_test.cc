// --dry-run: does it foresee what the real run then meets?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/quota.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::int64_t number(const std::string& text) { return std::stoll(text); }

// It said "1 of 6 parameters" where there are five, and counted the unreadable one as saved.
TEST(DryRun, CountsAnUnreadableNameOnce) {
  SandboxCli cli;
  cli.prepare(5);
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--region", "us-west-2"}), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("dry run: 4 parameters would be saved, in "));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("1 of 5 parameters could not be read (exit 3)"));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("dry run: 4 of 5 parameters, 1 unreadable in "));
  EXPECT_EQ(cli.summary("us-west-2", "parameterCount"), "4");
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "1");
}

// A bucket that is not there, or not ours, was found only by the real run.
TEST(DryRun, MeetsTheBucketAsTheRealRunWould) {
  struct Row {
    const char* name;
    const char* repository;
    const char* says;
  };
  const Row rows[] = {
      {"missing", "s3://nobucket,region=us-west-2", "404 NoSuchBucket"},
      {"another account's",
       "s3://jenkins-infra-ssm-backup-dev-123456789012-us-west-2,region=us-west-2,"
       "owner=999988887777",
       "403 AccessDenied"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    cli.prepare(3);
    cli.sandbox.control("reset-counters", boost::json::object{});
    std::vector<std::string> words{"backup",       "--region",     "us-west-2",
                                   "--repository", row.repository, "--dry-run"};
    const int foreseen = cli.run(words);
    EXPECT_THAT(foreseen, ::testing::AnyOf(1, 2));
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.says));
    EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), 0U);
    words.pop_back();
    EXPECT_EQ(cli.run(words), foreseen);
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.says));
  }
}

// A shrunken Region was green in the rehearsal, and exit 3 in earnest.
TEST(DryRun, ForeseesTheShrinkRule) {
  SandboxCli cli;
  cli.prepare(40);
  ASSERT_EQ(cli.run({"backup"}), 0);
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-east-1"));
  for (int i = 0; i < 10; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  EXPECT_EQ(cli.run({"backup", "--dry-run"}), 3);
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("incomplete: latest-us-east-1.txt would not move: the snapshot holds "
                        "30 parameters, the last good one 40 (exit 3)\n"
                        "next: if the parameters were meant to go, run with --accept-shrink\n"));
  EXPECT_EQ(cli.summary("us-east-1", "shrink"), "shrunk");
  EXPECT_EQ(cli.summary("us-east-1", "lastGoodCount"), "40");
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--accept-shrink"}), 0);
  EXPECT_EQ(cli.run({"backup"}), 3);
}

TEST(DryRun, ForeseesThatTheDeadlineIsTooShort) {
  SandboxCli cli;
  cli.prepare(300);
  const std::vector<std::string> words{"backup", "--region",   "us-west-2", "--tags",
                                       "strict", "--deadline", "20s",       "--dry-run"};
  EXPECT_EQ(cli.run(words), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("and --deadline ends it after 20 s (exit 3)\n"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("next: allow more time with --deadline"));
  EXPECT_EQ(cli.run({words.begin(), words.end() - 1}), 1);
}

// It took the slowest call of its sample for the time of each batch, and knew of no quota.
TEST(DryRun, PredictsTheDurationFromTheQuotas) {
  struct Row {
    const char* name;
    std::vector<std::string> more;
    int above = 4;       // the prediction may exceed the real time by real / above
    bool quotas = true;  // the sandbox has AWS's
  };
  const Row rows[] = {
      {"a guest's half", {}},
      // AWS does not publish these two quotas: half of what is reported is promised, and more
      // found.
      {"tags one by one", {"--tags", "strict"}, 1},
      {"all of the quota", {"--quota-share", "100"}},
      {"with history", {"--depth", "history"}, 1},
      {"fenced", {"--fence"}},
      {"no quota: latency alone", {"--quota-share", "off", "--concurrency", "2"}, 4, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    cli.prepare(0);
    cli.seed("us-west-2", 0, 900);
    if (row.quotas)
      cli.sandbox.world.quotas().set(sandbox::aws_quotas(), cli.sandbox.runtime.now());
    std::vector<std::string> words{"backup", "--region", "us-west-2", "--deadline", "1h"};
    words.insert(words.end(), row.more.begin(), row.more.end());
    words.emplace_back("--dry-run");
    ASSERT_EQ(cli.run(words), 0) << cli.world.err.str();
    const auto predicted = number(cli.summary("us-west-2", "predictedSeconds"));
    // What the rehearsal took of the quota is there again.
    ASSERT_TRUE(
        cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::minutes{5}, CallScope{})));
    words.pop_back();
    ASSERT_EQ(cli.run(words), 0) << cli.world.err.str();
    const auto real = number(cli.summary("us-west-2", "executionTimeSec"));
    EXPECT_GE(predicted, real - 2 - real / 4);
    EXPECT_LE(predicted, real + 2 + real / row.above);
  }
}

// The tagging index' page limit held for the real run alone: a silent endpoint stopped the
// rehearsal.
TEST(DryRun, ASilentTaggingEndpointIsNoEndOfIt) {
  SandboxCli cli;
  cli.prepare(5);
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (ssmb::testing::target_of(request) != "GetResources") return std::nullopt;
        return fail(ErrorKind::unreachable, "no connection");
      });
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.sandbox.calls("ssm:ListTagsForResource", "us-west-2"), 1U);
}

TEST(DryRun, WritesNoObjectAndSaysWhatItReplaces) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--run-id", "nightly"}), 0);
  const auto before = cli.keys("us-west-2");
  EXPECT_EQ(cli.run({"backup", "--dry-run"}), 0);
  EXPECT_EQ(cli.keys("us-west-2"), before);
  EXPECT_THAT(
      cli.world.err.str(),
      HasSubstr("note: region_summaries.json of run nightly makes room for this dry run's"));
  EXPECT_EQ(cli.run({"backup", "--dry-run"}), 0);
  EXPECT_THAT(cli.world.err.str(), ::testing::Not(HasSubstr("makes room")));
  ASSERT_EQ(cli.run({"backup", "--run-id", "nightly"}), 0);
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--output", "json"}), 0);
  EXPECT_EQ(boost::json::parse(cli.world.out.str()).at("replacedRunId"), "nightly");
}

TEST(DryRun, AnInterruptSaysThatNothingWasWritten) {
  SandboxCli cli;
  cli.prepare(3);
  cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) {
    if (ssmb::testing::target_of(request) == "GetParameters" &&
        request.endpoint.host.contains("us-west-2"))
      cli.world.interrupt.raise(2);
    return std::nullopt;
  });
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--region", "us-west-2"}), 130);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("error: interrupted; nothing was written\n"));
  EXPECT_THAT(cli.keys("us-west-2"), IsEmpty());
}

}  // namespace
}  // namespace ssmb::cli
