// doctor through the command line: each attribute of a bucket, broken in turn.

#include "doctor_world.h"

namespace ssmb::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;

void make_bucket(DoctorWorld& world, const std::string& name, const std::string& region) {
  aws::s3::Client s3(world.cli.sandbox.session, Region(region));
  const auto made = world.cli.sandbox.runtime.run(
      s3.create_bucket(BucketName(name), aws::s3::Client::ObjectLock::off, {}));
  ASSERT_TRUE(made && *made);
}

TEST(DoctorBuckets, EachThingThatIsWrongIsNamed) {
  expect_rows({
      {"gone",
       [](DoctorWorld& world) {
         world.cli.sandbox.world.s3().buckets.erase(SandboxCli::bucket(kWest));
       },
       {},
       {"us-west-2 bucket"},
       "jenkins-infra-ssm-backup-dev-123456789012-us-west-2 is not there",
       "infra apply"},
      {"of somebody else, who lets us look",
       [](DoctorWorld& world) {
         world.bucket().owner = AccountId("999988887777");
         world.bucket().documents["policy"] =
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
             R"("Action":"s3:*","Resource":"*"}]})";
       },
       {},
       {"us-west-2 bucket"},
       "is not of account 123456789012",
       "the metadata names the wrong bucket"},
      {"of somebody else, who does not",
       [](DoctorWorld& world) { world.bucket().owner = AccountId("999988887777"); },
       {},
       {"us-west-2 permission s3:ListBucket", "us-west-2 permission s3:GetObject",
        "us-west-2 permission s3:PutObject", "us-west-2 permission s3:AbortMultipartUpload"},
       "s3:ListBucket in us-west-2 answered 403 AccessDenied",
       "if the bucket is another account's, name it: owner=ACCOUNT"},
      {"in another Region",
       [](DoctorWorld& world) {
         make_bucket(world, "elsewhere", "eu-west-1");
         world.set_metadata("us-west-2/s3-bucket-name", "elsewhere");
       },
       {},
       {"us-west-2 bucket"},
       "elsewhere lies in eu-west-1, not in us-west-2",
       "the metadata names the wrong bucket"},
      {"not versioned",
       [](DoctorWorld& world) {
         world.bucket().versioning = sandbox::s3::Versioning::never;
         world.bucket().documents.erase("versioning");
       },
       {},
       {"us-west-2 bucket versioning"},
       "it is not versioned",
       "infra plan -f Pulumi.dev.yaml"},
      {"versioning suspended",
       [](DoctorWorld& world) {
         world.bucket().versioning = sandbox::s3::Versioning::suspended;
         world.alter("versioning", "Enabled", "Suspended");
       },
       {},
       {"us-west-2 bucket versioning"},
       "Status is Suspended, not Enabled",
       "infra apply"},
      {"one of the four blocks is off",
       [](DoctorWorld& world) {
         world.alter("publicAccessBlock", "<BlockPublicPolicy>true", "<BlockPublicPolicy>false");
       },
       {},
       {"us-west-2 bucket public access"},
       "BlockPublicPolicy is false, not true",
       "infra apply"},
      {"not blocked",
       [](DoctorWorld& world) { world.bucket().documents.erase("publicAccessBlock"); },
       {},
       {"us-west-2 bucket public access"},
       "the bucket has none",
       "infra apply"},
      {"no policy",
       [](DoctorWorld& world) { world.bucket().documents.erase("policy"); },
       {},
       {"us-west-2 bucket policy"},
       "the bucket has none",
       "infra apply"},
      {"a policy without TLS",
       [](DoctorWorld& world) { world.alter("policy", "DenyInsecureConnections", "DenyNothing"); },
       {},
       {"us-west-2 bucket policy"},
       "Statement[DenyInsecureConnections] is missing",
       "infra apply"},
      {"encrypts with a key that the policy forbids",
       [](DoctorWorld& world) { world.alter("encryption", "AES256", "aws:kms"); },
       {},
       {"us-west-2 bucket policy", "us-west-2 permission s3:PutObject"},
       "s3:x-amz-server-side-encryption is AES256, not aws:kms",
       "infra apply"},
      {"nothing expires",
       [](DoctorWorld& world) { world.alter("lifecycle", "<Days>30</Days>", ""); },
       {},
       {"us-west-2 bucket lifecycle"},
       "no rule lets backups expire",
       "infra apply"},
      {"everything expires too soon",
       [](DoctorWorld& world) { world.alter("lifecycle", "<Days>30</Days>", "<Days>1</Days>"); },
       {},
       {"us-west-2 bucket lifecycle"},
       "backups are deleted after a day, while --max-age lets them be older",
       "infra apply"},
      {"the rules are for other objects",
       [](DoctorWorld& world) {
         world.alter("lifecycle", "<Prefix></Prefix>", "<Prefix>logs/</Prefix>");
       },
       {},
       {"us-west-2 bucket lifecycle"},
       "no rule lets backups expire",
       "infra apply"},
      {"uploads are not aborted",
       [](DoctorWorld& world) {
         world.alter("lifecycle", "<DaysAfterInitiation>1</DaysAfterInitiation>", "");
       },
       {},
       {"us-west-2 bucket lifecycle"},
       "no rule aborts unfinished uploads",
       "infra apply"},
      {"no rules at all",
       [](DoctorWorld& world) { world.bucket().documents.erase("lifecycle"); },
       {},
       {"us-west-2 bucket lifecycle"},
       "no rule lets backups expire: secrets are kept for ever; no rule aborts",
       "infra apply"},
  });
}

// What a policy has to ask for follows from what the bucket does.
TEST(DoctorBuckets, ABucketWithAKeyOfItsOwnIsGreen) {
  DoctorWorld world;
  world.alter("encryption", "AES256", "aws:kms");
  world.alter("policy", "AES256", "aws:kms");
  EXPECT_EQ(world.doctor({"--region", kWest, "--output", "json"}), 0);
  auto findings = findings_in(world.cli.world.out.str());
  EXPECT_THAT(subjects_of(findings, "unknown"),
              ElementsAreArray({"us-west-2 permission kms:GenerateDataKey"}));
  EXPECT_THAT(subjects_of(findings, "info"), Not(Contains("us-west-2 bucket encryption")));
  world.alter("encryption", "<BucketKeyEnabled>true", "<BucketKeyEnabled>false");
  EXPECT_EQ(world.doctor({"--region", kWest, "--output", "json"}), 0);
  findings = findings_in(world.cli.world.out.str());
  EXPECT_THAT(subjects_of(findings, "info"), Contains("us-west-2 bucket encryption"));
}

// A role that backs up may not look at settings: that is nobody's fault.
TEST(DoctorBuckets, SettingsThatMayNotBeReadAreUnknown) {
  DoctorWorld world;
  for (const char* operation :
       {"s3:GetBucketVersioning", "s3:GetBucketEncryption", "s3:GetPublicAccessBlock",
        "s3:GetBucketPolicy", "s3:GetBucketLifecycleConfiguration"})
    world.deny(operation, kWest);
  EXPECT_EQ(world.doctor({"--output", "json"}), 0);
  const auto findings = findings_in(world.cli.world.out.str());
  EXPECT_THAT(subjects_of(findings, "unknown"), ElementsAreArray({"us-west-2 bucket settings"}));
  const auto unknown = std::ranges::find(findings, "unknown", &Found::state);
  EXPECT_THAT(unknown->detail,
              HasSubstr("denied: s3:GetBucketVersioning, s3:GetEncryptionConfiguration, "
                        "s3:GetBucketPublicAccessBlock, s3:GetBucketPolicy, "
                        "s3:GetLifecycleConfiguration"));
  const auto newest = std::ranges::find_if(findings, [](const Found& each) {
    return each.region == kWest && each.subject == "newest snapshot";
  });
  EXPECT_THAT(newest->detail, HasSubstr("when lifecycle deletes it is not known"));
}

}  // namespace
}  // namespace ssmb::cli
