// What each operation of S3 asks of a caller's own policies, and of the bucket's beside them.
#include "base/text.h"
#include "tests/sandbox/entitled.h"
#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

TEST(IamS3, CombinesABucketsPolicyWithTheCallers) {
  struct Row {
    const char* name;
    std::string identity;  // effect; empty: says nothing
    std::string bucket;    // the same
    std::string owner;
    std::string principal;
    std::string why;  // of the refusal; empty: allowed
  };
  const std::string other = "999999999999";
  const std::string root = "{'AWS':'arn:aws:iam::123456789012:root'}";
  const std::string nobody = "because no identity-based policy allows the s3:GetObject action";
  const Row rows[] = {
      {"neither", "", "", kAccount, "'*'", nobody},
      {"the caller's", "Allow", "", kAccount, "'*'", ""},
      {"the bucket's", "", "Allow", kAccount, "'*'", ""},
      {"the bucket's, to the account", "", "Allow", kAccount, root, nobody},
      {"the caller's Deny", "Deny", "Allow", kAccount, "'*'", "deny in an identity-based policy"},
      {"the bucket's Deny", "Allow", "Deny", kAccount, "'*'", "deny in a resource-based policy"},
      {"another's, by the caller's alone", "Allow", "", other, "'*'",
       "because no resource-based policy allows the action"},
      {"another's, by the bucket's alone", "", "Allow", other, "'*'", nobody},
      {"another's, by both", "Allow", "Allow", other, root, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    s3.put("/bucket/key", "x");
    s3.bucket("bucket").owner = AccountId(row.owner);
    const std::string what = "','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}";
    if (!row.bucket.empty())
      s3.bucket("bucket").documents["policy"] = replaced(
          "{'Statement':[{'Principal':" + row.principal + ",'Effect':'" + row.bucket + what + "]}",
          "'", "\"");
    entitle(s3.world(), row.identity.empty() ? allow("s3:ListBucket", "*")
                                             : "{'Effect':'" + row.identity + what);
    const auto response = s3.get("/bucket/key");
    EXPECT_EQ(response.status, row.why.empty() ? 200 : 403);
    EXPECT_NE(response.body.view().find(row.why), std::string_view::npos) << response.body.view();
  }
}

TEST(IamS3, AsksForEachOperationOfS3) {
  struct Row {
    std::string method;
    std::string target;
    std::string action;
    std::string resource;
    HeaderList headers = {};
  };
  const std::string bucket = "arn:aws:s3:::bucket";
  const std::string key = bucket + "/key";
  const std::vector<Row> rows = {
      {"GET", "/", "s3:ListAllMyBuckets", "*"},
      {"PUT", "/new-bucket", "s3:CreateBucket", "arn:aws:s3:::new-bucket"},
      {"HEAD", "/bucket", "s3:ListBucket", bucket},
      {"GET", "/bucket?list-type=2", "s3:ListBucket", bucket},
      {"GET", "/bucket?versions", "s3:ListBucketVersions", bucket},
      {"GET", "/bucket?uploads", "s3:ListBucketMultipartUploads", bucket},
      {"DELETE", "/bucket", "s3:DeleteBucket", bucket},
      {"GET", "/bucket?policy", "s3:GetBucketPolicy", bucket},
      {"PUT", "/bucket?encryption", "s3:PutEncryptionConfiguration", bucket},
      {"PUT", "/bucket?lifecycle", "s3:PutLifecycleConfiguration", bucket},
      {"PUT", "/bucket?publicAccessBlock", "s3:PutBucketPublicAccessBlock", bucket},
      {"PUT", "/bucket?ownershipControls", "s3:PutBucketOwnershipControls", bucket},
      {"PUT", "/bucket?object-lock", "s3:PutBucketObjectLockConfiguration", bucket},
      {"GET", "/bucket/key", "s3:GetObject", key},
      {"HEAD", "/bucket/key", "s3:GetObject", key},
      {"GET", "/bucket/key?versionId=1", "s3:GetObjectVersion", key},
      {"DELETE", "/bucket/key", "s3:DeleteObject", key},
      {"DELETE", "/bucket/key?versionId=1", "s3:DeleteObjectVersion", key},
      {"PUT", "/bucket/key", "s3:PutObject", key},
      {"POST", "/bucket/key?uploads", "s3:PutObject", key},
      {"PUT", "/bucket/key?partNumber=1&uploadId=u", "s3:PutObject", key},
      {"POST", "/bucket/key?uploadId=u", "s3:PutObject", key},
      {"GET", "/bucket/key?uploadId=u", "s3:ListMultipartUploadParts", key},
      {"DELETE", "/bucket/key?uploadId=u", "s3:AbortMultipartUpload", key},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.method + " " + row.target);
    S3Caller s3;
    s3.make_bucket("bucket");
    s3.put("/bucket/key", "x");
    const S3Request request{.method = row.method, .target = row.target, .headers = row.headers};
    entitle(s3.world(), allow("s3:Nothing", "*"));
    const auto refused = s3.send(request);
    EXPECT_EQ(refused.status, 403);
    const std::string told = implicit(row.action, fmt::format("\"{}\"", row.resource));
    if (row.method != "HEAD") EXPECT_EQ(xml_text(refused, "Message"), told);
    entitle(s3.world(), allow(row.action, row.resource));
    EXPECT_NE(s3.send(request).status, 403);
  }
}

TEST(IamS3, RetentionOfAnObjectIsAPermissionOfItsOwn) {
  S3Caller s3;
  s3.good({.method = "PUT",
           .target = "/bucket",
           .headers = {{"x-amz-bucket-object-lock-enabled", "true"}},
           .body = "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
                   "</CreateBucketConfiguration>"});
  entitle(s3.world(), allow("s3:PutObject", "*"));
  const HeaderList lock = {{"x-amz-object-lock-mode", "COMPLIANCE"},
                           {"x-amz-object-lock-retain-until-date", "2099-01-01T00:00:00Z"},
                           {"Content-MD5", to_base64(md5("x"))}};
  EXPECT_EQ(s3.put("/bucket/key", "x").status, 200);
  EXPECT_EQ(xml_text(s3.put("/bucket/key", "x", lock), "Message"),
            implicit("s3:PutObjectRetention", "\"arn:aws:s3:::bucket/key\""));
  entitle(s3.world(), allow("s3:PutObject*", "*"));
  EXPECT_EQ(s3.put("/bucket/key", "x", lock).status, 200);
}

TEST(IamS3, AMissingKeyIsAsSecretAsTheListing) {
  S3Caller s3;
  s3.make_bucket("bucket");
  entitle(s3.world(), allow("s3:GetObject", "arn:aws:s3:::bucket/*"));
  const auto hidden = s3.get("/bucket/none");
  EXPECT_EQ(hidden.status, 403);
  EXPECT_EQ(xml_text(hidden, "Message"), implicit("s3:ListBucket", "\"arn:aws:s3:::bucket\""));
  EXPECT_EQ(s3.send({.method = "HEAD", .target = "/bucket/none"}).status, 403);
  entitle(s3.world(), allow("s3:GetObject", "arn:aws:s3:::bucket/*") + "," +
                          allow("s3:ListBucket", "arn:aws:s3:::bucket"));
  EXPECT_EQ(s3.get("/bucket/none").status, 404);
}

TEST(IamS3, AListingIsHeldToItsPrefix) {
  S3Caller s3;
  s3.make_bucket("bucket");
  entitle(s3.world(), allow("s3:ListBucket", "arn:aws:s3:::bucket",
                            ",'Condition':{'StringLike':{'s3:prefix':['a/*']}}"));
  EXPECT_EQ(s3.get("/bucket?list-type=2&prefix=a%2Fb").status, 200);
  EXPECT_EQ(s3.get("/bucket?list-type=2&prefix=b").status, 403);
  EXPECT_EQ(s3.get("/bucket?list-type=2").status, 403);
}

TEST(IamS3, EachKeyOfADeletionIsAskedForByItself) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put("/bucket/a", "x");
  s3.put("/bucket/b", "x");
  entitle(s3.world(), allow("s3:DeleteObject", "arn:aws:s3:::bucket/a"));
  const std::string body =
      "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
  const auto answer = s3.send({.method = "POST",
                               .target = "/bucket?delete",
                               .headers = {{"Content-MD5", to_base64(md5(body))}},
                               .body = body});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(xml_text(answer, "Message"), implicit("s3:DeleteObject", "\"arn:aws:s3:::bucket/b\""));
  EXPECT_EQ(s3.bucket("bucket").objects.size(), 1U);
}

TEST(IamS3, AsksForTheKeyOfAnObject) {
  S3Caller s3;
  s3.make_bucket("bucket");
  const std::string key = "arn:aws:kms:us-west-2:123456789012:key/1234";
  s3.world().keys().set_oracle([&](const Caller&, const Region&, const KmsKeyId&) {
    return KmsLookup{.use = KmsUse::allowed, .customer_key = Arn(key)};
  });
  const HeaderList encrypted = {{"x-amz-server-side-encryption", "aws:kms"},
                                {"x-amz-server-side-encryption-aws-kms-key-id", "1234"}};
  const auto via = [&](const std::string& action, const std::string& service) {
    return allow("s3:*", "*") + "," +
           allow(action, key,
                 ",'Condition':{'StringEquals':{'kms:ViaService':'" + service +
                     ".us-west-2.amazonaws.com'}}");
  };
  const auto refused = [](const aws::HttpResponse& response, std::string_view action) {
    return response.status == 403 && xml_text(response, "Message").contains(action);
  };
  entitle(s3.world(), allow("s3:*", "*"));
  EXPECT_TRUE(refused(s3.put("/bucket/key", "x", encrypted), "kms:GenerateDataKey"));
  entitle(s3.world(), via("kms:GenerateDataKey", "ssm"));
  EXPECT_TRUE(refused(s3.put("/bucket/key", "x", encrypted), "kms:GenerateDataKey"));
  entitle(s3.world(), via("kms:GenerateDataKey", "s3"));
  EXPECT_EQ(s3.put("/bucket/key", "x", encrypted).status, 200);
  EXPECT_TRUE(refused(s3.get("/bucket/key"), "kms:Decrypt"));
  entitle(s3.world(), via("kms:Decrypt", "s3"));
  EXPECT_EQ(s3.get("/bucket/key").status, 200);
}

}  // namespace
}  // namespace ssmb::sandbox
