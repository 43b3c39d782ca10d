// iam-policy as a command: where Regions, buckets and names come from, and what it refuses.
#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

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
  // Options, as a map, beside what the file says at first.
  void add_to_stack(const std::string& options) {
    std::ofstream file(cli.directory / "Pulumi.dev.yaml");
    YAML::Node config;
    config["jenkins-ssm-backup-s3:projectName"] = "jenkins-infra";
    config["jenkins-ssm-backup-s3:environment"] = "dev";
    config["jenkins-ssm-backup-s3:regions"] = kRegions;
    config["jenkins-ssm-backup-s3:defaultRegion"] = kRegions.front();
    for (const auto& entry : YAML::Load(options))
      config["jenkins-ssm-backup-s3:" + entry.first.Scalar()] = entry.second;
    YAML::Node document;
    document["config"] = config;
    file << YAML::Dump(document);
  }
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

// Where infra is concerned that of one with the options that the metadata does not tell.
TEST_F(IamPolicy, OfTheMetadataIsThatOfTheStackFile) {
  cli.prepare(1);
  add_to_stack(R"({objectLock: {mode: GOVERNANCE, days: 2}, accessLogBuckets: {)"
               "ap-northeast-1: logs-1, us-west-2: logs-2, us-east-1: logs-3}}");
  for (const char* kind : {"backup", "restore", "infra", "drill", "all"}) {
    SCOPED_TRACE(kind);
    ASSERT_EQ(cli.world.run({"iam-policy", kind, "--env", "dev"}), 0) << cli.world.err.str();
    const std::string of_metadata = cli.world.out.str();
    const bool of_infra = kind == std::string("infra") || kind == std::string("all");
    EXPECT_EQ(cli.world.err.str().contains("what a copy needs is not"), of_infra);
    ASSERT_EQ(cli.world.run({"iam-policy", kind, "-f", stack()}), 0) << cli.world.err.str();
    EXPECT_EQ(cli.world.err.str(), "");
    EXPECT_EQ(cli.world.out.str(), of_metadata);
  }
}

constexpr const char* kKeyArn =
    "arn:aws:kms:us-west-2:123456789012:key/"
    "1234abcd-12ab-34cd-56ef-1234567890ab";
constexpr const char* kCopyArn =
    "arn:aws:kms:eu-west-1:123456789012:key/"
    "9876fedc-12ab-34cd-56ef-1234567890ab";

// The keys of what is read or written, and no others; of an alias nothing but a note.
TEST_F(IamPolicy, TakesTheKeysOfTheStacksBuckets) {
  add_to_stack(
      fmt::format("{{kmsKey: {{ap-northeast-1: alias/aws/s3, us-west-2: '{}', "
                  "us-east-1: alias/ours}}, copy: {{region: eu-west-1, kmsKey: '{}'}}}}",
                  kKeyArn, kCopyArn));
  const std::string copy =
      "s3://jenkins-infra-ssm-backup-dev-123456789012-eu-west-1-copy,region=eu-west-1";
  struct Row {
    const char* name;
    std::vector<std::string> words;
    std::vector<std::string> keys;
    bool note = false;
  };
  const std::string by_flag = "arn:aws:kms:us-east-1:123456789012:key/1";
  const Row rows[] = {
      {"all Regions", {"backup"}, {kKeyArn}, true},
      {"one with a key", {"backup", "--region", "us-west-2"}, {kKeyArn}},
      {"one with AWS's own", {"restore", "--region", "ap-northeast-1"}, {}},
      {"one with an alias", {"drill", "--region", "us-east-1"}, {}, true},
      {"an alias that is told",
       {"drill", "--region", "us-east-1", "--bucket-kms-key", by_flag},
       {by_flag}},
      {"the copy, too",
       {"backup", "--region", "us-west-2", "--copy-to", copy},
       {kKeyArn, kCopyArn}},
      {"from the copy", {"restore", "--region", "us-west-2", "--repository", copy}, {kCopyArn}},
      {"another repository",
       {"restore", "--region", "us-west-2", "--repository", "s3://mine,region=us-west-2"},
       {}},
      {"infra, which uses no key", {"infra"}, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    NoTransport transport;
    CliWorld world(cli.sandbox.runtime, transport);
    std::vector<std::string> words{"iam-policy"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    words.insert(words.end(), {"-f", stack(), "--account", kOwn});
    ASSERT_EQ(world.run(words), 0) << world.err.str();
    EXPECT_EQ(resources(world.out.str(), "UseKeysOfBuckets"), row.keys);
    EXPECT_EQ(world.err.str(),
              row.note ? "note: the stack's buckets of us-east-1 encrypt with alias/ours, and a "
                         "policy's resources name no alias: add --bucket-kms-key ARN for each (aws "
                         "kms describe-key --region us-east-1 --key-id alias/ours shows it)\n"
                       : "");
  }
}

TEST_F(IamPolicy, KnowsTheCopyOfTheStack) {
  struct Row {
    const char* name;
    std::string copy;
    std::vector<std::string> roles;
    bool own;
  };
  const std::string role = "arn:aws:iam::999988887777:role/copies";
  const Row rows[] = {
      {"in another Region", "{region: eu-west-1}", {}, true},
      {"in another account",
       fmt::format("{{region: us-west-2, roleArn: '{}', writers: "
                   "['arn:aws:iam::123456789012:role/backup']}}",
                   role),
       {role},
       false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    add_to_stack("{copy: " + row.copy + "}");
    NoTransport transport;
    CliWorld world(cli.sandbox.runtime, transport);
    ASSERT_EQ(
        world.run({"iam-policy", "infra", "--delete-backups", "-f", stack(), "--account", kOwn}), 0)
        << world.err.str();
    const std::string copy = "jenkins-infra-ssm-backup-dev-123456789012-eu-west-1-copy";
    EXPECT_EQ(world.out.str().contains("-copy"), row.own);
    for (const auto& [sid, end] : {std::pair{"ManageBuckets", ""}, {"DeleteBackups", "/*"}}) {
      const auto found = resources(world.out.str(), sid);
      EXPECT_EQ(found.size(), row.own ? 4 : 3);
      EXPECT_EQ(std::ranges::count(found, "arn:aws:s3:::" + copy + end), row.own ? 1 : 0);
    }
    EXPECT_EQ(resources(world.out.str(), "ManageCopyOfOtherAccount"), row.roles);
  }
}

TEST_F(IamPolicy, ReadsThePulumiYamlBesideTheStackFile) {
  std::ofstream(cli.directory / "Pulumi.yaml")
      << "name: x\nconfig:\n  jenkins-ssm-backup-s3:kmsKey: {value: alias/aws/s3}\n"
         "  jenkins-ssm-backup-s3:copy: {value: {region: eu-west-1}}\n";
  NoTransport transport;
  CliWorld world(cli.sandbox.runtime, transport);
  ASSERT_EQ(world.run({"iam-policy", "infra", "-f", stack(), "--account", kOwn}), 0)
      << world.err.str();
  EXPECT_THAT(resources(world.out.str(), "ManageBuckets"), Contains(HasSubstr("-copy")));
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
      {"backups",
       {"infra", "--delete-backups"},
       "DeleteBackups",
       "arn:aws:s3:::jenkins-infra-ssm-backup-dev-123456789012-us-west-2/*",
       "-copy"},
      {"backups of a Region that left",
       {"infra", "--delete-backups", "--region", "eu-west-1"},
       "DeleteBackups",
       "arn:aws:s3:::jenkins-infra-ssm-backup-dev-123456789012-eu-west-1/*",
       "us-west-2"},
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
      {"backups of a drill", {"drill", "--delete-backups"}, "infra, all"},
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
