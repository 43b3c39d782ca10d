// iam-policy as a command: where Regions, buckets and names come from, and what it refuses.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/iam/policy.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

constexpr const char* kOwn = "123456789012";

std::vector<std::string> texts_of(const json::value& value) {
  if (value.is_string()) return {std::string(value.get_string())};
  std::vector<std::string> texts;
  for (const json::value& item : value.as_array()) texts.emplace_back(item.as_string());
  return texts;
}

// The statement's resources; none where there is no such statement.
std::vector<std::string> resources(const std::string& document, std::string_view sid) {
  const json::value policy = json::parse(document);
  for (const json::value& statement : policy.at("Statement").as_array()) {
    if (statement.at("Sid").as_string() == sid) return texts_of(statement.at("Resource"));
  }
  return {};
}

class IamPolicy : public ::testing::Test {
 protected:
  std::string stack() const { return (cli.directory / "Pulumi.dev.yaml").string(); }
  SandboxCli cli;
};

TEST_F(IamPolicy, OfAStackFileAndAnAccountAsksNothingOfAws) {
  NoTransport transport;
  CliWorld world(cli.sandbox.runtime, transport);
  ASSERT_EQ(world.run({"iam-policy", "all", "-f", stack(), "--account", kOwn}), 0)
      << world.err.str();
  EXPECT_EQ(transport.calls, 0);
  EXPECT_EQ(world.err.str(), "");
  EXPECT_TRUE(sandbox::iam::Policy::parse(world.out.str(), sandbox::iam::PolicyKind::identity));
  EXPECT_THAT(resources(world.out.str(), "Snapshots"),
              Contains("arn:aws:s3:::jenkins-infra-ssm-backup-dev-123456789012-us-west-2/*"));
  EXPECT_THAT(resources(world.out.str(), "ManageMetadata"),
              ::testing::ElementsAre(
                  "arn:aws:ssm:ap-northeast-1:123456789012:parameter/jenkins/dev/backup/*"));
}

TEST_F(IamPolicy, OfTheMetadataIsThatOfTheStackFile) {
  cli.prepare(1);
  for (const char* kind : {"backup", "restore", "infra", "drill", "all"}) {
    SCOPED_TRACE(kind);
    ASSERT_EQ(cli.world.run({"iam-policy", kind, "--env", "dev"}), 0) << cli.world.err.str();
    const std::string of_metadata = cli.world.out.str();
    ASSERT_EQ(cli.world.run({"iam-policy", kind, "-f", stack()}), 0) << cli.world.err.str();
    EXPECT_EQ(cli.world.out.str(), of_metadata);
  }
}

TEST_F(IamPolicy, FollowsTheIncludeParameterOfTheMetadata) {
  cli.prepare(1);
  cli.sandbox.seed(
      "ap-northeast-1",
      {{{"Name", "/jenkins/dev/backup/include"}, {"Type", "String"}, {"Value", R"(["/app/*"])"}}});
  ASSERT_EQ(cli.world.run({"iam-policy", "backup", "--env", "dev"}), 0) << cli.world.err.str();
  EXPECT_THAT(resources(cli.world.out.str(), "ReadParameters"),
              Contains("arn:aws:ssm:us-west-2:123456789012:parameter/app/*"));
  // The metadata is not among those any more.
  EXPECT_THAT(resources(cli.world.out.str(), "ReadMetadata"), ::testing::SizeIs(1));
}

TEST_F(IamPolicy, TakesEachFlagOfItsKind) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* sid;
    std::string resource;  // among those of the statement
    std::string not_there;
  };
  const std::string ssm = "arn:aws:ssm:us-west-2:123456789012:parameter";
  const Row rows[] = {
      {"a Region",
       {"backup", "--region", "us-west-2"},
       "ReadParameters",
       ssm + "*/dev/*",
       "ap-northeast-1:123456789012:parameter*"},
      {"a path", {"restore", "--path", "/x"}, "WriteParameters", ssm + "/x/*", "*/dev/*"},
      {"the path itself", {"restore", "--path", "/x"}, "WriteParameters", ssm + "/x", "*/dev/*"},
      {"a glob", {"backup", "--include", "/y/*"}, "ReadParameters", ssm + "/y/*", "*/dev/*"},
      {"a key",
       {"backup", "--kms-key", "arn:aws:kms:us-west-2:1:key/2"},
       "UseKeysOfSecureStrings",
       "arn:aws:kms:us-west-2:1:key/2",
       "key/*"},
      {"a bucket's key",
       {"drill", "--bucket-kms-key", "arn:aws:kms:us-west-2:1:key/2"},
       "UseKeysOfBuckets",
       "arn:aws:kms:us-west-2:1:key/2",
       "key/*"},
      {"a copy",
       {"backup", "--copy-to", "s3://copies/x,region=eu-west-1"},
       "Copies",
       "arn:aws:s3:::copies/x/*",
       "arn:aws:s3:::copies/*"},
      {"its bucket",
       {"backup", "--copy-to", "s3://copies/x,region=eu-west-1"},
       "ListCopies",
       "arn:aws:s3:::copies",
       "arn:aws:s3:::copies/*"},
      {"a repository",
       {"backup", "--repository", "s3://mine/p"},
       "Snapshots",
       "arn:aws:s3:::mine/p/*",
       "ssm-backup-dev"},
      {"a target",
       {"restore", "--to-region", "eu-west-1"},
       "WriteParameters",
       "arn:aws:ssm:eu-west-1:123456789012:parameter*/dev/*",
       "us-west-2"},
      {"extras", {"restore", "--delete-extra"}, "DeleteExtraParameters", ssm + "*/dev/*", "/x"},
      {"a scratch path",
       {"drill", "--under", "/drill/1"},
       "DrillBelowScratchPath",
       ssm + "/drill/1/*",
       "*/dev/*"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    NoTransport transport;
    CliWorld world(cli.sandbox.runtime, transport);
    std::vector<std::string> words{"iam-policy"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    words.insert(words.end(), {"-f", stack(), "--account", kOwn});
    ASSERT_EQ(world.run(words), 0) << world.err.str();
    const auto found = resources(world.out.str(), row.sid);
    EXPECT_THAT(found, Contains(row.resource)) << world.out.str();
    EXPECT_THAT(found, Not(Contains(HasSubstr(row.not_there))));
  }
}

TEST_F(IamPolicy, RefusesWhatDoesNotFit) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* says;
  };
  const std::vector<std::string> file{"-f", stack(), "--account", kOwn};
  const Row rows[] = {
      {"no kind", {}, "KIND"},
      {"another kind", {"everything"}, "everything"},
      {"a path of infra", {"infra", "--path", "/x"}, "--path is not of this kind"},
      {"a scratch path of restore", {"restore", "--under", "/x"}, "it goes with: drill, all"},
      {"a target of backup", {"backup", "--to-region", "us-east-1"}, "restore, all"},
      {"extras of backup", {"backup", "--delete-extra"}, "restore, all"},
      {"an alias", {"backup", "--kms-key", "alias/app"}, "not the ARN of a key"},
      {"a path that is none", {"backup", "--path", "app"}, "'app' is no path"},
      {"a scratch path that is none", {"drill", "--under", "drill"}, "drill"},
      {"a copy without a Region", {"backup", "--copy-to", "s3://copies"}, "region="},
      {"another environment", {"backup", "--env", "prod"}, "the stack file is of dev"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    NoTransport transport;
    CliWorld world(cli.sandbox.runtime, transport);
    std::vector<std::string> words{"iam-policy"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    words.insert(words.end(), file.begin(), file.end());
    EXPECT_EQ(world.run(words), 2);
    EXPECT_THAT(world.err.str(), HasSubstr(row.says));
    EXPECT_EQ(world.out.str(), "");
  }
  NoTransport transport;
  CliWorld world(cli.sandbox.runtime, transport);
  EXPECT_EQ(world.run({"iam-policy", "backup", "-f", stack(), "--account", "12"}), 2);
  EXPECT_EQ(world.run({"iam-policy", "backup", "-f", "/nowhere.yaml", "--account", kOwn}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("/nowhere.yaml"));
  EXPECT_EQ(world.run({"iam-policy", "infra", "--env", "dev", "--repository", "s3://mine"}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("-f Pulumi.dev.yaml"));
}

}  // namespace
}  // namespace ssmb::cli
