// What infra says, asks for, refuses, and how it goes on after an interruption.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/ssm/client.h"
#include "parameter/parameter.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::target_of;
using ::testing::HasSubstr;
using ::testing::Not;

// How many changes `infra plan` sees.
std::size_t changes_left(SandboxCli& cli) {
  EXPECT_EQ(cli.run({"infra", "plan", "--output", "json"}), 0) << cli.world.err.str();
  std::size_t left = 0;
  for (const auto& change : boost::json::parse(cli.world.out.str()).at("changes").as_array()) {
    const std::string_view action = change.at("action").as_string();
    if (action != "none" && action != "keep") ++left;
  }
  return left;
}

void write_stack(const SandboxCli& cli, std::string_view regions, std::string_view more = "") {
  std::ofstream(cli.directory / "Pulumi.dev.yaml")
      << "config:\n"
         "  jenkins-ssm-backup-s3:projectName: jenkins-infra\n"
         "  jenkins-ssm-backup-s3:environment: dev\n"
         "  jenkins-ssm-backup-s3:defaultRegion: ap-northeast-1\n"
         "  jenkins-ssm-backup-s3:regions: "
      << regions << '\n'
      << more;
}

// The file with another home: by the default Region, or by ssmHomeRegion.
void move_home(const SandboxCli& cli, std::string_view default_region, std::string_view more = "") {
  std::ofstream(cli.directory / "Pulumi.dev.yaml")
      << "config:\n"
         "  jenkins-ssm-backup-s3:projectName: jenkins-infra\n"
         "  jenkins-ssm-backup-s3:environment: dev\n"
         "  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2, us-east-1]\n"
         "  jenkins-ssm-backup-s3:defaultRegion: "
      << default_region << '\n'
      << more;
}

constexpr std::string_view kEveryOption =
    "  jenkins-ssm-backup-s3:kmsKey: alias/backup\n"
    "  jenkins-ssm-backup-s3:objectLock: {mode: GOVERNANCE, days: 1}\n"
    "  jenkins-ssm-backup-s3:accessLogBuckets: {ap-northeast-1: logs, us-west-2: logs}\n"
    "  jenkins-ssm-backup-s3:copy: {region: eu-west-1}\n";

// The policy of a bucket with a KMS key denies what asks for AES256: every upload was refused.
// It deleted at once, and called a bucket that it kept "done".
TEST(InfraCommand, DestroyAsksForYesAndCountsTruly) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "destroy"}), 2);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("  - bucket "));
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("\n8 would be deleted, 1 kept; nothing was deleted\n"));
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("next: read the list, then the same command with --yes"));
  EXPECT_EQ(cli.run({"regions"}), 0);

  EXPECT_EQ(cli.run({"infra", "destroy", "--yes"}), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("\n8 deleted, 1 kept (exit 3): "));
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes", "--output", "json"}), 3);
  const auto document = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(document.at("done"), true);
  EXPECT_EQ(document.at("changes").as_array().size(), 1U);
}

TEST(InfraCommand, BackupsAreDeletedOnlyForTheirNumber) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  const std::vector<std::string> destroy{"infra", "destroy", "--yes", "--delete-backups"};
  const auto with = [&destroy](std::vector<std::string> more) {
    std::vector<std::string> words = destroy;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  EXPECT_EQ(cli.run(destroy), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("versions of backups would be deleted for good: "
                                             "nobody confirms it"));
  EXPECT_EQ(cli.run(with({"--confirm", "2"})), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr(", and --confirm says 2: nothing was written"));
  EXPECT_EQ(cli.run({"regions"}), 0);  // the metadata is all there
  const auto count = cli.keys("us-west-2").size();
  cli.world.environment.typed_line = [](CallScope) -> ResultTask<std::string> {
    co_return std::string("1");
  };
  EXPECT_EQ(cli.run(destroy), 2);
  EXPECT_EQ(cli.keys("us-west-2").size(), count);
  EXPECT_EQ(cli.run(with({"--confirm", std::to_string(count)})), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes"}), 0);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("nothing of it is there"));
}

// It took the ManagedBy tags of a Pulumi stack's parameters over, and said only "tag parameter".
TEST(InfraCommand, APulumiStacksThingsAreRefusedUntilAdopted) {
  SandboxCli cli;
  cli.sandbox.seed("ap-northeast-1", {{{"Name", "/jenkins/dev/backup/default-region"},
                                       {"Value", "us-west-2"},
                                       {"Tags", {{{"Key", "ManagedBy"}, {"Value", "Pulumi"}}}}}});
  const auto managed_by = [&cli] {
    aws::ssm::Client ssm(cli.sandbox.session, Region("ap-northeast-1"));
    const auto tags = cli.sandbox.runtime.run(
        ssm.list_tags(ParameterName("/jenkins/dev/backup/default-region"), {}));
    EXPECT_TRUE(tags && *tags);
    const auto found = std::ranges::find((*tags).value(), "ManagedBy", &Tag::key);
    return found->value;
  };
  EXPECT_EQ(cli.run({"infra", "apply"}), 2);
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("parameter change of the parameter /jenkins/dev/backup/default-region "
                        "(ManagedBy Pulumi): nothing was written"));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("take it over for good: --adopt"));
  EXPECT_EQ(managed_by(), "Pulumi");
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("~ parameter /jenkins/dev/backup/default-region in "
                                             "ap-northeast-1 (ManagedBy Pulumi)"));
  ASSERT_EQ(cli.run({"infra", "apply", "--adopt"}), 0) << cli.world.err.str();
  EXPECT_EQ(managed_by(), "ssm-backup");
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 0);
}

TEST(InfraCommand, ARegionThatLeavesKeepsItsBucketUntilItIsAskedFor) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "destroy", "--only", "us-east-1", "--yes"}), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("--only us-east-1: the stack holds that Region"));

  write_stack(cli, "[ap-northeast-1, us-west-2]");
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("us-east-1 left the stack, its backups stay"));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("--only us-east-1 --delete-backups --yes"));
  EXPECT_FALSE(cli.keys("us-east-1").empty());
  EXPECT_EQ(changes_left(cli), 0U);

  EXPECT_EQ(cli.run({"infra", "destroy", "--only", "us-east-1", "--yes"}), 3);
  const std::string count = std::to_string(cli.keys("us-east-1").size());
  EXPECT_EQ(cli.run({"infra", "destroy", "--only", "us-east-1", "--delete-backups", "--confirm",
                     count, "--yes"}),
            0)
      << cli.world.err.str();
  EXPECT_EQ(changes_left(cli), 0U);  // the others' is as it was
  EXPECT_FALSE(cli.keys("us-west-2").empty());

  write_stack(cli, "[ap-northeast-1, us-west-2, us-east-1]");
  EXPECT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"backup"}), 0) << cli.world.err.str();
}

// "5 changes done", and the jobs went on with the list that lay in the old home.
TEST(InfraCommand, ADefaultRegionThatMovesTheHomeIsWarnedOf) {
  SandboxCli cli;
  cli.prepare(3);
  EXPECT_THAT(cli.world.out.str() + cli.world.err.str(), Not(HasSubstr("warning: ")));
  move_home(cli, "us-west-2");
  for (const char* command : {"plan", "apply"}) {
    SCOPED_TRACE(command);
    ASSERT_EQ(cli.run({"infra", command}), 0) << cli.world.err.str();
    EXPECT_THAT(cli.world.out.str(),
                HasSubstr("\nwarning: the stack's home Region is us-west-2, and "
                          "/jenkins/dev/backup/region-list lies in ap-northeast-1, too: jobs whose "
                          "AWS_REGION is ap-northeast-1 go on with that one\n"
                          "next: to keep the home in ap-northeast-1: ssmHomeRegion: ap-northeast-1 "
                          "in the stack file; to move it to us-west-2: AWS_REGION "
                          "(SSM_BACKUP_HOME_REGION of the Jenkins jobs) is us-west-2, and then aws "
                          "ssm delete-parameter --region ap-northeast-1 --name "
                          "/jenkins/dev/backup/region-list\n"));
    EXPECT_THAT(cli.world.out.str(), ::testing::ContainsRegex("\n[0-9]+ (to create|changes done)"));
  }
  ASSERT_EQ(cli.run({"infra", "plan", "--output", "json"}), 0);
  EXPECT_EQ(boost::json::parse(cli.world.out.str()).at("warnings").as_array().size(), 1U);

  // As the words say: either ends it.
  auto& old = cli.sandbox.world.ssm(AccountId("123456789012"), Region("ap-northeast-1"));
  old.erase("/jenkins/dev/backup/region-list");
  cli.world.environment.variables["AWS_REGION"] = "us-west-2";
  ASSERT_EQ(cli.run({"infra", "plan"}), 0);
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("warning: ")));
}

TEST(InfraCommand, AHomeThatStaysIsNotWarnedOf) {
  SandboxCli cli;
  cli.prepare(3);
  move_home(cli, "us-west-2", "  jenkins-ssm-backup-s3:ssmHomeRegion: ap-northeast-1\n");
  ASSERT_EQ(cli.run({"infra", "plan"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("warning: ")));
}

TEST(InfraCommand, AnotherHomeOfTheSessionIsWarnedOf) {
  SandboxCli cli;
  cli.prepare(3);
  cli.world.environment.variables["AWS_REGION"] = "eu-west-1";
  ASSERT_EQ(cli.run({"infra", "plan"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("warning: the stack's home Region is ap-northeast-1, and that of this "
                        "session eu-west-1 "));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("next: set AWS_REGION=ap-northeast-1 for this shell"));
}

// The Region that is lost is the very one whose list nobody can see.
TEST(InfraCommand, AHomeThatDoesNotAnswerHoldsNobodyUp) {
  SandboxCli cli;
  cli.prepare(3);
  std::ofstream(cli.directory / "Pulumi.dev.yaml")
      << "config:\n"
         "  jenkins-ssm-backup-s3:projectName: jenkins-infra\n"
         "  jenkins-ssm-backup-s3:environment: dev\n"
         "  jenkins-ssm-backup-s3:regions: [us-west-2, us-east-1]\n"
         "  jenkins-ssm-backup-s3:defaultRegion: us-west-2\n";
  cli.sandbox.world.faults().set(
      {{.fault = sandbox::Fault::silent, .operation = "*", .region = "ap-northeast-1"}});
  const SteadyTime begin = cli.sandbox.runtime.steady();
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  EXPECT_LT(cli.sandbox.runtime.steady() - begin, std::chrono::seconds{20});
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("warning: whether ap-northeast-1 holds a /jenkins/dev/backup/region-list, "
                        "too, is not known: "));
  EXPECT_THAT(cli.world.out.str(), HasSubstr("next: once it answers: "));
}

// It went on until the bucket was empty: what was put while it asked went, too.
TEST(InfraCommand, WhatWasNotCountedIsNotDeleted) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  const auto count = cli.keys("us-west-2").size();
  cli.world.environment.typed_line = [&](CallScope scope) -> ResultTask<std::string> {
    aws::s3::Client s3(cli.sandbox.session, Region("us-west-2"));
    auto late = co_await s3.put_object({.name = SandboxCli::bucket("us-west-2")},
                                       ObjectKey("late.txt"), SecretBytes("x"), {}, scope);
    EXPECT_TRUE(late);
    co_return std::to_string(count);
  };
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes", "--delete-backups"}), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr(fmt::format("it holds more versions than the {} that "
                                                         "were counted",
                                                         count)));
  // Whoever was asked had seen of what.
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("- bucket jenkins-infra-ssm-backup-dev-123456789012-us-west-2"));
  EXPECT_EQ(cli.keys("us-west-2").size(), count + 1);
}

// It took the file's word that the Region had left, and every backup then missed its bucket.
TEST(InfraCommand, ARegionThatTheMetadataStillListsIsNotDestroyed) {
  SandboxCli cli;
  cli.prepare(3);
  write_stack(cli, "[ap-northeast-1, us-west-2]");
  EXPECT_EQ(cli.run({"infra", "destroy", "--only", "us-east-1", "--yes"}), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("the metadata still lists that Region"));
  EXPECT_EQ(cli.run({"regions"}), 0);
  EXPECT_EQ(cli.run({"infra", "destroy", "--only", "us-east-1-copy", "--yes"}), 2);
}

TEST(InfraCommand, BackupsUnderObjectLockAreNotBegunToBeDeleted) {
  SandboxCli cli;
  write_stack(cli, "[ap-northeast-1, us-west-2]", kEveryOption);
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  cli.seed("us-west-2", 0, 3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  const std::string count = std::to_string(cli.keys("us-west-2").size());
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes", "--delete-backups", "--confirm", count}), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("Object Lock keeps every version in "));
  EXPECT_EQ(cli.run({"regions"}), 0);
}

// It set the rule back, and S3 would have deleted what somebody had wanted kept.
TEST(InfraCommand, ARetentionIsNotShortenedInSilence) {
  SandboxCli cli;
  write_stack(cli, "[ap-northeast-1]", "  jenkins-ssm-backup-s3:retentionDays: 90\n");
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  write_stack(cli, "[ap-northeast-1]");
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 4);
  EXPECT_EQ(cli.run({"infra", "apply"}), 2);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("-ap-northeast-1: 90 -> 30 days"));
  EXPECT_EQ(cli.run({"infra", "apply", "--accept-shorter-retention"}), 0);
  EXPECT_EQ(changes_left(cli), 0U);
}

// It decrypted whatever lay below the prefix, and showed it.
TEST(InfraCommand, WhatIsNotMetadataIsNeitherReadNorShown) {
  SandboxCli cli;
  cli.prepare(0);
  const auto secret = [](const char* name) {
    return boost::json::object{
        {"Name", name}, {"Value", "planted-secret"}, {"Type", "SecureString"}};
  };
  cli.sandbox.seed("ap-northeast-1", {secret("/jenkins/dev/backup/slack-token"),
                                      secret("/jenkins/dev/backup/default-region")});
  EXPECT_EQ(cli.run({"infra", "plan"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), HasSubstr("Value: (not read) -> ap-northeast-1"));
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("planted-secret")));
  EXPECT_THAT(cli.world.out.str(), Not(HasSubstr("slack-token")));
  // SSM wants half a minute between a deletion and what is made anew.
  const Time before = cli.sandbox.runtime.now();
  EXPECT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  EXPECT_GE(cli.sandbox.runtime.now() - before, std::chrono::seconds{30});
}

// Whatever was refused, the advice was to run the same command again.
TEST(InfraCommand, ARefusedStepSaysWhatToDo) {
  struct Row {
    const char* name;
    const char* code;
    const char* next;
  };
  const Row rows[] = {
      {"a quota of numbers", "ParameterLimitExceeded",
       "next: the Region holds as many parameters as its quota allows: delete some, or raise "},
      {"a wrong request", "ValidationException",
       "next: correct what the answer names, then run the same command again"},
      {"the service fails", "InternalServerError", "next: run the same command again"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SandboxCli cli;
    cli.sandbox.transport.set_hook(
        [&row](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) != "PutParameter") return std::nullopt;
          return aws::HttpResponse{
              .status = std::string_view(row.code).starts_with("Internal") ? 500 : 400,
              .headers = {},
              .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", row.code))};
        });
    EXPECT_EQ(cli.run({"infra", "apply"}), 1);
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.next));
  }
}

// A process that is killed: from its nth call on nothing comes back, and that one had its effect
// or not.
enum class Killed { before_the_call, after_the_call };

void kill_at(SandboxCli& cli, int call, Killed when, int& calls) {
  calls = 0;
  cli.sandbox.transport.set_hook(
      [&cli, &calls, call,
       when](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (++calls < call) return std::nullopt;
        if (calls == call && when == Killed::after_the_call)
          sandbox::serve(cli.sandbox.world, request, {});
        return fail(ErrorKind::cancelled, "killed");
      });
}

TEST(InfraCommand, ABackupRunsOnBucketsOfEveryOption) {
  SandboxCli cli;
  write_stack(cli, "[ap-northeast-1, us-west-2]", kEveryOption);
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  for (const char* region : {"ap-northeast-1", "us-west-2"}) cli.seed(region, 0, 3);
  const std::string copy = fmt::format("{}eu-west-1-copy", kBucketStem);
  ASSERT_EQ(cli.run({"backup", "--copy-to", fmt::format("s3://{},region=eu-west-1", copy)}), 0)
      << cli.world.err.str();
  const auto encryption_of = [&cli](const BucketName& bucket, const char* region) {
    aws::s3::Client s3(cli.sandbox.session, Region(region));
    const auto info = cli.sandbox.runtime.run(
        s3.head_object({.name = bucket}, ObjectKey("latest-us-west-2.txt"), {}));
    return info && *info ? (*info)->server_side_encryption : std::string("none");
  };
  EXPECT_EQ(encryption_of(SandboxCli::bucket("us-west-2"), "us-west-2"), "aws:kms");
  EXPECT_EQ(encryption_of(BucketName(copy), "eu-west-1"), "AES256");
  EXPECT_EQ(cli.run({"verify"}), 0) << cli.world.err.str();
}

TEST(InfraCommand, InterruptedAtEachCallItEndsRightWhenRunAgain) {
  for (const Killed when : {Killed::before_the_call, Killed::after_the_call}) {
    int calls = 0;
    int call = 0;
    do {
      ++call;
      SCOPED_TRACE(fmt::format("call {}, {} its effect", call,
                               when == Killed::before_the_call ? "before" : "after"));
      SandboxCli cli;
      write_stack(cli, "[ap-northeast-1, us-west-2]", kEveryOption);
      kill_at(cli, call, when, calls);
      const int code = cli.run({"infra", "apply"});
      EXPECT_EQ(code != 0, calls >= call);
      cli.sandbox.transport.set_hook({});
      ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
      EXPECT_EQ(changes_left(cli), 0U);
    } while (calls >= call);
    EXPECT_GT(call, 35);  // every call that writes, and those that look
  }
}

TEST(InfraCommand, InterruptedAtEachCallADestructionEndsRightWhenRunAgain) {
  for (const Killed when : {Killed::before_the_call, Killed::after_the_call}) {
    int calls = 0;
    int call = 0;
    do {
      ++call;
      SCOPED_TRACE(fmt::format("call {}, {} its effect", call,
                               when == Killed::before_the_call ? "before" : "after"));
      SandboxCli cli;
      write_stack(cli, "[ap-northeast-1, us-west-2]");
      ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
      kill_at(cli, call, when, calls);
      const int code = cli.run({"infra", "destroy", "--yes"});
      EXPECT_EQ(code != 0, calls >= call);
      cli.sandbox.transport.set_hook({});
      ASSERT_EQ(cli.run({"infra", "destroy", "--yes"}), 0) << cli.world.err.str();
      ASSERT_EQ(cli.run({"infra", "destroy", "--yes"}), 0) << cli.world.err.str();
      EXPECT_THAT(cli.world.out.str(), HasSubstr("nothing of it is there"));
    } while (calls >= call);
    EXPECT_GT(call, 25);
  }
}

}  // namespace
}  // namespace ssmb::cli
