// What lifecycle rules do to an object, and what is wrong with a bucket's documents.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/doctor/settings.h"

namespace ssmb::engine::doctor {
namespace {

using aws::s3::BucketDocument;
using ::testing::HasSubstr;

std::vector<LifecycleRule> rules_of(const std::string& rules) {
  return rules_in(fields_of(BucketDocument::lifecycle,
                            "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>"));
}

std::string rule(const std::string& does, const std::string& filter = "<Filter></Filter>",
                 const std::string& status = "Enabled", const std::string& id = "a") {
  return "<Rule><ID>" + id + "</ID>" + filter + "<Status>" + status + "</Status>" + does +
         "</Rule>";
}

std::string days(int count) {
  return "<Expiration><Days>" + std::to_string(count) + "</Days></Expiration>";
}

TEST(Lifecycle, AnObjectGoesAtAMidnight) {
  struct Row {
    const char* name;
    std::string rules;
    const char* created;
    const char* end;  // "": never
  };
  const Row rows[] = {
      // S3's own example.
      {"rounded up", rule(days(3)), "2014-01-15T10:30:00Z", "2014-01-19T00:00:00Z"},
      {"at midnight", rule(days(1)), "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
      {"a moment later", rule(days(1)), "2026-11-22T00:00:01Z", "2026-11-24T00:00:00Z"},
      {"across a year", rule(days(30)), "2026-12-20T13:00:00Z", "2027-01-20T00:00:00Z"},
      {"none", "", "2026-11-22T00:00:00Z", ""},
      {"switched off", rule(days(1), "", "Disabled"), "2026-11-22T00:00:00Z", ""},
      {"for other keys", rule(days(1), "<Filter><Prefix>logs/</Prefix></Filter>"),
       "2026-11-22T00:00:00Z", ""},
      {"for these keys", rule(days(1), "<Filter><Prefix>2026-</Prefix></Filter>"),
       "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
      {"the older form", rule(days(1), "<Prefix>logs/</Prefix>"), "2026-11-22T00:00:00Z", ""},
      {"for a tag", rule(days(1), "<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>"),
       "2026-11-22T00:00:00Z", ""},
      {"by size",
       rule(days(1), "<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></Filter>"),
       "2026-11-22T00:00:00Z", ""},
      {"the first of two", rule(days(9)) + rule(days(2), "<Filter></Filter>", "Enabled", "b"),
       "2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z"},
      {"by date", rule("<Expiration><Date>2027-01-01T00:00:00Z</Date></Expiration>"),
       "2026-11-22T00:00:00Z", "2027-01-01T00:00:00Z"},
      {"other versions only",
       rule("<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays>"
            "</NoncurrentVersionExpiration>"),
       "2026-11-22T00:00:00Z", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto end = expiry_of(rules_of(row.rules), ObjectKey("2026-11-22/us-west-2/x.json"),
                               *parse_iso8601(row.created));
    EXPECT_EQ(end ? to_iso8601(*end) : "", row.end);
  }
}

// Whatever the rules are called: people have their own.
TEST(Lifecycle, WhatABucketNeedsMayStandInAnyRule) {
  const std::string abort =
      "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
      "</AbortIncompleteMultipartUpload>";
  EXPECT_EQ(wrong_with_lifecycle(rules_of(rule(days(400) + abort)), std::chrono::hours{48}), "");
  EXPECT_THAT(wrong_with_lifecycle(rules_of(rule(days(400))), std::chrono::hours{48}),
              HasSubstr("unfinished uploads"));
  EXPECT_THAT(wrong_with_lifecycle(rules_of(rule(abort)), std::chrono::hours{48}),
              HasSubstr("no rule lets backups expire"));
}

TEST(BucketPolicy, HasToAskForWhatTheBucketDoes) {
  const BucketName bucket("b");
  const Region region("us-west-2");
  const auto wrong = [&](const std::string& text, const std::string& algorithm) {
    return wrong_with_policy(text, bucket, region, algorithm);
  };
  const std::string sound = R"({"Version":"2012-10-17","Statement":[
    {"Sid":"DenyInsecureConnections","Effect":"Deny","Principal":"*","Action":"s3:*",
     "Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"],
     "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
    {"Sid":"DenyUnencryptedObjectUploads","Effect":"Deny","Principal":"*","Action":"s3:PutObject",
     "Resource":"arn:aws:s3:::b/*",
     "Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"AES256"}}},
    {"Sid":"Others","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]})";
  EXPECT_EQ(wrong(sound, "AES256"), "");
  EXPECT_EQ(wrong(sound, "aws:kms"),
            "Statement[DenyUnencryptedObjectUploads]/Condition/StringNotEquals/"
            "s3:x-amz-server-side-encryption is AES256, not aws:kms");
  EXPECT_EQ(wrong("{}", "AES256"),
            "Statement[DenyInsecureConnections] is missing; "
            "Statement[DenyUnencryptedObjectUploads] is missing; Version is missing (2012-10-17)");
  EXPECT_EQ(wrong_with_policy(std::nullopt, bucket, region, "AES256"), "the bucket has none");
}

}  // namespace
}  // namespace ssmb::engine::doctor
