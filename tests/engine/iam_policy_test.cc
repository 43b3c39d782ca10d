// The policies that iam-policy prints: as documents, at IAM's limit, and as they are evaluated.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "base/partition.h"
#include "base/pretty_json.h"
#include "engine/iam/policy.h"
#include "sandbox/iam/policy.h"
#include "tests/support/golden.h"

namespace ssmb::engine::iam {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace evaluator = sandbox::iam;

constexpr const char* kAccount = "111122223333";
constexpr const char* kKey = "arn:aws:kms:us-west-2:111122223333:key/1234abcd";
const Uses kInfra = Uses(Use::infra) | Use::infra_lock | Use::infra_logs | Use::infra_deletion;
const Uses kAll =
    Uses(Use::backup) | Use::restore | Use::deletion | Use::drill | Use::drill_aws | kInfra;

snapshot::S3Address address(const std::string& bucket, const std::string& region) {
  return {
      .bucket = BucketName(bucket), .prefix = {}, .region = Region(region), .owner = std::nullopt};
}

PolicyRequest request(Uses uses, const std::vector<std::string>& regions) {
  PolicyRequest out{.uses = uses,
                    .env = Environment("dev"),
                    .account = AccountId(kAccount),
                    .home_region = Region(regions.front()),
                    .regions = {regions.begin(), regions.end()},
                    .names = {"*/dev/*"},
                    .keys = {},
                    .under = {},
                    .repositories = {},
                    .copies = {},
                    .bucket_keys = {},
                    .stack = {},
                    .other_roles = {}};
  if (uses.any_of(Use::drill_aws)) out.under = "/drill/1";
  for (const std::string& region : regions) {
    const std::string bucket = fmt::format("jenkins-infra-ssm-backup-dev-{}-{}", kAccount, region);
    out.repositories[Region(region)] = address(bucket, region);
    out.stack.push_back(address(bucket, region));
  }
  return out;
}

constexpr const char* kRole = "arn:aws:iam::999988887777:role/copies";

// With a copy's bucket in a Region of its own, another in an account of its own, and one key that
// is in all Regions.
PolicyRequest request_with_options(Uses uses, const std::vector<std::string>& regions) {
  PolicyRequest out = request(uses, regions);
  out.stack.push_back(address(
      fmt::format("jenkins-infra-ssm-backup-dev-{}-eu-north-1-copy", kAccount), "eu-north-1"));
  out.other_roles = {Arn(kRole)};
  for (const std::string& region : regions)
    out.bucket_keys.emplace_back(fmt::format("arn:aws:kms:{}:{}:key/mrk-1", region, kAccount));
  return out;
}

std::vector<std::string> many_regions(std::size_t count) {
  std::vector<std::string> regions{"ap-northeast-1", "us-west-2"};
  while (regions.size() < count) regions.push_back(fmt::format("ap-southeast-{}", regions.size()));
  return regions;
}

std::string text_of(const PolicyRequest& wanted) {
  const auto policy = make_policy(wanted);
  return policy ? pretty_json(policy->document) + "\n" : policy.error().what;
}

TEST(IamPolicy, IsThisDocument) {
  const std::vector<std::string> two{"ap-northeast-1", "us-west-2"};
  PolicyRequest narrow = request(Uses(Use::restore) | Use::deletion, two);
  narrow.names = {"/app/dev", "/app/dev/*"};
  narrow.keys = {Arn(kKey)};
  PolicyRequest copied = request(Use::backup, two);
  snapshot::S3Address copy = address("copies", "eu-north-1");
  copy.prefix = "nightly/dev";
  copied.copies = {copy, snapshot::DirectoryAddress{.path = "/mnt/copy"}};
  PolicyRequest encrypted = request(Use::backup, {"us-west-2"});
  encrypted.bucket_keys = {Arn(kKey), Arn("arn:aws:kms:eu-north-1:111122223333:key/mrk-1")};
  struct Row {
    const char* name;
    PolicyRequest wanted;
  };
  const Row rows[] = {
      {"backup", request(Use::backup, two)},
      {"backup_with_copy", copied},
      {"backup_into_buckets_with_keys", encrypted},
      {"restore", request(Use::restore, two)},
      {"restore_of_a_path_with_a_key", narrow},
      {"drill", request(Use::drill, two)},
      {"drill_under", request(Uses(Use::drill) | Use::drill_aws, two)},
      {"infra", request(Use::infra, two)},
      {"infra_with_all_options", request_with_options(kInfra, two)},
      {"all", request(kAll, two)},
      {"all_of_20_regions", request(kAll, many_regions(20))},
      {"all_of_12_regions_with_all_options", request_with_options(kAll, many_regions(12))},
      {"china", request(Use::backup, {"cn-north-1"})},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ssmb::testing::expect_golden(fmt::format("tests/golden/iam_policy/{}.json", row.name),
                                 text_of(row.wanted));
  }
}

void expect_fits(const PolicyRequest& wanted) {
  const auto policy = make_policy(wanted);
  ASSERT_TRUE(policy) << policy.error().what;
  const std::string text = boost::json::serialize(policy->document);
  EXPECT_EQ(policy->characters, text.size());
  EXPECT_LE(policy->characters, kMostCharacters);
  EXPECT_EQ(policy->notes.empty(), !text.contains("aws:RequestedRegion"));
  const auto read = evaluator::Policy::parse(text, evaluator::PolicyKind::identity);
  EXPECT_TRUE(read.has_value()) << read.error();
}

// AWS has some 36 Regions; all kinds in one document are for two dozen of them.
TEST(IamPolicy, FitsIamWhateverTheRegions) {
  for (const Uses uses : {Uses(Use::backup), Uses(Use::restore), Uses(Use::drill), kInfra, kAll}) {
    for (const std::size_t count : {1U, 3U, 10U, 20U, uses.bits == kAll.bits ? 24U : 36U}) {
      SCOPED_TRACE(fmt::format("uses {}, {} Regions", uses.bits, count));
      expect_fits(request(uses, many_regions(count)));
      // With keys in each, a copy and another account, all kinds in one are for sixteen.
      if (uses.bits != kAll.bits || count < 16)
        expect_fits(request_with_options(uses, many_regions(count)));
    }
  }
}

TEST(IamPolicy, ThatDoesNotFitSaysSo) {
  PolicyRequest wanted = request(Use::backup, many_regions(20));
  for (int i = 0; i < 200; ++i) wanted.names.push_back(fmt::format("/app/{}/dev/*", i));
  const auto policy = make_policy(wanted);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().kind, ErrorKind::usage);
  EXPECT_THAT(policy.error().what, HasSubstr("and IAM takes 6144"));
  EXPECT_THAT(policy.error().next, HasSubstr("--region"));
}

// Whether an action on a resource is allowed, in its Region.
class Judge {
 public:
  explicit Judge(const PolicyRequest& wanted) {
    auto policy = make_policy(wanted);
    EXPECT_TRUE(policy) << policy.error().what;
    auto read = evaluator::Policy::parse(boost::json::serialize(policy->document),
                                         evaluator::PolicyKind::identity);
    EXPECT_TRUE(read.has_value()) << read.error();
    policy_ = *std::move(read);
  }
  bool allows(const std::string& action, const std::string& resource, const std::string& region,
              const std::string& owner = kAccount, const std::string& through = "ssm") const {
    const auto value_of = [&](std::string_view key) -> std::optional<std::string> {
      if (key == "aws:requestedregion") return region;
      if (key == "aws:resourceaccount") return owner;
      if (key == "kms:viaservice")
        return fmt::format("{}.{}.{}", through, region, partition_of(Region(region)).domain);
      return std::nullopt;
    };
    return policy_.evaluate({.principal = Arn("arn:aws:iam::1:user/u"),
                             .account = AccountId(kAccount),
                             .action = action,
                             .resource = resource,
                             .value_of = value_of}) == evaluator::Verdict::allow;
  }

 private:
  evaluator::Policy policy_;
};

// Short and long form: what is inside is allowed, what is beside it is not.
TEST(IamPolicy, AllowsWhatIsConfiguredAndNothingBesides) {
  struct Row {
    const char* name;
    std::string action;
    std::string resource;  // {} is the Region
    bool allowed;
    std::string region = "us-west-2";
    std::string owner = kAccount;
  };
  const std::string parameter = "arn:aws:ssm:{}:111122223333:parameter";
  const std::string bucket = "arn:aws:s3:::jenkins-infra-ssm-backup-dev-111122223333-{}";
  const std::string key = "arn:aws:kms:{}:111122223333:key/1";
  const std::string setting = "arn:aws:ssm:{}:111122223333:servicesetting/ssm/";
  const Row rows[] = {
      {"a parameter", "ssm:GetParameters", parameter + "/app/dev/x", true},
      {"the first path", "ssm:PutParameter", parameter + "/dev/x", true},
      {"of another environment", "ssm:GetParameters", parameter + "/app/prod/x", false},
      {"of another Region", "ssm:GetParameters", parameter + "/app/dev/x", false, "eu-west-1"},
      {"of another account", "ssm:GetParameters", "arn:aws:ssm:{}:999988887777:parameter/app/dev/x",
       false},
      {"an extra", "ssm:DeleteParameters", parameter + "/app/dev/x", true},
      {"the scratch path", "ssm:PutParameter", parameter + "/drill/1/app/x", true},
      {"beside the scratch path", "ssm:PutParameter", parameter + "/drill/10/app/x", false},
      {"the scratch path elsewhere", "ssm:DeleteParameters", parameter + "/drill/1/app/x", false,
       "eu-west-1"},
      {"the listing", "ssm:DescribeParameters", "*", true},
      {"a setting", "ssm:GetServiceSetting", setting + "parameter-store/high-throughput-enabled",
       true},
      {"another setting", "ssm:GetServiceSetting",
       setting + "documents/console/public-sharing-permission", false},
      {"a setting to be changed", "ssm:UpdateServiceSetting",
       setting + "parameter-store/high-throughput-enabled", false},
      {"a key", "kms:Decrypt", key, true},
      {"a key elsewhere", "kms:Decrypt", key, false, "eu-west-1"},
      {"its deletion", "kms:ScheduleKeyDeletion", key, false},
      {"an object", "s3:PutObject", bucket + "/a", true},
      {"its deletion", "s3:DeleteObject", bucket + "/a", false},
      {"the listing of a bucket", "s3:ListBucket", bucket, true},
      {"the listing of another", "s3:ListBucket", "arn:aws:s3:::other-us-west-2", false},
      {"a bucket in another Region", "s3:ListBucket", bucket, false, "eu-west-1"},
      {"a bucket of an environment that begins alike", "s3:GetObject",
       "arn:aws:s3:::jenkins-infra-ssm-backup-dev2-111122223333-{}/a", false},
      {"the stack's bucket", "s3:CreateBucket", bucket, true},
      {"another bucket", "s3:CreateBucket", "arn:aws:s3:::other", false},
      {"the policy of a bucket to be deleted", "s3:DeleteBucketPolicy", bucket, false},
  };
  for (const std::size_t regions : {2U, 20U}) {
    const Judge judge(request(kAll, many_regions(regions)));
    for (const Row& row : rows) {
      SCOPED_TRACE(fmt::format("{}, {} Regions", row.name, regions));
      const std::string resource = fmt::format(fmt::runtime(row.resource), row.region);
      EXPECT_EQ(judge.allows(row.action, resource, row.region, row.owner), row.allowed);
    }
  }
  // The pattern of buckets is one of this account alone.
  const Judge folded(request(kAll, many_regions(20)));
  EXPECT_FALSE(folded.allows("s3:GetObject",
                             "arn:aws:s3:::jenkins-infra-ssm-backup-dev-111122223333-us-west-2/a",
                             "us-west-2", "999988887777"));
}

// What the stack's options ask for, and nothing of it anywhere else.
TEST(IamPolicy, AllowsWhatTheOptionsOfAStackNeed) {
  struct Row {
    const char* name;
    std::string action;
    std::string resource;  // {} is the Region
    bool allowed;
    std::string region = "us-west-2";
    std::string through = "ssm";
    std::string owner = kAccount;
  };
  const std::string stem = "arn:aws:s3:::jenkins-infra-ssm-backup-dev-111122223333-";
  const std::string bucket = stem + "{}";
  const std::string copy = bucket + "-copy";
  const std::string key = "arn:aws:kms:{}:111122223333:key/mrk-1";
  const std::string role = kRole;
  const Row rows[] = {
      {"a bucket", "s3:CreateBucket", bucket, true},
      {"the copy", "s3:CreateBucket", copy, true, "eu-north-1"},
      {"the copy's lock", "s3:PutBucketObjectLockConfiguration", copy, true, "eu-north-1"},
      {"its logs", "s3:PutBucketLogging", copy, true, "eu-north-1"},
      {"a copy elsewhere", "s3:CreateBucket", copy, false, "eu-west-1"},
      {"versions", "s3:ListBucketVersions", bucket, true},
      {"their deletion", "s3:DeleteObjectVersion", bucket + "/a", true},
      {"in the copy", "s3:DeleteObjectVersion", copy + "/a", true, "eu-north-1"},
      {"in another's bucket", "s3:DeleteObjectVersion", "arn:aws:s3:::mine-{}/a", false},
      {"of what is no version", "s3:DeleteObject", bucket + "/a", false},
      {"past the lock", "s3:BypassGovernanceRetention", bucket + "/a", false},
      {"an object of the copy, which is asked for apart", "s3:PutObject", copy + "/a", false,
       "eu-north-1"},
      {"parameters of its Region", "ssm:GetParameters",
       "arn:aws:ssm:{}:111122223333:parameter/app/dev/x", false, "eu-north-1"},
      {"the other account's role", "sts:AssumeRole", role, true},
      {"another role there", "sts:AssumeRole", role + "2", false},
      {"a key through S3", "kms:GenerateDataKey", key, true, "us-west-2", "s3"},
      {"in a Region without a bucket", "kms:GenerateDataKey", key, false, "eu-west-1", "s3"},
      {"through Lambda", "kms:Decrypt", key, false, "us-west-2", "lambda"},
      {"another key", "kms:Decrypt", "arn:aws:kms:{}:111122223333:key/mrk-2", false, "us-west-2",
       "s3"},
  };
  for (const std::size_t regions : {2U, 12U}) {
    const Judge judge(request_with_options(kAll, many_regions(regions)));
    for (const Row& row : rows) {
      SCOPED_TRACE(fmt::format("{}, {} Regions", row.name, regions));
      const std::string resource = fmt::format(fmt::runtime(row.resource), row.region);
      EXPECT_EQ(judge.allows(row.action, resource, row.region, row.owner, row.through),
                row.allowed);
    }
  }
  // Versions of a bucket that is called alike and is another account's.
  const Judge folded(request_with_options(kAll, many_regions(12)));
  EXPECT_FALSE(
      folded.allows("s3:DeleteObjectVersion", stem + "us-west-2/a", "us-west-2", "999988887777"));
}

// Without the flag or the option there is nothing of them.
TEST(IamPolicy, AsksForNoOptionThatIsNotThere) {
  for (const std::size_t regions : {2U, 36U}) {
    const Judge judge(request(Use::infra, many_regions(regions)));
    const std::string bucket = "arn:aws:s3:::jenkins-infra-ssm-backup-dev-111122223333-us-west-2";
    EXPECT_TRUE(judge.allows("s3:GetBucketLogging", bucket, "us-west-2"));
    EXPECT_TRUE(judge.allows("s3:GetBucketObjectLockConfiguration", bucket, "us-west-2"));
    EXPECT_FALSE(judge.allows("s3:PutBucketLogging", bucket, "us-west-2"));
    EXPECT_FALSE(judge.allows("s3:PutBucketObjectLockConfiguration", bucket, "us-west-2"));
    EXPECT_FALSE(judge.allows("s3:DeleteObjectVersion", bucket + "/a", "us-west-2"));
    EXPECT_FALSE(judge.allows("sts:AssumeRole", kRole, "us-west-2"));
  }
}

TEST(IamPolicy, FoldsOnlyKeysOfOneId) {
  const auto folded_with = [](const char* key) {
    PolicyRequest wanted = request_with_options(Uses(Use::backup), many_regions(20));
    wanted.bucket_keys.emplace_back(key);
    const auto policy = make_policy(wanted);
    return policy ? boost::json::serialize(policy->document) : policy.error().what;
  };
  const std::string text = folded_with("arn:aws:kms:eu-north-1:111122223333:key/other");
  EXPECT_THAT(text, HasSubstr("arn:aws:kms:*:111122223333:key/mrk-1"));
  EXPECT_THAT(text, Not(HasSubstr("arn:aws:kms:us-west-2:111122223333:key/mrk-1")));
  EXPECT_THAT(text, HasSubstr("arn:aws:kms:eu-north-1:111122223333:key/other"));
  EXPECT_THAT(folded_with("arn:aws:kms:eu-north-1:999988887777:key/mrk-1"),
              HasSubstr("arn:aws:kms:eu-north-1:999988887777:key/mrk-1"));
}

TEST(IamPolicy, KnowsTheArnOfABucketsKey) {
  struct Row {
    std::string key;
    std::optional<std::string> arn;
  };
  const Row rows[] = {
      {"mrk-1", "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1"},
      {"1234abcd", "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd"},
      {"arn:aws-cn:kms:cn-north-1:9:key/1", "arn:aws-cn:kms:cn-north-1:9:key/1"},
      {"alias/x", std::nullopt},
      {"arn:aws-cn:kms:cn-north-1:9:alias/x", std::nullopt},
  };
  for (const Row& row : rows) {
    const auto arn = arn_of_key(KmsKeyId(row.key), Region("cn-north-1"), AccountId(kAccount));
    EXPECT_EQ(arn ? std::optional(arn->str()) : std::nullopt, row.arn) << row.key;
  }
}

TEST(IamPolicy, FoldsOnlyBucketsThatDifferInTheirRegion) {
  const auto folded_with = [](auto change) {
    PolicyRequest wanted = request(kAll, many_regions(20));
    change(wanted.repositories[Region("us-west-2")]);
    const auto policy = make_policy(wanted);
    return policy ? boost::json::serialize(policy->document) : policy.error().what;
  };
  const std::string pattern = "backup-dev-111122223333-*/*";
  EXPECT_THAT(folded_with([](auto&) {}), HasSubstr(pattern));
  EXPECT_THAT(folded_with([](auto& each) { each = address("mine-us-west-2", "us-west-2"); }),
              Not(HasSubstr(pattern)));
  EXPECT_THAT(folded_with([](auto& each) {
                std::get<snapshot::S3Address>(each).owner = AccountId("999988887777");
              }),
              Not(HasSubstr(pattern)));
}

TEST(IamPolicy, SaysNothingOfWhatIsNotThere) {
  PolicyRequest wanted = request(Use::drill, {"us-west-2"});
  wanted.home_region.reset();
  wanted.repositories[Region("us-west-2")] = snapshot::DirectoryAddress{.path = "/srv/backup"};
  const auto policy = make_policy(wanted);
  ASSERT_FALSE(policy);
  EXPECT_THAT(policy.error().what, HasSubstr("nothing"));
}

// Each name must be matched by the ARN that stands for its glob, and no other one.
TEST(IamPolicy, WritesGlobsOfNamesAsArns) {
  struct Row {
    std::string glob;
    std::string name;  // as in an ARN
    bool allowed;
  };
  const Row rows[] = {
      {"*", "parameter/a/b", true},          {"*", "parameter/a", true},
      {"/a/*", "parameter/a/b", true},       {"/a/*", "parameter/ab", false},
      {"*/dev/*", "parameter/dev/b", true},  {"*/dev/*", "parameter/a/dev/b", true},
      {"*/dev/*", "parameter/devb", false},  {"top-?", "parameter/top-1", true},
      {"top-?", "parameter/a/top-1", false}, {"*-x", "parameter/a/b-x", true},
      {"*-x", "parameter/b-x", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.glob + " " + row.name);
    PolicyRequest wanted = request(Use::restore, {"us-west-2"});
    wanted.names = {row.glob};
    EXPECT_EQ(Judge(wanted).allows("ssm:PutParameter",
                                   "arn:aws:ssm:us-west-2:111122223333:" + row.name, "us-west-2"),
              row.allowed);
  }
}

TEST(IamPolicy, RefusesWhatIsNoKeyAndNoPath) {
  EXPECT_TRUE(parse_key_arn(kKey));
  EXPECT_TRUE(parse_key_arn("arn:aws-cn:kms:cn-north-1:1:key/mrk-1"));
  for (const char* text : {"", "1234abcd", "alias/app", "arn:aws:kms:us-west-2:1:alias/app",
                           "arn:aws:kms:us-west-2:1:key/", "arn:aws:s3:us-west-2:1:key/1"})
    EXPECT_FALSE(parse_key_arn(text)) << text;
  EXPECT_EQ(path_globs("/app/dev"), (std::vector<std::string>{"/app/dev", "/app/dev/*"}));
  for (const char* text : {"", "/", "app", "/app/", "/app/*", "/a?"})
    EXPECT_FALSE(path_globs(text)) << text;
}

// Rows of one statement follow each other, and no action is there twice.
TEST(IamPolicy, ComesFromATableInOrder) {
  std::set<std::string_view> done;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::string_view sid;
  for (const Grant& grant : grants()) {
    EXPECT_TRUE(seen.emplace(grant.sid, grant.action).second) << grant.sid << grant.action;
    if (grant.sid != sid) EXPECT_TRUE(done.insert(grant.sid).second) << grant.sid;
    sid = grant.sid;
  }
}

}  // namespace
}  // namespace ssmb::engine::iam
