#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

std::string constraint(const std::string& region) {
  return "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
         "<LocationConstraint>" +
         region + "</LocationConstraint></CreateBucketConfiguration>";
}

TEST(S3Buckets, FollowTheRulesOfLocationConstraint) {
  struct Row {
    std::string name;
    std::string endpoint;
    std::string body;
    std::string code;
    std::string made_in;
  };
  const std::vector<Row> rows = {
      {"none in us-east-1", "us-east-1", "", "", "us-east-1"},
      {"another Region from us-east-1", "us-east-1", constraint("eu-west-1"), "", "eu-west-1"},
      {"EU is Ireland", "us-east-1", constraint("EU"), "", "eu-west-1"},
      {"us-east-1 may not be said", "us-east-1", constraint("us-east-1"),
       "InvalidLocationConstraint", ""},
      {"its own Region", "us-west-2", constraint("us-west-2"), "", "us-west-2"},
      {"none elsewhere", "us-west-2", "", "IllegalLocationConstraintException", ""},
      {"another Region from elsewhere", "us-west-2", constraint("eu-west-1"),
       "IllegalLocationConstraintException", ""},
      {"not XML", "us-west-2", "region", "MalformedXML", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    const auto response =
        s3.send({.method = "PUT", .target = "/bucket", .body = row.body, .region = row.endpoint});
    EXPECT_EQ(code_of(response), row.code);
    if (!row.code.empty()) continue;
    EXPECT_EQ(s3.bucket("bucket").region.view(), row.made_in);
    const auto location = s3.get("/bucket?location");
    EXPECT_EQ(xml_text(location, "LocationConstraint"),
              row.made_in == "us-east-1" ? "" : row.made_in);
  }
}

TEST(S3Buckets, MadeTwice) {
  struct Row {
    std::string name;
    std::string region;
    std::string owner;
    int status;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"ours, in us-east-1", "us-east-1", "123456789012", 200, ""},
      {"ours, elsewhere", "us-west-2", "123456789012", 409, "BucketAlreadyOwnedByYou"},
      {"of another account", "us-west-2", "999999999999", 409, "BucketAlreadyExists"},
      {"of another account in us-east-1", "us-east-1", "999999999999", 409, "BucketAlreadyExists"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    const S3Request request{.method = "PUT",
                            .target = "/bucket",
                            .body = row.region == "us-east-1" ? "" : constraint(row.region),
                            .region = row.region};
    s3.good(request);
    s3.bucket("bucket").owner = AccountId(row.owner);
    const auto again = s3.send(request);
    EXPECT_EQ(again.status, row.status);
    EXPECT_EQ(code_of(again), row.code);
  }
}

TEST(S3Buckets, RefuseNamesThatAreNone) {
  for (const char* name :
       {"ab", "Bucket", "under_score", "-dash", "dot.", "two..dots", "192.168.1.1",
        "a234567890123456789012345678901234567890123456789012345678901234"}) {
    S3Caller s3;
    EXPECT_EQ(code_of(s3.put(std::string("/") + name, constraint("us-west-2"))),
              "InvalidBucketName")
        << name;
  }
}

TEST(S3Buckets, AnswerAboutThemselves) {
  S3Caller s3;
  s3.make_bucket("one");
  s3.make_bucket("two");
  s3.make_bucket("other");
  s3.bucket("other").owner = AccountId("999999999999");
  EXPECT_EQ(xml_texts(s3.get("/"), "Name"), "one,two");
  EXPECT_EQ(header_in(s3.send({.method = "HEAD", .target = "/one"}), "x-amz-bucket-region"),
            "us-west-2");
  EXPECT_EQ(s3.send({.method = "HEAD", .target = "/none"}).status, 404);
  EXPECT_EQ(code_of(s3.get("/none?location")), "NoSuchBucket");
  EXPECT_EQ(s3.send({.method = "HEAD", .target = "/other"}).status, 403);
}

TEST(S3Buckets, AreDeletedOnlyWhenEmpty) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put("/bucket/key", "x");
  EXPECT_EQ(code_of(s3.send({.method = "DELETE", .target = "/bucket"})), "BucketNotEmpty");
  s3.good({.method = "DELETE", .target = "/bucket/key"});
  EXPECT_EQ(s3.send({.method = "DELETE", .target = "/bucket"}).status, 204);
  EXPECT_EQ(code_of(s3.get("/bucket")), "NoSuchBucket");
}

TEST(S3Buckets, SendCallersToTheirRegion) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put("/bucket/key", "x");
  struct Row {
    std::string name;
    std::string host;
    std::string target;
    std::string region;
    int status;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"right", "127.0.0.1", "/bucket/key", "us-west-2", 200, ""},
      {"signed for another", "127.0.0.1", "/bucket/key", "eu-west-1", 400,
       "AuthorizationHeaderMalformed"},
      {"sent to another", "s3.eu-west-1.amazonaws.com", "/bucket/key", "eu-west-1", 301,
       "PermanentRedirect"},
      {"virtual host", "bucket.s3.us-west-2.amazonaws.com", "/key", "us-west-2", 200, ""},
      {"virtual host elsewhere", "bucket.s3.eu-west-1.amazonaws.com", "/key", "eu-west-1", 301,
       "PermanentRedirect"},
      {"virtual host without Region", "bucket.s3.amazonaws.com", "/key", "us-west-2", 200, ""},
      {"virtual host of localhost", "bucket.localhost:4566", "/key", "us-west-2", 200, ""},
      {"path style at localhost", "localhost:4566", "/bucket/key", "us-west-2", 200, ""},
      {"IPv6", "[::1]:4566", "/bucket/key", "us-west-2", 200, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto response =
        s3.send({.target = row.target, .headers = {{"Host", row.host}}, .region = row.region});
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(code_of(response), row.code);
    if (row.code.empty()) continue;
    EXPECT_EQ(header_in(response, "x-amz-bucket-region"), "us-west-2");
  }
}

TEST(S3Buckets, RefuseAnUnexpectedOwner) {
  S3Caller s3;
  s3.make_bucket("bucket");
  const auto with_owner = [&](const std::string& owner) {
    return s3.put("/bucket/key", "x", {{"x-amz-expected-bucket-owner", owner}});
  };
  EXPECT_EQ(with_owner("123456789012").status, 200);
  EXPECT_EQ(with_owner("999999999999").status, 403);
  EXPECT_EQ(code_of(with_owner("999999999999")), "AccessDenied");
}

}  // namespace
}  // namespace ssmb::sandbox
