// The stack file: what it may say, and which key is named when it is wrong. The rows are those of
// deploy/pulumi's own tests: both read the same files.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/infra/stack.h"

namespace ssmb::engine {
namespace {

using ::testing::HasSubstr;

// Keys in place of those of two Regions; an empty value leaves the key out.
using Keys = std::vector<std::pair<std::string, std::string>>;

std::string stack_file(const Keys& but) {
  Keys keys{{"projectName", "jenkins-infra"},
            {"environment", "dev"},
            {"regions", "[ap-northeast-1, us-west-2]"},
            {"defaultRegion", "ap-northeast-1"},
            {"aws:region", "ap-northeast-1"}};
  for (const auto& [key, value] : but) {
    std::erase_if(keys, [&key](const auto& pair) { return pair.first == key; });
    if (!value.empty()) keys.emplace_back(key, value);
  }
  std::string text = "config:\n";
  for (const auto& [key, value] : keys) {
    const char* prefix = key.contains(':') ? "" : "jenkins-ssm-backup-s3:";
    text += fmt::format("  {}{}: {}\n", prefix, key, value);
  }
  return text;
}

TEST(StackFile, IsReadWithItsDefaults) {
  const auto stack = parse_stack(stack_file(
      {{"regions", "[ap-northeast-1, us-west-2, us-west-2]"}, {"defaultRegion", "' us-west-2 '"}}));
  ASSERT_TRUE(stack) << stack.error().what;
  EXPECT_EQ(stack->project, "jenkins-infra");
  EXPECT_EQ(stack->env, Environment("dev"));
  EXPECT_EQ(stack->regions, (std::vector{Region("ap-northeast-1"), Region("us-west-2")}));
  EXPECT_EQ(stack->default_region, Region("us-west-2"));
  EXPECT_EQ(stack->home_region, Region("us-west-2"));
  EXPECT_EQ(stack->retention_days, 30);
  EXPECT_FALSE(stack->object_lock || stack->copy);
  EXPECT_EQ(bucket_name(*stack, AccountId("123456789012"), Region("us-west-2")).str(),
            "jenkins-infra-ssm-backup-dev-123456789012-us-west-2");
}

TEST(StackFile, WithoutAListIsTheStackOfOneRegion) {
  struct Row {
    const char* name;
    Keys but;
    std::string project_yaml;
    const char* region;
  };
  const Keys single{{"regions", ""}, {"defaultRegion", ""}};
  Keys elsewhere = single;
  elsewhere.emplace_back("aws:region", "");
  const Row rows[] = {
      {"the stack's own aws:region", single, "config:\n  aws:region: us-west-2", "ap-northeast-1"},
      {"the project's", elsewhere, "config:\n  aws:region: us-west-2", "us-west-2"},
      {"the project's, as a value", elsewhere, "config:\n  aws:region: {value: us-west-2}",
       "us-west-2"},
      {"the project's, as a default", elsewhere, "config:\n  aws:region: {default: us-west-2}",
       "us-west-2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto stack = parse_stack(stack_file(row.but), row.project_yaml);
    ASSERT_TRUE(stack) << stack.error().what;
    EXPECT_EQ(stack->regions, std::vector{Region(row.region)});
    EXPECT_EQ(stack->default_region, Region(row.region));
  }
}

TEST(StackFile, ReadsTheOptions) {
  const auto stack = parse_stack(
      stack_file({{"retentionDays", "90"},
                  {"kmsKey", "alias/backup"},
                  {"objectLock", "{mode: GOVERNANCE, days: '7'}"},
                  {"accessLogBuckets", "{ap-northeast-1: logs-1, us-west-2: logs-2}"},
                  {"copy",
                   "{region: eu-west-1, roleArn: 'arn:aws:iam::999988887777:role/copies', writers: "
                   "['arn:aws:iam::123456789012:root'], accessLogBucket: logs-3}"}}));
  ASSERT_TRUE(stack) << stack.error().what;
  EXPECT_EQ(stack->retention_days, 90);
  EXPECT_EQ(stack->kms_keys.at(Region("us-west-2")), KmsKeyId("alias/backup"));
  EXPECT_EQ(stack->object_lock, (ObjectLock{.mode = "GOVERNANCE", .days = 7}));
  EXPECT_EQ(stack->access_log_buckets.at(Region("us-west-2")), BucketName("logs-2"));
  ASSERT_TRUE(stack->copy && stack->copy->account);
  EXPECT_EQ(stack->copy->region, Region("eu-west-1"));
  EXPECT_EQ(stack->copy->account->id, AccountId("999988887777"));
  EXPECT_EQ(stack->copy->access_log_bucket, BucketName("logs-3"));
  EXPECT_EQ(copy_bucket_name(*stack, AccountId("123456789012")).str(),
            "jenkins-infra-ssm-backup-dev-123456789012-eu-west-1-copy");
}

struct Refused {
  std::string name;
  Keys but;
  std::string says;
};

void expect_refused(const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    SCOPED_TRACE(row.name);
    const auto stack = parse_stack(stack_file(row.but));
    ASSERT_FALSE(stack);
    EXPECT_EQ(stack.error().kind, ErrorKind::configuration);
    EXPECT_THAT(stack.error().what, HasSubstr(row.says));
    EXPECT_FALSE(stack.error().next.empty());
  }
}

TEST(StackFile, SaysWhatIsWrongWithRegions) {
  std::vector<Refused> rows{
      {"an empty list", {{"regions", "[]"}}, "regions must be a list with at least one entry"},
      {"a text for the list", {{"regions", "us-west-2"}}, "regions must be a list"},
      {"a map for the list", {{"regions", "{a: 1}"}}, "regions must be a list"},
      {"an empty name", {{"regions", "[us-west-2, '']"}}, "regions[1] is empty"},
      {"a list in the list", {{"regions", "[[us-west-2]]"}}, "regions[0] must be a text"},
      {"a default Region outside the list",
       {{"defaultRegion", "eu-west-1"}},
       "defaultRegion is 'eu-west-1', which regions does not hold (ap-northeast-1, us-west-2)"},
      {"a default Region other than the only one",
       {{"regions", ""}, {"defaultRegion", "eu-west-1"}},
       "defaultRegion is 'eu-west-1', which regions does not hold (ap-northeast-1)"},
      {"no default Region", {{"defaultRegion", ""}}, "defaultRegion is missing"},
      {"a home Region that is none", {{"ssmHomeRegion", "tokyo"}}, "ssmHomeRegion is 'tokyo'"},
      {"a home Region that is a list",
       {{"ssmHomeRegion", "[us-west-2]"}},
       "ssmHomeRegion must be a text"},
      {"neither a list nor aws:region",
       {{"regions", ""}, {"defaultRegion", ""}, {"aws:region", ""}},
       "regions is missing, and so is aws:region, which a stack of one Region lies in"},
      {"an aws:region that is none",
       {{"regions", ""}, {"defaultRegion", ""}, {"aws:region", "tokyo"}},
       "aws:region is 'tokyo', which is not the name of a Region"},
  };
  for (const char* bad : {"usw2", "us-2", "us-west", "us-west-2a", "US-WEST-2", "us--west-2",
                          "us-west-2-3", "1-west-2", "us west-2", "-us-west-2"}) {
    rows.push_back({bad,
                    {{"regions", fmt::format("[us-west-2, '{}']", bad)}},
                    fmt::format("regions[1] is '{}', which is not the name of a Region", bad)});
  }
  expect_refused(rows);
}

TEST(StackFile, SaysWhatIsWrongWithNames) {
  const std::string project(21, 'a');
  std::vector<Refused> rows{
      {"no project", {{"projectName", ""}}, "projectName is missing"},
      {"an empty project", {{"projectName", "' '"}}, "projectName is empty"},
      {"an encrypted one",
       {{"projectName", "{secure: v1:abc}"}},
       "projectName is encrypted for Pulumi, which only Pulumi can read"},
      {"no environment", {{"environment", ""}}, "environment is missing"},
      {"no environment's name",
       {{"environment", "a/b"}},
       "environment is 'a/b', which cannot name an environment"},
      {"a bucket's name of 64 characters",
       {{"projectName", project}},
       fmt::format("projectName is '{0}': no bucket can be called "
                   "{0}-ssm-backup-dev-<account>-ap-northeast-1 (it has 64 characters; 63 are the "
                   "most",
                   project)},
      {"a copy bucket's name of 64 characters",
       {{"projectName", std::string(16, 'a')},
        {"regions", "[us-west-2]"},
        {"defaultRegion", "us-west-2"},
        {"copy", "{region: ap-northeast-1}"}},
       "-ap-northeast-1-copy (it has 64 characters"},
      {"a key that is misspelt",
       {{"regons", "[us-west-2]"}},
       "jenkins-ssm-backup-s3:regons is not known (known: projectName, environment"},
  };
  for (const char* bad : {"Jenkins", "jenkins_infra", "-jenkins", "jenkins..infra"})
    rows.push_back({bad, {{"projectName", bad}}, "no bucket can be called"});
  expect_refused(rows);
}

TEST(StackFile, SaysWhatIsWrongWithOptions) {
  const std::string key =
      "arn:aws:kms:us-west-2:123456789012:key/"
      "11111111-2222-3333-4444-555555555555";
  const std::string id = "11111111-2222-3333-4444-555555555555";
  std::vector<Refused> rows{
      {"no lock's mode", {{"objectLock", "{days: 1}"}}, "objectLock.mode is missing"},
      {"a lock's mode that is none",
       {{"objectLock", "{mode: governance, days: 1}"}},
       "objectLock.mode is 'governance', and neither GOVERNANCE nor COMPLIANCE"},
      {"no days of a lock", {{"objectLock", "{mode: GOVERNANCE}"}}, "objectLock.days is missing"},
      {"no day of a lock",
       {{"objectLock", "{mode: GOVERNANCE, days: 0}"}},
       "objectLock.days is 0, which is no whole number"},
      {"a lock's days in a list",
       {{"objectLock", "{mode: GOVERNANCE, days: [1]}"}},
       "objectLock.days must be a text"},
      {"a lock's key that is misspelt",
       {{"objectLock", "{mode: GOVERNANCE, day: 1}"}},
       "objectLock.day is not known (known: mode, days)"},
      {"a lock that is a text", {{"objectLock", "GOVERNANCE"}}, "objectLock must be a map"},
      {"one Region's key for another",
       {{"kmsKey", key}},
       "kmsKey names a key of us-west-2, and the bucket lies in ap-northeast-1"},
      {"one key's id for several Regions", {{"kmsKey", id}}, "kmsKey names a key of one Region"},
      {"a Region without a key",
       {{"kmsKey", fmt::format("{{us-west-2: '{}'}}", key)}},
       "kmsKey.ap-northeast-1 is missing"},
      {"a key for a Region outside the list",
       {{"kmsKey", "{ap-northeast-1: alias/b, us-west-2: alias/b, eu-west-1: alias/b}"}},
       "kmsKey.eu-west-1 is for a Region that regions does not hold"},
      {"a Region without a log bucket",
       {{"accessLogBuckets", "{ap-northeast-1: logs}"}},
       "accessLogBuckets.us-west-2 is missing"},
      {"one log bucket for all", {{"accessLogBuckets", "logs"}}, "accessLogBuckets must be a map"},
      {"a log bucket that cannot be one",
       {{"accessLogBuckets", "{ap-northeast-1: Logs, us-west-2: logs}"}},
       "accessLogBuckets.ap-northeast-1 is 'Logs', which cannot name a bucket"},
  };
  for (const char* bad : {"0", "-1", "1.5", "36501", "ninety"}) {
    rows.push_back({fmt::format("retention {}", bad),
                    {{"retentionDays", bad}},
                    fmt::format("retentionDays is {}, which is no whole number of days from 1 to "
                                "36500",
                                bad)});
  }
  for (const std::string& bad :
       {std::string("backup"), std::string("alias/"), std::string("alias/a b"),
        std::string("11111111-2222"), std::string("arn:aws:kms:us-west-2::key/1"),
        "alias/" + std::string(100'000, 'a')}) {
    rows.push_back({bad.substr(0, 40), {{"kmsKey", bad}}, "which names no KMS key"});
  }
  expect_refused(rows);
}

TEST(StackFile, SaysWhatIsWrongWithACopy) {
  const std::string role = "arn:aws:iam::999988887777:role/copies";
  const std::string writers = "['arn:aws:iam::123456789012:role/backup']";
  const std::string key =
      "arn:aws:kms:us-west-2:123456789012:key/"
      "11111111-2222-3333-4444-555555555555";
  const auto copy = [](std::string_view inside) {
    return Keys{{"copy", fmt::format("{{{}}}", inside)}};
  };
  expect_refused({
      {"no Region", copy(""), "copy.region is missing"},
      {"a text", {{"copy", "eu-west-1"}}, "copy must be a map"},
      {"a Region that is none", copy("region: dublin"), "copy.region is 'dublin', which is not"},
      {"one that would be lost with its Region", copy("region: us-west-2"),
       "copy.region is 'us-west-2', which regions holds: the copy of its own backups would be "
       "lost with them"},
      {"a key that is misspelt", copy(fmt::format("region: eu-west-1, role: '{}'", role)),
       "copy.role is not known (known: region, roleArn, writers, kmsKey, accessLogBucket)"},
      {"writers without an account", copy(fmt::format("region: eu-west-1, writers: {}", writers)),
       "copy.writers is for a copy in another account: name the roleArn"},
      {"an account without writers", copy(fmt::format("region: eu-west-1, roleArn: '{}'", role)),
       "copy.writers is missing"},
      {"an account with no writer",
       copy(fmt::format("region: eu-west-1, roleArn: '{}', writers: []", role)),
       "copy.writers must be a list with at least one entry"},
      {"anybody as a writer",
       copy(fmt::format("region: eu-west-1, roleArn: '{}', writers: ['*']", role)),
       "copy.writers[0] is '*', which is no ARN of a role, a user or an account's root"},
      {"a role that is none",
       copy(fmt::format("region: eu-west-1, roleArn: 'arn:aws:iam::999988887777:user/x', "
                        "writers: {}",
                        writers)),
       "copy.roleArn is 'arn:aws:iam::999988887777:user/x', which is no role's ARN"},
      {"a key of another Region", copy(fmt::format("region: eu-west-1, kmsKey: '{}'", key)),
       "copy.kmsKey names a key of us-west-2, and the bucket lies in eu-west-1"},
      {"a key in another account by its alias",
       copy(fmt::format("region: eu-west-1, roleArn: '{}', writers: {}, kmsKey: alias/b", role,
                        writers)),
       "copy.kmsKey must be an ARN"},
      {"a log bucket that cannot be one", copy("region: eu-west-1, accessLogBucket: x"),
       "copy.accessLogBucket is 'x', which cannot name a bucket"},
  });
}

TEST(StackFile, IsAMapWithAConfig) {
  for (const auto& [yaml, says] : std::vector<std::pair<std::string, std::string>>{
           {"a: [b", "not YAML"}, {"a: b", "no map 'config'"}, {"- a", "no map 'config'"}}) {
    const auto stack = parse_stack(yaml);
    ASSERT_FALSE(stack);
    EXPECT_THAT(stack.error().what, HasSubstr(says));
  }
}

}  // namespace
}  // namespace ssmb::engine
