// The two statements that every backup bucket carries, and what is around them.
#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr const char* kPolicy = R"({"Version":"2012-10-17","Statement":[
  {"Sid":"DenyInsecureConnections","Effect":"Deny","Principal":"*","Action":"s3:*",
   "Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"],
   "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
  {"Sid":"DenyUnencryptedObjectUploads","Effect":"Deny","Principal":"*","Action":"s3:PutObject",
   "Resource":"arn:aws:s3:::bucket/*",
   "Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"AES256"}}}]})";
constexpr std::string_view kExplicit = "explicit deny in a resource-based policy";
const std::pair<std::string, std::string> kAes = {"x-amz-server-side-encryption", "AES256"};

TEST(S3Policy, DeniesUploadsWithoutTheHeader) {
  S3Caller s3;
  s3.make_bucket("bucket");
  ASSERT_EQ(s3.put_document("/bucket?policy", kPolicy).status, 204);
  struct Row {
    std::string name;
    S3Request request;
    int status;
  };
  const std::vector<Row> rows = {
      {"put with it", {.method = "PUT", .target = "/bucket/a", .headers = {kAes}}, 200},
      {"put without", {.method = "PUT", .target = "/bucket/b"}, 403},
      {"put with another",
       {.method = "PUT",
        .target = "/bucket/b",
        .headers = {{"x-amz-server-side-encryption", "aws:kms"}}},
       403},
      {"multipart without", {.method = "POST", .target = "/bucket/b?uploads"}, 403},
      {"get", {.method = "GET", .target = "/bucket/a"}, 200},
      {"list", {.method = "GET", .target = "/bucket?list-type=2"}, 200},
      {"delete", {.method = "DELETE", .target = "/bucket/a"}, 204},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto response = s3.send(row.request);
    EXPECT_EQ(response.status, row.status) << response.body.view();
    if (row.status != 403) continue;
    EXPECT_EQ(code_of(response), "AccessDenied");
    EXPECT_NE(response.body.view().find(kExplicit), std::string_view::npos);
  }
}

TEST(S3Policy, LetsThePartsOfAnEncryptedUploadThrough) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put_document("/bucket?policy", kPolicy);
  const auto created =
      s3.good({.method = "POST", .target = "/bucket/key?uploads", .headers = {kAes}});
  const std::string upload = "/bucket/key?uploadId=" + xml_text(created, "UploadId");
  const auto part = s3.put(upload + "&partNumber=1", "x");
  EXPECT_EQ(part.status, 200) << part.body.view();
  const auto completed =
      s3.send({.method = "POST",
               .target = upload,
               .body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                       header_in(part, "ETag") + "</ETag></Part></CompleteMultipartUpload>"});
  EXPECT_EQ(completed.status, 200) << completed.body.view();
}

TEST(S3Policy, DeniesCleartextOnlyWhereTransportIsStrict) {
  const Arrival cleartext{.channel = Arrival::Channel::cleartext};
  for (const auto& [strict, arrival, status] :
       {std::tuple(false, cleartext, 200), std::tuple(true, cleartext, 403),
        std::tuple(true, Arrival{}, 200)}) {
    S3Caller s3;
    s3.make_bucket("bucket");
    s3.put_document("/bucket?policy", kPolicy);
    s3.world().options().strict_transport = strict;
    EXPECT_EQ(s3.send({.target = "/bucket"}, arrival).status, status);
  }
}

TEST(S3Policy, OpensABucketToAnotherAccount) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.bucket("bucket").owner = AccountId("999999999999");
  EXPECT_EQ(code_of(s3.get("/bucket")), "AccessDenied");
  s3.bucket("bucket").documents["policy"] =
      R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},
          "Action":["s3:Get*","s3:ListBucket"],"Resource":["arn:aws:s3:::bucket*"]}]})";
  EXPECT_EQ(s3.get("/bucket").status, 200);
  EXPECT_EQ(code_of(s3.put("/bucket/key", "x")), "AccessDenied");
}

}  // namespace
}  // namespace ssmb::sandbox
