// History, labels, tags, deletion, service settings, resource policies.
#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

TEST(SsmHistory, HoldsEveryVersionWithItsLabels) {
  WorldCaller caller;
  caller.put("/p", "one", ",'Description':'first'");
  caller.control("POST", "advance-clock", "{'seconds':1.5}");
  caller.ssm("PutParameter", "{'Name':'/p','Value':'two','Overwrite':true,'Description':'second'}");
  caller.ssm("LabelParameterVersion", "{'Name':'/p','ParameterVersion':1,'Labels':['a','b']}");
  const auto entries = caller.ssm("GetParameterHistory", "{'Name':'/p'}").at("Parameters");
  EXPECT_EQ(pluck(entries, "Value"), "one,two");
  EXPECT_EQ(pluck(entries, "Description"), "first,second");
  EXPECT_EQ(list_of(entries.at(0).at("Labels")), "a,b");
  EXPECT_EQ(entries.at(1).at("Labels").as_array().size(), 0U);
  EXPECT_DOUBLE_EQ(entries.at(1).at("LastModifiedDate").as_double() -
                       entries.at(0).at("LastModifiedDate").as_double(),
                   1.5);
  EXPECT_FALSE(entries.at(0).as_object().contains("ARN"));
}

TEST(SsmHistory, Pages) {
  WorldCaller caller;
  caller.put("/p", "1");
  for (int i = 2; i <= 60; ++i) caller.overwrite("/p", std::to_string(i));
  const auto found = pages(caller, "GetParameterHistory", "'Name':'/p'");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].size(), 50U);
  EXPECT_EQ(found[1].size(), 10U);
  EXPECT_EQ(caller.refusal("GetParameterHistory", "{'Name':'/p','NextToken':'x'}"),
            "InvalidNextToken");
  EXPECT_EQ(caller.refusal("GetParameterHistory", "{'Name':'/q'}"), "ParameterNotFound");
}

TEST(SsmLabels, AttachMoveRefuse) {
  WorldCaller caller;
  caller.put("/p", "one");
  caller.overwrite("/p", "two");
  const auto label = [&](int version, std::string_view labels) {
    return caller.ssm(
        "LabelParameterVersion",
        fmt::format("{{'Name':'/p','ParameterVersion':{},'Labels':[{}]}}", version, labels));
  };
  EXPECT_EQ(label(1, "'prod'"), json::parse(R"({"InvalidLabels":[],"ParameterVersion":1})"));
  label(2, "'prod'");
  EXPECT_EQ(caller.ssm("GetParameter", "{'Name':'/p:prod'}").at("Parameter").at("Value"), "two");
  EXPECT_EQ(list_of(label(1, "'1x','ok','awsy'").at("InvalidLabels")), "1x,awsy");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/p:ok'}"), "ParameterVersionNotFound");
  label(1, "'a','b','c','d','e','f','g','h','i','j'");
  EXPECT_EQ(
      caller.refusal("LabelParameterVersion", "{'Name':'/p','ParameterVersion':1,'Labels':['k']}"),
      "ParameterVersionLabelLimitExceeded");
  EXPECT_EQ(
      caller.refusal("LabelParameterVersion", "{'Name':'/p','ParameterVersion':7,'Labels':['k']}"),
      "ParameterVersionNotFound");
  EXPECT_EQ(caller.refusal("LabelParameterVersion",
                           "{'Name':'/p','Labels':['" + std::string(101, 'x') + "']}"),
            "ValidationException");
}

TEST(SsmLabels, Unlabel) {
  WorldCaller caller;
  caller.put("/p");
  caller.ssm("LabelParameterVersion", "{'Name':'/p','Labels':['a','b']}");
  EXPECT_EQ(caller.ssm("UnlabelParameterVersion",
                       "{'Name':'/p','ParameterVersion':1,'Labels':['a','z']}"),
            json::parse(R"({"RemovedLabels":["a"],"InvalidLabels":["z"]})"));
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'/p:a'}"), "ParameterVersionNotFound");
  EXPECT_EQ(caller.refusal("UnlabelParameterVersion", "{'Name':'/p','Labels':['a']}"),
            "ValidationException");
}

TEST(SsmTags, AddRemoveRefuse) {
  const std::string of = "'ResourceType':'Parameter','ResourceId':'/p'";
  std::string many;
  for (int i = 0; i < 50; ++i)
    many += fmt::format("{}{{'Key':'k{}','Value':'v'}}", i ? "," : "", i);
  const struct {
    const char* name;
    const char* operation;
    std::string body;
    std::string code;
    std::string keys;
  } rows[] = {
      {"add", "AddTagsToResource", "{" + of + ",'Tags':[{'Key':'b','Value':'2'}]}", "", "a,b"},
      {"replace", "AddTagsToResource", "{" + of + ",'Tags':[{'Key':'a','Value':'2'}]}", "", "a"},
      {"remove", "RemoveTagsFromResource", "{" + of + ",'TagKeys':['a','none']}", "", ""},
      {"reserved", "AddTagsToResource", "{" + of + ",'Tags':[{'Key':'aws:x','Value':'2'}]}",
       "ValidationException", "a"},
      {"fifty more", "AddTagsToResource", "{" + of + ",'Tags':[" + many + "]}", "TooManyTagsError",
       "a"},
      {"other type", "ListTagsForResource", "{'ResourceType':'Document','ResourceId':'/p'}",
       "InvalidResourceType", "a"},
      {"missing", "ListTagsForResource", "{'ResourceType':'Parameter','ResourceId':'/q'}",
       "InvalidResourceId", "a"},
      {"no tags", "AddTagsToResource", "{" + of + "}", "ValidationException", "a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    caller.put("/p", "v", ",'Tags':[{'Key':'a','Value':'1'}]");
    EXPECT_EQ(caller.refusal(row.operation, row.body), row.code);
    EXPECT_EQ(pluck(caller.ssm("ListTagsForResource", "{" + of + "}").at("TagList"), "Key"),
              row.keys);
  }
}

TEST(SsmDelete, OneAndMany) {
  WorldCaller caller;
  caller.put("/a");
  caller.put("/b");
  EXPECT_EQ(caller.ssm("DeleteParameters", "{'Names':['/a','/x']}"),
            json::parse(R"({"DeletedParameters":["/a"],"InvalidParameters":["/x"]})"));
  EXPECT_EQ(caller.refusal("DeleteParameter", "{'Name':'/b'}"), "");
  EXPECT_EQ(caller.refusal("DeleteParameter", "{'Name':'/b'}"), "ParameterNotFound");
  EXPECT_EQ(caller.ssm("DescribeParameters").at("Parameters").as_array().size(), 0U);
  caller.put("/a", "again");
  EXPECT_EQ(caller.ssm("GetParameter", "{'Name':'/a'}").at("Parameter").at("Version"), 1);
}

TEST(SsmSettings, DefaultChangedReset) {
  WorldCaller caller;
  const std::string id = "'SettingId':'/ssm/parameter-store/default-parameter-tier'";
  const auto setting = [&] {
    return caller.ssm("GetServiceSetting", "{" + id + "}").at("ServiceSetting");
  };
  EXPECT_EQ(setting().at("SettingValue"), "Standard");
  EXPECT_EQ(setting().at("Status"), "Default");
  caller.ssm("UpdateServiceSetting", "{" + id + ",'SettingValue':'Advanced'}");
  EXPECT_EQ(setting().at("Status"), "Customized");
  EXPECT_EQ(caller.ssm("PutParameter", "{'Name':'/p','Value':'v','Type':'String'}").at("Tier"),
            "Advanced");
  caller.ssm("ResetServiceSetting", "{" + id + "}");
  EXPECT_EQ(setting().at("SettingValue"), "Standard");
  EXPECT_EQ(caller.refusal("UpdateServiceSetting", "{" + id + ",'SettingValue':'Gold'}"),
            "ValidationException");
  EXPECT_EQ(caller.refusal("GetServiceSetting", "{'SettingId':'/ssm/other'}"),
            "ServiceSettingNotFound");
}

TEST(SsmResourcePolicies, ShareAnAdvancedParameter) {
  WorldCaller caller;
  caller.put("/std");
  caller.put("/adv", "v", ",'Tier':'Advanced'");
  const std::string arn = "'ResourceArn':'arn:aws:ssm:us-west-2:123456789012:parameter/";
  EXPECT_EQ(caller.refusal("PutResourcePolicy", "{" + arn + "std','Policy':'{}'}"),
            "ResourcePolicyInvalidParameterException");
  EXPECT_EQ(caller.refusal("PutResourcePolicy", "{" + arn + "none','Policy':'{}'}"),
            "ResourceNotFoundException");
  const auto put = caller.ssm("PutResourcePolicy", "{" + arn + "adv','Policy':'{}'}");
  const std::string id(put.at("PolicyId").as_string());
  const std::string hash(put.at("PolicyHash").as_string());
  const auto policies = caller.ssm("GetResourcePolicies", "{" + arn + "adv'}").at("Policies");
  EXPECT_EQ(pluck(policies, "PolicyId"), id);
  EXPECT_EQ(pluck(policies, "Policy"), "{}");
  const std::string known = ",'PolicyId':'" + id + "','PolicyHash':'";
  EXPECT_EQ(caller.refusal("DeleteResourcePolicy", "{" + arn + "adv'" + known + "x'}"),
            "ResourcePolicyConflictException");
  EXPECT_EQ(caller.refusal("DeleteResourcePolicy", "{" + arn + "adv'" + known + hash + "'}"), "");
  EXPECT_EQ(caller.refusal("DeleteResourcePolicy", "{" + arn + "adv'" + known + hash + "'}"),
            "ResourcePolicyNotFoundException");
}

}  // namespace
}  // namespace ssmb::sandbox
