// What infra says and asks for.

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

// It deleted at once, and called a bucket that it kept "done".
TEST(InfraCommand, DestroyAsksForYesAndCountsTruly) {
  SandboxCli cli;
  cli.prepare(3);
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.run({"infra", "destroy"}), 2);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("  delete bucket "));
  EXPECT_THAT(cli.world.out.str(),
              HasSubstr("\n8 would be deleted, 1 kept; nothing was deleted\n"));
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("next: read the list, then the same command with --yes"));
  EXPECT_EQ(cli.run({"regions"}), 0);

  EXPECT_EQ(cli.run({"infra", "destroy", "--yes"}), 3);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("\n8 deleted, 1 kept (exit 3): "));
  EXPECT_THAT(cli.world.err.str(), Not(HasSubstr("keep bucket")));
  EXPECT_EQ(cli.run({"infra", "destroy", "--yes", "--output", "json"}), 3);
  const auto document = boost::json::parse(cli.world.out.str());
  EXPECT_EQ(document.at("done"), true);
  EXPECT_EQ(document.at("steps").as_array().size(), 1U);
}

// It took the ManagedBy tags of a Pulumi stack's parameters over, and said only "tag parameter".
TEST(InfraCommand, APulumiStacksThingsKeepTheirOwner) {
  SandboxCli cli;
  cli.sandbox.seed("ap-northeast-1", {{{"Name", "/jenkins/dev/backup/default-region"},
                                       {"Value", "us-west-2"},
                                       {"Tags", {{{"Key", "ManagedBy"}, {"Value", "Pulumi"}}}}}});
  ASSERT_EQ(cli.run({"infra", "apply"}), 0) << cli.world.err.str();
  for (const char* verb : {"update", "tag"}) {
    EXPECT_THAT(cli.world.err.str(),
                HasSubstr(fmt::format("done: {} parameter /jenkins/dev/backup/default-region in "
                                      "ap-northeast-1 (ManagedBy Pulumi)\n",
                                      verb)));
  }
  aws::ssm::Client ssm(cli.sandbox.session, Region("ap-northeast-1"));
  const auto tags = cli.sandbox.runtime.run(
      ssm.list_tags(ParameterName("/jenkins/dev/backup/default-region"), {}));
  ASSERT_TRUE(tags && *tags);
  EXPECT_THAT(**tags, ::testing::Contains(Tag{"ManagedBy", "Pulumi"}));
  EXPECT_EQ(cli.run({"infra", "plan", "--detailed-exitcode"}), 0);
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
              .status = 400,
              .headers = {},
              .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", row.code))};
        });
    EXPECT_EQ(cli.run({"infra", "apply"}), 1);
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.next));
  }
}

}  // namespace
}  // namespace ssmb::cli
