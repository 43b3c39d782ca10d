#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/infra/documents.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;
using ::testing::HasSubstr;
using ::testing::Not;

const BucketFacts kBucket{
    .name = BucketName("b"), .region = Region("us-west-2"), .env = Environment("dev")};

TEST(BucketDocuments, SameMeaningIsNoDifference) {
  struct Row {
    const char* name;
    BucketDocument document;
    const char* observed;
  };
  const Row rows[] = {
      {"no namespace, white space", BucketDocument::versioning,
       "<?xml version=\"1.0\"?>\n<VersioningConfiguration>\n <Status> Enabled </Status>\n"
       "</VersioningConfiguration>"},
      {"the service adds a member", BucketDocument::encryption,
       "<ServerSideEncryptionConfiguration><Rule><BucketKeyEnabled>true</BucketKeyEnabled>"
       "<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>"
       "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
       "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"},
      {"empty filter, other order, another rule", BucketDocument::lifecycle,
       "<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status></Rule>"
       "<Rule><ID>abort-incomplete-uploads</ID><Filter/><Status>Enabled</Status>"
       "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
       "</AbortIncompleteMultipartUpload></Rule>"
       "<Rule><Expiration><Days>30</Days></Expiration><ID>delete-old-backups</ID>"
       "<Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays>"
       "</NoncurrentVersionExpiration></Rule></LifecycleConfiguration>"},
      {"scalars for lists, another statement", BucketDocument::policy,
       R"({"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow"},
        {"Sid":"DenyUnencryptedObjectUploads","Effect":"Deny","Principal":"*",
         "Action":["s3:PutObject"],"Resource":["arn:aws:s3:::b/*"],"Condition":
         {"StringNotEquals":{"s3:x-amz-server-side-encryption":["AES256"]}}},
        {"Sid":"DenyInsecureConnections","Effect":"Deny","Principal":"*","Action":"s3:*",
         "Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"],
         "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(document_to_put(kBucket, row.document, row.observed), std::nullopt);
  }
}

TEST(BucketDocuments, WeakerOnesArePutAnew) {
  struct Row {
    const char* name;
    BucketDocument document;
    std::string from, to;
  };
  const Row rows[] = {
      {"suspended", BucketDocument::versioning, "Enabled", "Suspended"},
      {"no bucket key", BucketDocument::encryption, "true", "false"},
      {"expires sooner", BucketDocument::lifecycle, "<Days>30", "<Days>3"},
      {"rule off", BucketDocument::lifecycle, "Enabled", "Disabled"},
      {"public", BucketDocument::public_access_block, "true</RestrictPublic",
       "false</RestrictPublic"},
      {"allows", BucketDocument::policy, "Deny\"", "Allow\""},
      {"another value", BucketDocument::tagging, "Confidential", "Public"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string observed = desired_document(kBucket, row.document);
    const auto at = observed.find(row.from);
    ASSERT_NE(at, std::string::npos);
    observed.replace(at, row.from.size(), row.to);
    const auto put = document_to_put(kBucket, row.document, observed);
    ASSERT_TRUE(put);
    EXPECT_EQ(document_to_put(kBucket, row.document, put), std::nullopt);
  }
}

// A rule that expires only what lies below a prefix passed for one that expires all.
TEST(BucketDocuments, ANarrowedRuleIsPutAnew) {
  struct Row {
    const char* name;
    const char* narrow;
  };
  const Row rows[] = {
      {"a filter's prefix", "<Filter><Prefix>old/</Prefix></Filter>"},
      {"the rule's own prefix, as it was once written", "<Prefix>old/</Prefix>"},
      {"a filter's tag", "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string observed = desired_document(kBucket, BucketDocument::lifecycle);
    const std::string_view whole = "<Filter><Prefix></Prefix></Filter>";
    observed.replace(observed.find(whole), whole.size(), row.narrow);
    const auto put = document_to_put(kBucket, BucketDocument::lifecycle, observed);
    ASSERT_TRUE(put);
    EXPECT_THAT(*put, Not(HasSubstr(row.narrow)));
    EXPECT_EQ(document_to_put(kBucket, BucketDocument::lifecycle, put), std::nullopt);
  }
}

TEST(BucketDocuments, AnothersManagedByStays) {
  std::string observed = desired_document(kBucket, BucketDocument::tagging);
  const std::string_view us = "<Value>ssm-backup</Value>";
  observed.replace(observed.find(us), us.size(), "<Value>Pulumi</Value>");
  EXPECT_EQ(other_manager(observed), "Pulumi");
  EXPECT_EQ(document_to_put(kBucket, BucketDocument::tagging, observed), std::nullopt);
  const std::string_view region = "<Value>us-west-2</Value>";
  observed.replace(observed.find(region), region.size(), "<Value>elsewhere</Value>");
  const auto put = document_to_put(kBucket, BucketDocument::tagging, observed);
  ASSERT_TRUE(put);
  EXPECT_THAT(*put, HasSubstr("<Value>Pulumi</Value>"));
  EXPECT_THAT(*put, Not(HasSubstr("<Value>ssm-backup</Value>")));
}

TEST(BucketDocuments, WhatOthersAddedStays) {
  const auto lifecycle = document_to_put(
      kBucket, BucketDocument::lifecycle,
      "<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status></Rule>"
      "<Rule><ID>delete-old-backups</ID><Status>Disabled</Status></Rule></LifecycleConfiguration>");
  ASSERT_TRUE(lifecycle);
  EXPECT_THAT(*lifecycle, HasSubstr("<ID>theirs</ID>"));
  EXPECT_THAT(*lifecycle, Not(HasSubstr("Disabled")));

  const auto tagging = document_to_put(
      kBucket, BucketDocument::tagging,
      "<Tagging><TagSet><Tag><Key>Team</Key><Value>a &amp; b</Value></Tag></TagSet></Tagging>");
  ASSERT_TRUE(tagging);
  EXPECT_THAT(*tagging, HasSubstr("<Key>Team</Key><Value>a &amp; b</Value>"));

  const auto policy = document_to_put(kBucket, BucketDocument::policy,
                                      R"({"Statement":{"Sid":"Theirs","Effect":"Allow"}})");
  ASSERT_TRUE(policy);
  EXPECT_THAT(*policy, HasSubstr("Theirs"));
  EXPECT_THAT(*policy, HasSubstr("DenyInsecureConnections"));
}

}  // namespace
}  // namespace ssmb::engine
