// What each operation asks of a caller's own policies.
#include <set>

#include "base/text.h"
#include "sandbox/known_operations.h"
#include "tests/sandbox/entitled.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kParameter = "arn:aws:ssm:us-west-2:123456789012:parameter";
constexpr const char* kKey = "arn:aws:kms:us-west-2:123456789012:key/1234";

std::string message_of(const aws::HttpResponse& response) {
  if (response.status == 200) return "";
  return std::string(json::parse(response.body.view()).at("message").as_string());
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

}  // namespace
}  // namespace ssmb::sandbox
