// A bucket's documents: what ours say, what differs, and what of others stays.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/infra/documents.h"
#include "engine/infra/fields.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

BucketSpec plain() {
  return {.name = BucketName("b-us-west-2"),
          .region = Region("us-west-2"),
          .env = Environment("dev"),
          .account = AccountId("123456789012"),
          .retention_days = 30};
}

BucketSpec with_every_option() {
  BucketSpec spec = plain();
  spec.kms_key = KmsKeyId("alias/backup");
  spec.object_lock = ObjectLock{.mode = "GOVERNANCE", .days = 7};
  spec.access_log_bucket = BucketName("logs");
  spec.writers = {"arn:aws:iam::123456789012:role/backup"};
  return spec;
}

Fields desired(const BucketSpec& spec, BucketDocument document) {
  return fields_of(document, *desired_document(spec, document));
}

TEST(BucketDocuments, SayWhatTheStackAsksFor) {
  const BucketSpec spec = plain();
  EXPECT_EQ(desired(spec, BucketDocument::lifecycle),
            (Fields{{"Rule[abort-incomplete-uploads]/"
                     "AbortIncompleteMultipartUpload/DaysAfterInitiation",
                     "1"},
                    {"Rule[abort-incomplete-uploads]/Status", "Enabled"},
                    {"Rule[delete-old-backups]/Expiration/Days", "30"},
                    {"Rule[delete-old-backups]/NoncurrentVersionExpiration/NoncurrentDays", "7"},
                    {"Rule[delete-old-backups]/Status", "Enabled"}}));
  EXPECT_EQ(desired(spec, BucketDocument::tagging),
            (Fields{{"Tag[DataClassification]", "Confidential"},
                    {"Tag[Environment]", "dev"},
                    {"Tag[ManagedBy]", "ssm-backup"},
                    {"Tag[Name]", "b-us-west-2"},
                    {"Tag[Purpose]", "SSM Parameter Store Backup Storage"},
                    {"Tag[Region]", "us-west-2"}}));
  EXPECT_EQ(desired_document(spec, BucketDocument::object_lock), std::nullopt);
  EXPECT_EQ(desired_document(spec, BucketDocument::logging), std::nullopt);
}

TEST(BucketDocuments, SayTheOptions) {
  const BucketSpec spec = with_every_option();
  const std::string rule = "Rule/ApplyServerSideEncryptionByDefault/";
  EXPECT_EQ(desired(spec, BucketDocument::encryption),
            (Fields{{rule + "KMSMasterKeyID", "alias/backup"},
                    {rule + "SSEAlgorithm", "aws:kms"},
                    {"Rule/BucketKeyEnabled", "true"}}));
  EXPECT_EQ(desired(spec, BucketDocument::object_lock),
            (Fields{{"ObjectLockEnabled", "Enabled"},
                    {"Rule/DefaultRetention/Days", "7"},
                    {"Rule/DefaultRetention/Mode", "GOVERNANCE"}}));
  EXPECT_EQ(desired(spec, BucketDocument::logging),
            (Fields{{"LoggingEnabled/TargetBucket", "logs"},
                    {"LoggingEnabled/TargetPrefix", "b-us-west-2/"}}));
  const Fields policy = desired(spec, BucketDocument::policy);
  EXPECT_EQ(policy.at("Statement[DenyUnencryptedObjectUploads]/Condition/StringNotEquals/"
                      "s3:x-amz-server-side-encryption"),
            "aws:kms");
  EXPECT_EQ(policy.at("Statement[AllowCopiesToBeAdded]/Principal/AWS"),
            "arn:aws:iam::123456789012:role/backup");
}

// Every field of every document: changed by hand it is seen, and what is put mends it.
TEST(BucketDocuments, DriftOfEachFieldIsSeenAndMended) {
  const BucketSpec spec = with_every_option();
  int fields = 0;
  for (const auto document : managed_documents()) {
    const std::string text = *desired_document(spec, document);
    const Fields wanted = fields_of(document, text);
    for (const auto& [field, value] : wanted) {
      SCOPED_TRACE(std::string(aws::s3::sub_resource(document)) + " " + field);
      Fields drifted = wanted;
      drifted[field] = "drifted";
      EXPECT_EQ(differences(wanted, drifted),
                (std::vector<FieldDifference>{{.field = field, .from = "drifted", .to = value}}));
      drifted.erase(field);
      EXPECT_EQ(
          differences(wanted, drifted),
          (std::vector<FieldDifference>{{.field = field, .from = std::nullopt, .to = value}}));
      ++fields;
    }
    EXPECT_THAT(differences(wanted, fields_of(document, merged(document, text, text))), IsEmpty());
  }
  EXPECT_EQ(fields, 44);
}

TEST(BucketDocuments, OtherWaysToSayTheSameAreNoDifference) {
  struct Row {
    const char* name;
    BucketDocument document;
    std::string observed;
  };
  const BucketSpec spec = plain();
  const std::string lifecycle = *desired_document(spec, BucketDocument::lifecycle);
  const std::string_view filter = "<Filter><Prefix></Prefix></Filter>";
  const auto refiltered = [&](std::string_view with) {
    std::string text = lifecycle;
    for (auto at = text.find(filter); at != std::string::npos; at = text.find(filter, at + 1))
      text.replace(at, filter.size(), with);
    return text;
  };
  const Row rows[] = {
      {"another order, white space, no namespace", BucketDocument::versioning,
       "<VersioningConfiguration>\n <MfaDelete>Disabled</MfaDelete>\n "
       "<Status>Enabled</Status>\n</VersioningConfiguration>"},
      {"a namespace's prefix", BucketDocument::versioning,
       "<s3:VersioningConfiguration xmlns:s3=\"x\"><s3:Status>Enabled</s3:Status>"
       "</s3:VersioningConfiguration>"},
      {"an empty filter", BucketDocument::lifecycle, refiltered("<Filter/>")},
      {"no filter at all", BucketDocument::lifecycle, refiltered("")},
      {"a rule of others", BucketDocument::lifecycle,
       refiltered("<Filter><Prefix/></Filter>")
           .replace(lifecycle.find("<Rule>"), 0,
                    "<Rule><ID>theirs</ID><Status>Enabled</Status></Rule>")},
      {"a list of one for its item", BucketDocument::policy,
       [&] {
         std::string text = *desired_document(spec, BucketDocument::policy);
         const std::string_view action = R"("s3:PutObject")";
         return text.replace(text.find(action), action.size(), R"(["s3:PutObject"])");
       }()},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(differences(desired(spec, row.document), fields_of(row.document, row.observed)),
                IsEmpty());
  }
}

// A rule that expires only what lies below a prefix passed for one that expires all.
TEST(BucketDocuments, WhatNarrowsARuleOfOursIsADifference) {
  struct Row {
    const char* name;
    BucketDocument document;
    const char* before;  // inserted before this text
    const char* insert;
    const char* field;
  };
  const Row rows[] = {
      {"a filter's prefix", BucketDocument::lifecycle, "<Status>",
       "<Filter><Prefix>old/</Prefix></Filter>", "Rule[delete-old-backups]/Filter/Prefix"},
      {"the rule's own prefix, as it was once written", BucketDocument::lifecycle, "<Status>",
       "<Prefix>old/</Prefix>", "Rule[delete-old-backups]/Prefix"},
      {"a filter's tag", BucketDocument::lifecycle, "<Status>",
       "<Filter><Tag><Key>k</Key></Tag></Filter>", "Rule[delete-old-backups]/Filter/Tag/Key"},
      {"a move to slow storage", BucketDocument::lifecycle, "<Status>",
       "<Transition><Days>1</Days></Transition>", "Rule[delete-old-backups]/Transition/Days"},
      {"one more condition", BucketDocument::policy, R"("Bool":{)",
       R"("StringEquals":{"aws:PrincipalArn":"x"},)",
       "Statement[DenyInsecureConnections]/Condition/StringEquals/aws:PrincipalArn"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string wanted = *desired_document(plain(), row.document);
    std::string observed = wanted;
    observed.insert(observed.find(row.before), row.insert);
    const auto found =
        differences(fields_of(row.document, wanted), fields_of(row.document, observed));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field, row.field);
    EXPECT_EQ(found[0].to, std::nullopt);
    const std::string put = merged(row.document, wanted, observed);
    EXPECT_EQ(fields_of(row.document, put), fields_of(row.document, wanted));
  }
}

TEST(BucketDocuments, WhatOthersAddedStays) {
  const BucketSpec spec = plain();
  const auto put = [&spec](BucketDocument document, const std::string& observed) {
    return merged(document, *desired_document(spec, document), observed);
  };
  const std::string lifecycle = put(
      BucketDocument::lifecycle,
      "<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status></Rule>"
      "<Rule><ID>delete-old-backups</ID><Status>Disabled</Status></Rule></LifecycleConfiguration>");
  EXPECT_THAT(lifecycle, HasSubstr("<ID>theirs</ID>"));
  EXPECT_THAT(lifecycle, Not(HasSubstr("Disabled")));
  EXPECT_THAT(
      put(BucketDocument::tagging,
          "<Tagging><TagSet><Tag><Key>Team</Key><Value>a &amp; b</Value></Tag></TagSet></Tagging>"),
      HasSubstr("<Key>Team</Key><Value>a &amp; b</Value>"));
  const std::string policy =
      put(BucketDocument::policy, R"({"Statement":{"Sid":"Theirs","Effect":"Allow"}})");
  EXPECT_THAT(policy, HasSubstr("Theirs"));
  EXPECT_THAT(policy, HasSubstr("DenyInsecureConnections"));
}

// S3 takes no rule of the old form beside one with a filter: the put failed for ever.
TEST(BucketDocuments, AnOldRuleOfOthersGetsAFilter) {
  const std::string put = merged(
      BucketDocument::lifecycle, *desired_document(plain(), BucketDocument::lifecycle),
      "<LifecycleConfiguration><Rule><ID>theirs</ID><Prefix>logs/</Prefix><Status>Enabled</Status>"
      "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>");
  EXPECT_THAT(put, HasSubstr("<ID>theirs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>"));
}

TEST(BucketDocuments, WhatCannotBeReadIsWrittenOver) {
  for (const char* garbage : {"", "<", "{", "[]", "\"x\"", "<a><b/></a>", "null"}) {
    for (const auto document : managed_documents()) {
      const std::string wanted = *desired_document(with_every_option(), document);
      EXPECT_THAT(differences(fields_of(document, wanted), fields_of(document, garbage)),
                  Not(IsEmpty()));
      EXPECT_EQ(fields_of(document, merged(document, wanted, garbage)),
                fields_of(document, wanted));
    }
  }
}

}  // namespace
}  // namespace ssmb::engine
