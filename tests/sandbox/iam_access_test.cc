// What each operation asks of a caller's own policies.
#include <set>

#include "base/text.h"
#include "sandbox/known_operations.h"
#include "tests/sandbox/entitled.h"
#include "tests/sandbox/s3_caller.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kParameter = "arn:aws:ssm:us-west-2:123456789012:parameter";
constexpr const char* kKey = "arn:aws:kms:us-west-2:123456789012:key/1234";

std::string message_of(const aws::HttpResponse& response) {
  if (response.status == 200) return "";
  return std::string(json::parse(response.body.view()).at("message").as_string());
}

std::string implicit(std::string_view action, std::string_view resource) {
  return fmt::format(
      "User: {} is not authorized to perform: {}{} because no identity-based policy allows the {} "
      "action",
      kLimited, action, resource.empty() ? "" : fmt::format(" on resource: {}", resource), action);
}

TEST(IamAccess, AsksForEachOperationOfSsm) {
  struct Row {
    std::string operation;
    std::string body;
    std::string resource;  // as AWS tells it
    std::string action = {};
  };
  const std::string a = std::string(kParameter) + "/a";
  const std::string setting =
      "arn:aws:ssm:us-west-2:123456789012:servicesetting/ssm/parameter-store/"
      "default-parameter-tier";
  const std::vector<Row> rows = {
      {"AddTagsToResource",
       "{'ResourceType':'Parameter','ResourceId':'/a','Tags':[{'Key':'k','Value':'v'}]}", a},
      {"DeleteParameter", "{'Name':'/a'}", a},
      {"DeleteParameters", "{'Names':['/a']}", a},
      {"DescribeParameters", "{}", "arn:aws:ssm:us-west-2:123456789012:*"},
      {"GetParameter", "{'Name':'/a:3'}", a},
      {"GetParameter", "{'Name':'" + a + ":3'}", a},
      {"GetParameter", "{'Name':'a'}", a},
      {"GetParameterHistory", "{'Name':'/a'}", a},
      {"GetParameters", "{'Names':['/a']}", a},
      {"GetParametersByPath", "{'Path':'/a'}", a},
      {"GetResourcePolicies", "{'ResourceArn':'" + a + "'}", a},
      {"PutResourcePolicy", "{'ResourceArn':'" + a + "','Policy':'{}'}", a},
      {"DeleteResourcePolicy", "{'ResourceArn':'" + a + "','PolicyId':'1','PolicyHash':'2'}", a},
      {"GetServiceSetting", "{'SettingId':'/ssm/parameter-store/default-parameter-tier'}", setting},
      {"GetServiceSetting", "{'SettingId':'" + setting + "'}", setting},
      {"UpdateServiceSetting",
       "{'SettingId':'/ssm/parameter-store/default-parameter-tier','SettingValue':'Standard'}",
       setting},
      {"ResetServiceSetting", "{'SettingId':'/ssm/parameter-store/default-parameter-tier'}",
       setting},
      {"LabelParameterVersion", "{'Name':'/a','Labels':['x']}", a},
      {"UnlabelParameterVersion", "{'Name':'/a','ParameterVersion':1,'Labels':['x']}", a},
      {"ListTagsForResource", "{'ResourceType':'Parameter','ResourceId':'/a'}", a},
      {"RemoveTagsFromResource", "{'ResourceType':'Parameter','ResourceId':'/a','TagKeys':['k']}",
       a},
      {"PutParameter", "{'Name':'/a','Value':'v','Type':'String'}", a},
  };
  std::set<std::string> seen;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.operation + " " + row.body);
    seen.insert("ssm:" + row.operation);
    const std::string action = "ssm:" + row.operation;
    const std::string pattern =
        row.operation == "DescribeParameters" ? "*" : row.resource;  // the one without resources
    const std::string target = "AmazonSSM." + row.operation;
    WorldCaller caller;
    entitle(caller.world(), allow("ssm:Nothing", "*"));
    EXPECT_EQ(message_of(caller.call(target, row.body)), implicit(action, row.resource));
    entitle(caller.world(), allow(action, pattern));
    const std::string then = message_of(caller.call(target, row.body));
    EXPECT_EQ(then.find("not authorized"), std::string::npos) << then;
    entitle(caller.world(),
            allow(action, pattern) + ",{'Effect':'Deny','Action':'ssm:*','Resource':'*'}");
    EXPECT_NE(message_of(caller.call(target, row.body))
                  .find("with an explicit deny in an identity-based policy"),
              std::string::npos);
  }
  // Whoever adds an operation says here what it asks for.
  for (const std::string& operation : known_operations()) {
    if (operation.starts_with("ssm:")) EXPECT_TRUE(seen.contains(operation)) << operation;
  }
}

TEST(IamAccess, AsksForEveryNameOfABatchAndForTagsOfANewParameter) {
  WorldCaller caller;
  entitle(caller.world(), allow("ssm:*", std::string(kParameter) + "/a"));
  EXPECT_EQ(message_of(caller.call("AmazonSSM.GetParameters", "{'Names':['/a','/b']}")),
            implicit("ssm:GetParameters", std::string(kParameter) + "/b"));
  EXPECT_EQ(caller.call("AmazonSSM.GetParameters", "{'Names':['/a']}").status, 200);
  entitle(caller.world(), allow("ssm:PutParameter", "*"));
  EXPECT_EQ(message_of(caller.call(
                "AmazonSSM.PutParameter",
                "{'Name':'/a','Value':'v','Type':'String','Tags':[{'Key':'k','Value':'v'}]}")),
            implicit("ssm:AddTagsToResource", std::string(kParameter) + "/a"));
}

TEST(IamAccess, TaggingKnowsNoResourceAndWhoOneIsMayBeAskedAlways) {
  WorldCaller caller;
  const std::string target = "ResourceGroupsTaggingAPI_20170126.GetResources";
  entitle(caller.world(), allow("tag:GetResources", std::string(kParameter) + "/*"));
  EXPECT_EQ(message_of(caller.call(target, "{}")), implicit("tag:GetResources", ""));
  entitle(caller.world(), allow("tag:GetResources", "*"));
  EXPECT_EQ(caller.call(target, "{}").status, 200);

  entitle(caller.world(), "{'Effect':'Deny','Action':'*','Resource':'*'}");
  aws::HttpRequest request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = SecretBytes("Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(caller.send(request).status, 200);
}

// The uses of a key that SSM makes in the caller's name.
TEST(IamAccess, AsksForTheKeyOfASecureString) {
  struct Row {
    const char* name;
    std::string key;
    std::string tier;
    std::string statement;
    std::string refused;  // the action; empty: none
  };
  const std::string own = "alias/aws/ssm";
  const std::string via = ",'Condition':{'StringEquals':{'kms:ViaService':'ssm.{}.amazonaws.com'}}";
  const auto through = [&](const std::string& region) { return replaced(via, "{}", region); };
  const std::string context =
      ",'Condition':{'StringEquals':{'kms:EncryptionContext:PARAMETER_ARN':'" +
      std::string(kParameter) + "/s'}}";
  const std::string deny = "{'Effect':'Deny','Action':'kms:*','Resource':'*'}";
  const Row rows[] = {
      {"nothing of KMS", "1234", "Standard", "", "kms:Encrypt"},
      {"nothing of KMS, Advanced", "1234", "Advanced", "", "kms:GenerateDataKey"},
      {"all but reading", "1234", "Standard", allow("kms:Encrypt", kKey), "kms:Decrypt"},
      {"a data key for Standard", "1234", "Standard", allow("kms:GenerateDataKey", kKey),
       "kms:Encrypt"},
      {"all of it", "alias/app", "Standard", allow("kms:*", kKey), ""},
      {"the alias for the key", "alias/app", "Standard",
       allow("kms:*", "arn:aws:kms:us-west-2:123456789012:alias/app"), "kms:Encrypt"},
      {"another key", "1234", "Standard", allow("kms:*", std::string(kKey) + "5"), "kms:Encrypt"},
      {"through this service", "1234", "Advanced", allow("kms:*", "*", through("us-west-2")), ""},
      {"through that of another Region", "1234", "Standard",
       allow("kms:*", "*", through("us-east-1")), "kms:Encrypt"},
      {"for this parameter", "1234", "Standard", allow("kms:*", "*", context), ""},
      {"AWS's own key", own, "Standard", "", ""},
      {"AWS's own key, denied", own, "Standard", deny, "kms:Encrypt"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    caller.world().keys().set_oracle([](const Caller&, const Region&, const KmsKeyId& key) {
      return KmsLookup{.use = KmsUse::allowed,
                       .customer_key = Arn(key.view().starts_with("alias/aws/") ? "" : kKey)};
    });
    entitle(caller.world(),
            allow("ssm:*", "*") + (row.statement.empty() ? "" : ",") + row.statement);
    const std::string put = message_of(caller.call(
        "AmazonSSM.PutParameter",
        fmt::format("{{'Name':'/s','Value':'v','Type':'SecureString','KeyId':'{}','Tier':'{}'}}",
                    row.key, row.tier)));
    const std::string told = put.empty()
                                 ? message_of(caller.call("AmazonSSM.GetParameter",
                                                          "{'Name':'/s','WithDecryption':true}"))
                                 : put;
    EXPECT_EQ(told.empty(), row.refused.empty()) << told;
    EXPECT_NE(told.find(row.refused), std::string::npos) << told;
  }
}

TEST(IamAccess, CombinesABucketsPolicyWithTheCallers) {
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

TEST(IamAccess, AsksForEachOperationOfS3) {
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

TEST(IamAccess, RetentionOfAnObjectIsAPermissionOfItsOwn) {
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

TEST(IamAccess, AMissingKeyIsAsSecretAsTheListing) {
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

TEST(IamAccess, AListingIsHeldToItsPrefix) {
  S3Caller s3;
  s3.make_bucket("bucket");
  entitle(s3.world(), allow("s3:ListBucket", "arn:aws:s3:::bucket",
                            ",'Condition':{'StringLike':{'s3:prefix':['a/*']}}"));
  EXPECT_EQ(s3.get("/bucket?list-type=2&prefix=a%2Fb").status, 200);
  EXPECT_EQ(s3.get("/bucket?list-type=2&prefix=b").status, 403);
  EXPECT_EQ(s3.get("/bucket?list-type=2").status, 403);
}

TEST(IamAccess, EachKeyOfADeletionIsAskedForByItself) {
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

}  // namespace
}  // namespace ssmb::sandbox
