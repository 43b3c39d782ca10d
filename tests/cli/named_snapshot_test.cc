// show and verify with --snapshot.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "look_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

// us-west-2 has an older snapshot, of before a thirteenth parameter was there.
struct NamedSnapshot : LookTest {
  NamedSnapshot() {
    cli.seed("us-west-2", 12, 1);
    EXPECT_EQ(cli.run({"backup", "--run-id", "s"}), 0) << cli.world.err.str();
    keys = listed("us-west-2");
    older = keys.at(1);
  }
  // The keys that `list` prints, newest first.
  std::vector<std::string> listed(const std::string& region) {
    EXPECT_EQ(cli.run({"list", "--region", region, "--output", "json"}), 0);
    std::vector<std::string> found;
    for (const auto& each : boost::json::parse(cli.world.out.str()).at("snapshots").as_array())
      found.emplace_back(each.at("key").as_string());
    return found;
  }
  boost::json::value json() const { return boost::json::parse(cli.world.out.str()); }

  std::vector<std::string> keys;
  std::string older;
};

TEST_F(NamedSnapshot, IsShownAndVerifiedInPlaceOfTheNewest) {
  ASSERT_EQ(cli.run({"show", "--snapshot", older, "--output", "json"}), 0) << cli.world.err.str();
  EXPECT_EQ(json().at("snapshots").at(0).at("key").as_string(), older);
  EXPECT_EQ(json().at("snapshots").at(0).at("parameters").as_array().size(), 12U);

  ASSERT_EQ(cli.run({"verify", "--snapshot", older, "--output", "json"}), 0);
  ASSERT_EQ(json().at("snapshots").as_array().size(), 1U);
  EXPECT_EQ(json().at("snapshots").at(0).at("key").as_string(), older);
  EXPECT_EQ(json().at("snapshots").at(0).at("parameterCount"), 12);

  const std::vector<std::string> show{"show", "/app/dev/p012", "--snapshot"};
  auto words = show;
  words.push_back(keys.at(0));
  words.insert(words.end(), {"--output", "json"});
  EXPECT_EQ(cli.run(words), 0) << cli.world.err.str();
  EXPECT_EQ(json().at("key").as_string(), keys.at(0));
  EXPECT_EQ(json().at("state"), "complete");
  words = show;
  words.push_back(older);
  EXPECT_EQ(cli.run(words), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr(older + " holds no parameter /app/dev/p012"));
}

TEST_F(NamedSnapshot, AKeyThatFitsNothingIsOneLine) {
  const std::string gone = "2026-11-20/us-west-2/ssm-backup-dev-us-west-2-20261120_130000.json";
  const std::string foreign = "2026-11-20/us-west-2/ssm-backup-prod-us-west-2-20261120_130000.json";
  struct Row {
    const char* name;
    std::string key;
    std::vector<std::string> more;
    int code;
    std::string says;
  };
  const Row rows[] = {
      {"unknown", gone, {}, 1, "error: there is no snapshot " + gone + " in us-west-2\nnext: "},
      {"no key",
       "latest.txt",
       {},
       2,
       "error: --snapshot: 'latest.txt' is neither a file that is there nor the key of a "
       "snapshot\n"},
      {"of a manifest",
       "manifests/dev/us-west-2/20261122_130000.json",
       {},
       2,
       "nor the key of a snapshot"},
      {"another environment", foreign, {}, 2, "is of another environment than dev"},
      {"another Region", older, {"--region", "us-east-1"}, 2, "which --region does not name"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    for (const char* command : {"show", "verify"}) {
      std::vector<std::string> words{command, "--snapshot", row.key};
      words.insert(words.end(), row.more.begin(), row.more.end());
      EXPECT_EQ(cli.run(words), row.code) << command;
      EXPECT_THAT(cli.world.err.str(), HasSubstr(row.says));
      EXPECT_EQ(cli.world.out.str(), "");
    }
  }
  EXPECT_EQ(cli.run({"verify", "--all", "--snapshot", older}), 2);
}

// The key says which Region; with a repository nothing else needs the home Region.
TEST_F(NamedSnapshot, NeedsNoMetadata) {
  const std::string where = "s3://" + SandboxCli::bucket("us-west-2").str() + ",region=us-west-2";
  cli.sandbox.control("reset-counters", boost::json::object{});
  ASSERT_EQ(cli.run({"verify", "--snapshot", older, "--repository", where}), 0)
      << cli.world.err.str();
  EXPECT_EQ(cli.sandbox.calls("ssm:GetParameters", "ap-northeast-1"), 0U);
}

TEST_F(NamedSnapshot, WhatIsWrongWithItIsADifference) {
  const std::string manifest = "manifests/dev/us-west-2/20261122_130000.json";
  const std::string document = cli.object("us-west-2", older);
  remove("us-west-2", older);
  EXPECT_EQ(cli.run({"verify", "--snapshot", older}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("is missing, its manifest is there"));
  EXPECT_EQ(cli.run({"show", "--snapshot", older}), 4);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("is missing, its manifest is there"));

  put("us-west-2", older, document);
  remove("us-west-2", manifest);
  EXPECT_EQ(cli.run({"verify", "--snapshot", older}), 4);
  EXPECT_THAT(cli.world.out.str(), HasSubstr("UNFINISHED"));
  EXPECT_EQ(cli.run({"show", "--snapshot", older}), 0);
  EXPECT_THAT(cli.world.out.str(), ::testing::StartsWith("us-west-2  unfinished  " + older));
}

// The oldest backups name no Region: they lie in whichever has them.
TEST_F(NamedSnapshot, AnOldKeyIsLookedForInEveryRegion) {
  const std::string old = "2025-09-04/ssm-backup-dev-20250904_014349.json";
  put("us-west-2", old,
      R"({"backup_date":"2025-09-04","backup_timestamp":"20250904_014349","environment":"dev",)"
      R"("parameter_count":1,"parameters":[{"Name":"/app/dev/a","Type":"String","Value":"v",)"
      R"("Version":3,"LastModifiedDate":"2025-08-30T10:11:12.345000+09:00","ARN":"arn:aws:ssm:)"
      R"(us-west-2:123456789012:parameter/app/dev/a","DataType":"text"}]})");
  ASSERT_EQ(cli.run({"show", "/app/dev/a", "--snapshot", old}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), ::testing::StartsWith("us-west-2  old  " + old));
  EXPECT_EQ(cli.run({"verify", "--snapshot", old, "--region", "us-east-1"}), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("in us-east-1\n"));
}

}  // namespace
}  // namespace ssmb::cli
