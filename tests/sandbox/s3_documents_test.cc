#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr const char* kLifecycle =
    "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>x</Prefix>"
    "</Filter><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>";
constexpr const char* kTagging =
    "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
constexpr const char* kPolicy =
    R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:X","Resource":"*"}})";
constexpr const char* kAccessBlock =
    "<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls>"
    "</PublicAccessBlockConfiguration>";
constexpr const char* kOwnership =
    "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"
    "</OwnershipControls>";

TEST(S3Documents, AreKeptReturnedAndDeleted) {
  struct Row {
    std::string name;
    std::string text;
    int put_status;
    std::string missing;  // the code after deletion
  };
  const std::vector<Row> rows = {
      {"lifecycle", kLifecycle, 200, "NoSuchLifecycleConfiguration"},
      {"tagging", kTagging, 204, "NoSuchTagSet"},
      {"policy", kPolicy, 204, "NoSuchBucketPolicy"},
      {"publicAccessBlock", kAccessBlock, 200, "NoSuchPublicAccessBlockConfiguration"},
      {"ownershipControls", kOwnership, 200, "OwnershipControlsNotFoundError"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    const std::string target = "/bucket?" + row.name;
    EXPECT_EQ(s3.put_document(target, row.text).status, row.put_status);
    EXPECT_EQ(s3.get(target).body.view(), row.text);
    EXPECT_EQ(s3.send({.method = "DELETE", .target = target}).status, 204);
    const auto gone = s3.get(target);
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(code_of(gone), row.missing);
  }
}

TEST(S3Documents, OfANewBucketAreAmazons) {
  S3Caller s3;
  s3.make_bucket("bucket");
  EXPECT_EQ(xml_text(s3.get("/bucket?encryption"), "SSEAlgorithm"), "AES256");
  EXPECT_EQ(xml_text(s3.get("/bucket?versioning"), "Status"), "");
  EXPECT_EQ(xml_text(s3.get("/bucket?publicAccessBlock"), "BlockPublicPolicy"), "true");
  EXPECT_EQ(xml_text(s3.get("/bucket?ownershipControls"), "ObjectOwnership"),
            "BucketOwnerEnforced");
  for (const auto& [name, code] :
       {std::pair("lifecycle", "NoSuchLifecycleConfiguration"),
        std::pair("tagging", "NoSuchTagSet"), std::pair("policy", "NoSuchBucketPolicy"),
        std::pair("object-lock", "ObjectLockConfigurationNotFoundError")}) {
    EXPECT_EQ(code_of(s3.get(std::string("/bucket?") + name)), code);
  }
}

TEST(S3Documents, AreRefusedWhenWrong) {
  struct Row {
    std::string name;
    std::string target;
    std::string text;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"not XML", "tagging", "<Tagging", "MalformedXML"},
      {"another root", "tagging", kLifecycle, "MalformedXML"},
      {"tag twice", "tagging",
       "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag><Tag><Key>a</Key><Value>c</Value>"
       "</Tag></TagSet></Tagging>",
       "InvalidTag"},
      {"system tag", "tagging",
       "<Tagging><TagSet><Tag><Key>aws:a</Key><Value>b</Value></Tag></TagSet></Tagging>",
       "InvalidTag"},
      {"filter of two conditions", "lifecycle",
       "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><Prefix>x</Prefix><Tag/>"
       "</Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
       "MalformedXML"},
      {"rule without filter", "lifecycle",
       "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days>"
       "</Expiration></Rule></LifecycleConfiguration>",
       "MalformedXML"},
      {"rule that does nothing", "lifecycle",
       "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/></Rule>"
       "</LifecycleConfiguration>",
       "InvalidRequest"},
      {"unknown algorithm", "encryption",
       "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
       "<SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
       "</ServerSideEncryptionConfiguration>",
       "MalformedXML"},
      {"versioning without status", "versioning",
       "<VersioningConfiguration></VersioningConfiguration>",
       "IllegalVersioningConfigurationException"},
      {"policy that is no JSON", "policy", "{", "MalformedPolicy"},
      {"policy without principal", "policy",
       R"({"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})", "MalformedPolicy"},
      {"condition that the sandbox cannot evaluate", "policy",
       R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
           "Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01"}}}]})",
       "MalformedPolicy"},
      {"lock without versioning", "object-lock",
       "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
       "</ObjectLockConfiguration>",
       "InvalidBucketState"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    EXPECT_EQ(code_of(s3.put_document("/bucket?" + row.target, row.text)), row.code);
  }
}

TEST(S3Documents, NeedAChecksum) {
  S3Caller s3;
  s3.make_bucket("bucket");
  struct Row {
    std::string name;
    HeaderList headers;
    std::string code;
  };
  const std::string right = s3::base64_of(s3::digest_of(s3::ChecksumAlgorithm::sha256, kTagging));
  const std::vector<Row> rows = {
      {"none", {}, "InvalidRequest"},
      {"MD5", {{"Content-MD5", to_base64(md5(kTagging))}}, ""},
      {"SHA-256", {{"x-amz-checksum-sha256", right}}, ""},
      {"wrong MD5", {{"Content-MD5", to_base64(md5("x"))}}, "BadDigest"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(code_of(s3.put("/bucket?tagging", kTagging, row.headers)), row.code) << row.name;
  }
}

TEST(S3Documents, AskForNothingThatTheSandboxHasNot) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put("/bucket/key", "x");
  for (const char* target : {"/bucket?acl", "/bucket?cors", "/bucket/key?tagging"}) {
    EXPECT_EQ(code_of(s3.get(target)), "NotImplemented") << target;
  }
}

}  // namespace
}  // namespace ssmb::sandbox
