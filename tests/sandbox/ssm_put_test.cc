#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

std::string policy(std::string_view timestamp) {
  return fmt::format(R"([{{\"Type\":\"Expiration\",\"Version\":\"1.0\",)"
                     R"(\"Attributes\":{{\"Timestamp\":\"{}\"}}}}])",
                     timestamp);
}

TEST(SsmPut, RefusesByTheRules) {
  const struct {
    const char* name;
    std::string body;
    std::string code;
  } rows[] = {
      {"fine", "{'Name':'/a/b','Value':'v','Type':'String'}", ""},
      {"no value", "{'Name':'/a/b','Type':'String'}", "ValidationException"},
      {"no type", "{'Name':'/a/b','Value':'v'}", "ValidationException"},
      {"reserved", "{'Name':'/aws/b','Value':'v','Type':'String'}", "AccessDeniedException"},
      {"taken", "{'Name':'/taken','Value':'v','Type':'String'}", "ParameterAlreadyExists"},
      {"taken without slash", "{'Name':'taken','Value':'v','Type':'String'}",
       "ParameterAlreadyExists"},
      {"other type", "{'Name':'/taken','Value':'v','Type':'StringList','Overwrite':true}",
       "HierarchyTypeMismatchException"},
      {"tags and overwrite",
       "{'Name':'/taken','Value':'v','Overwrite':true,'Tags':[{'Key':'a','Value':'b'}]}",
       "ValidationException"},
      {"aws: tag", "{'Name':'/a','Value':'v','Type':'String','Tags':[{'Key':'aws:x','Value':'b'}]}",
       "ValidationException"},
      {"tag without value", "{'Name':'/a','Value':'v','Type':'String','Tags':[{'Key':'x'}]}",
       "ValidationException"},
      {"4097", "{'Name':'/a','Value':'" + std::string(4097, 'x') + "','Type':'String'}",
       "ValidationException"},
      {"8192 advanced",
       "{'Name':'/adv','Value':'" + std::string(8192, 'x') + "','Type':'String','Tier':'Advanced'}",
       ""},
      {"pattern", "{'Name':'/p','Value':'x','Type':'String','AllowedPattern':'^[0-9]+$'}",
       "ParameterPatternMismatchException"},
      {"nested", "{'Name':'/p','Value':'{{x}}','Type':'String'}", "ValidationException"},
      {"policies need Advanced",
       "{'Name':'/p','Value':'x','Type':'String','Policies':'" + policy("2030-01-01T00:00:00Z") +
           "'}",
       "ValidationException"},
      {"wrong JSON type", "{'Name':'/p','Value':3,'Type':'String'}", "SerializationException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    caller.put("/taken");
    EXPECT_EQ(caller.refusal("PutParameter", row.body), row.code);
  }
}

TEST(SsmPut, KeepsAllThatWasSent) {
  WorldCaller caller;
  const auto put = caller.ssm(
      "PutParameter",
      "{'Name':'/app/dev/db','Value':'s3cret','Type':'SecureString','KeyId':'alias/k',"
      "'Description':'D','AllowedPattern':'^s','Tier':'Intelligent-Tiering','DataType':'text',"
      "'Tags':[{'Key':'Env','Value':'dev'}],'Policies':'" +
          policy("2030-01-01T00:00:00.000Z") + "'}");
  EXPECT_EQ(put, json::parse(R"({"Version":1,"Tier":"Advanced"})"));
  const auto described = caller.ssm("DescribeParameters");
  EXPECT_EQ(described.at("Parameters"), json::parse(R"([{
    "Name":"/app/dev/db","Type":"SecureString","KeyId":"alias/k",
    "LastModifiedDate":1795348800.345,"LastModifiedUser":"arn:aws:iam::123456789012:user/sandbox",
    "Description":"D","AllowedPattern":"^s","Version":1,"Tier":"Advanced",
    "Policies":[{"PolicyText":
      "{\"Type\":\"Expiration\",\"Version\":\"1.0\",\"Attributes\":{\"Timestamp\":\"2030-01-01T00:00:00.000Z\"}}",
      "PolicyType":"Expiration","PolicyStatus":"Pending"}],
    "DataType":"text","ARN":"arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/db"}])"));
  EXPECT_EQ(
      caller.ssm("ListTagsForResource", "{'ResourceType':'Parameter','ResourceId':'/app/dev/db'}"),
      json::parse(R"({"TagList":[{"Key":"Env","Value":"dev"}]})"));
}

TEST(SsmPut, PoliciesStayUntilCleared) {
  WorldCaller caller;
  caller.put("/p", "v", ",'Tier':'Advanced','Policies':'" + policy("2030-01-01T00:00:00Z") + "'");
  const auto count = [&] {
    return caller.ssm("DescribeParameters").at("Parameters").at(0).at("Policies").as_array().size();
  };
  EXPECT_EQ(count(), 1U);
  caller.overwrite("/p", "w");
  EXPECT_EQ(count(), 1U);
  caller.ssm("PutParameter", "{'Name':'/p','Value':'x','Overwrite':true,'Policies':'[{}]'}");
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(caller.refusal("PutParameter",
                           "{'Name':'/p','Value':'x','Overwrite':true,'Tier':'Standard'}"),
            "ValidationException");
}

TEST(SsmPut, DoubtfulRulesCountOnlyWhenEnforced) {
  WorldCaller caller;
  const std::string past =
      "{'Name':'/p','Value':'v','Type':'String','Tier':'Advanced','Policies':'" +
      policy("2020-01-01T00:00:00Z") + "'}";
  caller.control("POST", "options", "{'doubtful_rules':'enforce'}");
  EXPECT_EQ(caller.refusal("PutParameter", past), "InvalidPolicyAttributeException");
  caller.control("POST", "options", "{'doubtful_rules':'ignore'}");
  EXPECT_EQ(caller.refusal("PutParameter", past), "");
}

TEST(SsmPut, HundredVersionsUnlessTheOldestIsLabelled) {
  WorldCaller caller;
  caller.put("/p");
  for (int i = 2; i <= 101; ++i) caller.overwrite("/p", std::to_string(i));
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/p:1'}"), "ParameterVersionNotFound");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/p:2'}"), "");
  caller.ssm("LabelParameterVersion", "{'Name':'/p','ParameterVersion':2,'Labels':['keep']}");
  EXPECT_EQ(caller.refusal("PutParameter", "{'Name':'/p','Value':'x','Overwrite':true}"),
            "ParameterMaxVersionLimitExceeded");
}

TEST(SsmPut, AnImageIdIsCheckedAfterTheAnswer) {
  WorldCaller caller;
  const std::string good =
      "{'Name':'/i','Value':'ami-0123456789abcdef0','Type':'String',"
      "'DataType':'aws:ec2:image'}";
  const std::string bad =
      "{'Name':'/j','Value':'image','Type':'String','DataType':'aws:ec2:image'}";
  EXPECT_EQ(caller.refusal("PutParameter", good), "");
  EXPECT_EQ(caller.refusal("PutParameter", bad), "");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/i'}"), "");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/j'}"), "ParameterNotFound");
}

TEST(SsmPut, TheTenThousandAndFirstStandardParameter) {
  WorldCaller caller;
  for (int i = 0; i < 10000; ++i) caller.put("/n/" + std::to_string(i));
  EXPECT_EQ(caller.refusal("PutParameter", "{'Name':'/x','Value':'v','Type':'String'}"),
            "ParameterLimitExceeded");
  const auto put = caller.ssm(
      "PutParameter", "{'Name':'/x','Value':'v','Type':'String','Tier':'Intelligent-Tiering'}");
  EXPECT_EQ(put.at("Tier"), "Advanced");
}

}  // namespace
}  // namespace ssmb::sandbox
