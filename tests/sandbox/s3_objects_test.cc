#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr const char* kVersioned =
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
constexpr const char* kSuspended =
    "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";

class S3Objects : public testing::Test {
 protected:
  S3Objects() { s3_.make_bucket("bucket"); }
  S3Caller s3_;
};

TEST_F(S3Objects, KeepBytesMetadataAndHeaders) {
  const auto put = s3_.put("/bucket/a/%E3%81%82%20%2B", "hello",
                           {{"Content-Type", "application/json"},
                            {"Cache-Control", "no-store"},
                            {"x-amz-meta-run", "r1"}});
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(header_in(put, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(header_in(put, "x-amz-server-side-encryption"), "AES256");
  const auto get = s3_.get("/bucket/a/%E3%81%82%20%2B");
  EXPECT_EQ(get.body.view(), "hello");
  EXPECT_EQ(header_in(get, "Content-Type"), "application/json");
  EXPECT_EQ(header_in(get, "Cache-Control"), "no-store");
  EXPECT_EQ(header_in(get, "x-amz-meta-run"), "r1");
  EXPECT_EQ(header_in(get, "Last-Modified"), "Sun, 22 Nov 2026 12:00:00 GMT");
  const auto head = s3_.send({.method = "HEAD", .target = "/bucket/a/%E3%81%82%20%2B"});
  EXPECT_TRUE(head.body.empty());
  EXPECT_EQ(header_in(head, "Content-Length"), "5");
}

TEST_F(S3Objects, MissingOnesAreNamed) {
  EXPECT_EQ(code_of(s3_.get("/bucket/none")), "NoSuchKey");
  const auto head = s3_.send({.method = "HEAD", .target = "/bucket/none"});
  EXPECT_EQ(head.status, 404);
  EXPECT_TRUE(head.body.empty());
  EXPECT_EQ(s3_.send({.method = "DELETE", .target = "/bucket/none"}).status, 204);
  EXPECT_EQ(code_of(s3_.put("/bucket/" + std::string(1025, 'k'), "x")), "KeyTooLongError");
  EXPECT_EQ(code_of(s3_.put("/bucket/%FF", "x")), "InvalidURI");
}

TEST_F(S3Objects, AreReadByRange) {
  s3_.put("/bucket/key", "0123456789");
  s3_.put("/bucket/empty", "");
  struct Row {
    std::string range;
    int status;
    std::string body;
    std::string content_range;
  };
  const std::vector<Row> rows = {
      {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
      {"bytes=4-", 206, "456789", "bytes 4-9/10"},
      {"bytes=-3", 206, "789", "bytes 7-9/10"},
      {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
      {"bytes=8-99", 206, "89", "bytes 8-9/10"},
      {"bytes=9-9", 206, "9", "bytes 9-9/10"},
      {"bytes=10-", 416, "", ""},
      {"bytes=-0", 416, "", ""},
      {"bytes=5-4", 200, "0123456789", ""},
      {"bytes=0-1,3-4", 200, "0123456789", ""},
      {"lines=1-2", 200, "0123456789", ""},
      {"bytes=-", 200, "0123456789", ""},
      {"bytes=99999999999999999999-", 200, "0123456789", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.range);
    const auto response = s3_.get("/bucket/key", {{"Range", row.range}});
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(header_in(response, "Content-Range"), row.content_range);
    if (row.status == 416) {
      EXPECT_EQ(code_of(response), "InvalidRange");
    } else {
      EXPECT_EQ(response.body.view(), row.body);
    }
  }
  EXPECT_EQ(s3_.get("/bucket/empty", {{"Range", "bytes=0-0"}}).status, 416);
}

TEST_F(S3Objects, AreReadUnderConditions) {
  const std::string etag = header_in(s3_.put("/bucket/key", "x"), "ETag");
  const std::string then = "Sun, 22 Nov 2026 12:00:00 GMT";
  const std::string before = "Sun, 22 Nov 2026 11:59:59 GMT";
  struct Row {
    std::string name;
    HeaderList headers;
    int status;
  };
  const std::vector<Row> rows = {
      {"match", {{"If-Match", etag}}, 200},
      {"match without quotes", {{"If-Match", etag.substr(1, 32)}}, 200},
      {"match any", {{"If-Match", "*"}}, 200},
      {"match one of two", {{"If-Match", "\"a\", " + etag}}, 200},
      {"match another", {{"If-Match", "\"a\""}}, 412},
      {"none-match", {{"If-None-Match", "\"a\""}}, 200},
      {"none-match the same", {{"If-None-Match", etag}}, 304},
      {"modified since before", {{"If-Modified-Since", before}}, 200},
      {"modified since then", {{"If-Modified-Since", then}}, 304},
      {"unmodified since then", {{"If-Unmodified-Since", then}}, 200},
      {"unmodified since before", {{"If-Unmodified-Since", before}}, 412},
      {"match beats unmodified", {{"If-Match", etag}, {"If-Unmodified-Since", before}}, 200},
      {"none-match beats modified", {{"If-None-Match", "\"a\""}, {"If-Modified-Since", then}}, 200},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(s3_.get("/bucket/key", row.headers).status, row.status) << row.name;
  }
}

TEST_F(S3Objects, AreWrittenUnderConditions) {
  struct Row {
    std::string name;
    std::string header;
    std::string value;  // "ETAG" stands for the present one
    bool present;
    int status;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"absent, as asked", "If-None-Match", "*", false, 200, ""},
      {"there already", "If-None-Match", "*", true, 412, "PreconditionFailed"},
      {"absent by ETag is not S3's", "If-None-Match", "\"a\"", false, 501, "NotImplemented"},
      {"the same", "If-Match", "ETAG", true, 200, ""},
      {"another", "If-Match", "\"a\"", true, 412, "PreconditionFailed"},
      {"match, but nothing there", "If-Match", "\"a\"", false, 404, "NoSuchKey"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    std::string etag;
    if (row.present) etag = header_in(s3.put("/bucket/key", "old"), "ETag");
    const auto response =
        s3.put("/bucket/key", "new", {{row.header, row.value == "ETAG" ? etag : row.value}});
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(code_of(response), row.code);
    if (row.present) EXPECT_EQ(s3.get("/bucket/key").body.view(), row.code.empty() ? "new" : "old");
  }
}

TEST_F(S3Objects, KeepTheirVersions) {
  s3_.put("/bucket/key", "zero");
  s3_.put_document("/bucket?versioning", kVersioned);
  const std::string one = header_in(s3_.put("/bucket/key", "one"), "x-amz-version-id");
  const std::string two = header_in(s3_.put("/bucket/key", "two"), "x-amz-version-id");
  EXPECT_NE(one, two);
  EXPECT_EQ(s3_.get("/bucket/key").body.view(), "two");
  EXPECT_EQ(s3_.get("/bucket/key?versionId=" + one).body.view(), "one");
  EXPECT_EQ(s3_.get("/bucket/key?versionId=null").body.view(), "zero");
  EXPECT_EQ(code_of(s3_.get("/bucket/key?versionId=nonsense")), "NoSuchVersion");

  const auto deleted = s3_.good({.method = "DELETE", .target = "/bucket/key"});
  EXPECT_EQ(header_in(deleted, "x-amz-delete-marker"), "true");
  const std::string marker = header_in(deleted, "x-amz-version-id");
  const auto gone = s3_.get("/bucket/key");
  EXPECT_EQ(code_of(gone), "NoSuchKey");
  EXPECT_EQ(header_in(gone, "x-amz-delete-marker"), "true");
  EXPECT_EQ(s3_.get("/bucket/key?versionId=" + marker).status, 405);
  EXPECT_EQ(xml_texts(s3_.get("/bucket?versions"), "VersionId"),
            marker + "," + two + "," + one + ",null");

  s3_.good({.method = "DELETE", .target = "/bucket/key?versionId=" + marker});
  EXPECT_EQ(s3_.get("/bucket/key").body.view(), "two");
  EXPECT_EQ(s3_.put("/bucket/key", "x", {{"If-None-Match", "*"}}).status, 412);
}

TEST_F(S3Objects, ReplaceTheNullVersionWhileVersioningIsSuspended) {
  s3_.put_document("/bucket?versioning", kVersioned);
  const std::string one = header_in(s3_.put("/bucket/key", "one"), "x-amz-version-id");
  s3_.put_document("/bucket?versioning", kSuspended);
  EXPECT_EQ(header_in(s3_.put("/bucket/key", "two"), "x-amz-version-id"), "null");
  s3_.put("/bucket/key", "three");
  EXPECT_EQ(xml_texts(s3_.get("/bucket?versions"), "VersionId"), "null," + one);
  EXPECT_EQ(s3_.get("/bucket/key").body.view(), "three");
}

TEST_F(S3Objects, UnderLockStay) {
  s3_.good({.method = "PUT",
            .target = "/locked",
            .headers = {{"x-amz-bucket-object-lock-enabled", "true"}},
            .body = "<CreateBucketConfiguration><LocationConstraint>us-west-2"
                    "</LocationConstraint></CreateBucketConfiguration>"});
  EXPECT_EQ(xml_text(s3_.get("/locked?object-lock"), "ObjectLockEnabled"), "Enabled");
  const HeaderList lock = {{"x-amz-object-lock-mode", "COMPLIANCE"},
                           {"x-amz-object-lock-retain-until-date", "2026-11-23T00:00:00Z"},
                           {"Content-MD5", to_base64(md5("x"))}};
  const auto put = s3_.put("/locked/key", "x", lock);
  const std::string target = "/locked/key?versionId=" + header_in(put, "x-amz-version-id");
  EXPECT_EQ(code_of(s3_.send({.method = "DELETE", .target = target})), "AccessDenied");
  s3_.wait(std::chrono::hours{13});
  EXPECT_EQ(s3_.send({.method = "DELETE", .target = target}).status, 204);
  EXPECT_EQ(code_of(s3_.put("/bucket/key", "x", lock)), "InvalidRequest");
}

TEST_F(S3Objects, EchoTheirEncryption) {
  s3_.put_document("/bucket?encryption",
                   "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
                   "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k1</KMSMasterKeyID>"
                   "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>"
                   "</Rule></ServerSideEncryptionConfiguration>");
  const auto by_default = s3_.put("/bucket/key", "hello");
  EXPECT_EQ(header_in(by_default, "x-amz-server-side-encryption"), "aws:kms");
  EXPECT_EQ(header_in(by_default, "x-amz-server-side-encryption-aws-kms-key-id"), "k1");
  EXPECT_EQ(header_in(by_default, "x-amz-server-side-encryption-bucket-key-enabled"), "true");
  EXPECT_NE(header_in(by_default, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  const auto asked = s3_.put("/bucket/key", "hello", {{"x-amz-server-side-encryption", "AES256"}});
  EXPECT_EQ(header_in(asked, "x-amz-server-side-encryption"), "AES256");
  EXPECT_EQ(code_of(s3_.put("/bucket/key", "x", {{"x-amz-server-side-encryption", "ROT13"}})),
            "InvalidEncryptionAlgorithmError");
}

TEST_F(S3Objects, AreCopied) {
  s3_.put("/bucket/a", "hello", {{"x-amz-meta-run", "r1"}});
  const auto copied = s3_.put("/bucket/b", "", {{"x-amz-copy-source", "/bucket/a"}});
  EXPECT_EQ(copied.status, 200) << copied.body.view();
  EXPECT_EQ(s3_.get("/bucket/b").body.view(), "hello");
  EXPECT_EQ(header_in(s3_.get("/bucket/b"), "x-amz-meta-run"), "r1");
  EXPECT_EQ(code_of(s3_.put("/bucket/b", "", {{"x-amz-copy-source", "bucket/none"}})), "NoSuchKey");
}

TEST_F(S3Objects, AreDeletedMany) {
  for (const char* key : {"a", "b", "c"}) s3_.put(std::string("/bucket/") + key, "x");
  const std::string body =
      "<Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object></Delete>";
  const auto deleted = s3_.send({.method = "POST",
                                 .target = "/bucket?delete",
                                 .headers = {{"Content-MD5", to_base64(md5(body))}},
                                 .body = body});
  EXPECT_EQ(xml_texts(deleted, "Key"), "a,none");
  EXPECT_EQ(xml_texts(s3_.get("/bucket"), "Key"), "b,c");
  EXPECT_EQ(code_of(s3_.send({.method = "POST", .target = "/bucket?delete", .body = body})),
            "InvalidRequest");
}

}  // namespace
}  // namespace ssmb::sandbox
