// Quotas as callers meet them, and their file.
#include <gtest/gtest.h>

#include "sandbox/quota.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Quota, AThrottledCallHasNoEffect) {
  const struct {
    const char* name;
    const char* target;
    const char* body;
    const char* code;
  } rows[] = {
      {"SSM", "AmazonSSM.PutParameter", "{'Name':'/a','Value':'new','Overwrite':true}",
       "ThrottlingException"},
      {"tagging", "ResourceGroupsTaggingAPI_20170126.GetResources", "{}", "ThrottledException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    caller.put("/a", "old");
    caller.world().quotas().set(
        {{.name = "writes", .operations = {"ssm:Put*", "tag:*"}, .rate = 0, .burst = 1}}, kNoon);
    EXPECT_EQ(caller.call(row.target, "{}").status == 200, std::string_view(row.name) != "SSM");
    const auto response = caller.call(row.target, row.body);
    EXPECT_EQ(response.status, 400);
    const auto answer = json::parse(response.body.view());
    EXPECT_EQ(answer.at("__type"), row.code);
    EXPECT_EQ(answer.at("message"), "Rate exceeded");
    EXPECT_EQ(response.headers.get("x-amzn-RequestId").size(), 36U);
    EXPECT_EQ(caller.ssm("GetParameter", "{'Name':'/a'}").at("Parameter").at("Value"), "old");
  }
}

TEST(Quota, TheSettingOfAccountAndRegionRaisesIt) {
  WorldCaller caller;
  caller.world().quotas().set(aws_quotas(), kNoon);
  const auto good = [&](int calls) {
    int count = 0;
    for (int i = 0; i < calls; ++i)
      count += caller.refusal("GetParameters", "{'Names':['/a']}").empty();
    return count;
  };
  EXPECT_EQ(good(60), 40);
  caller.ssm("UpdateServiceSetting",
             "{'SettingId':'/ssm/parameter-store/high-throughput-enabled','SettingValue':'true'}");
  EXPECT_EQ(good(1100), 1000);
  caller.use_region("eu-west-1");
  EXPECT_EQ(good(60), 40);
}

TEST(Quota, TheControlPathSetsAndCounts) {
  WorldCaller caller;
  caller.control("PUT", "quota", R"({"groups": [
      {"name": "reads", "operations": ["ssm:GetParameter*"], "rate": 1, "burst": 2,
       "others": [{"rate": 10, "from": 0, "to": 1}]}]})");
  EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/a']}"), "");
  EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/a']}"), "ThrottlingException");
  caller.control("POST", "advance-clock", R"({"seconds": 10})");
  EXPECT_EQ(caller.control("GET", "quota").at("uses"), json::parse(R"([
    {"account":"123456789012","region":"us-west-2","group":"reads","calls":2,"throttled":1,
     "others_wanted":10,"others_got":1}])"));
  EXPECT_EQ(caller.control("POST", "quota", R"({"preset": "aws"})").at("uses"), json::array());
  EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/a']}"), "");
  caller.control("POST", "reset-counters");
  EXPECT_EQ(caller.control("GET", "quota").at("uses").as_array().at(0).at("calls"), 0);
  caller.control("POST", "quota", R"({"preset": "off"})");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/a']}"), "");
}

TEST(Quota, AFileIsCheckedStrictly) {
  const std::string head = R"({"groups": [{"name": "a", "operations": ["ssm:Get*"], "rate": 1, )";
  struct Row {
    std::string name;
    std::string text;
    std::string says;
  };
  const std::vector<Row> rows = {
      {"no JSON", "{", "it is no JSON"},
      {"a list", "[]", "quotas: is not an object"},
      {"no groups", "{}", "quotas: 'groups' is missing"},
      {"groups that are no list", R"({"groups": 3})", "quotas: 'groups' is not a list"},
      {"an unknown word", R"({"groups": [], "other": 1})", "quotas: unknown 'other'"},
      {"a group that is no object", R"({"groups": [3]})", "groups[0]: is not an object"},
      {"no name", R"({"groups": [{}]})", "groups[0]: 'name' is missing"},
      {"a misspelt member", head + R"("brust": 2}]})", "groups[0]: unknown 'brust'"},
      {"no burst", head + R"("regions": []}]})", "groups[0]: 'burst' is missing"},
      {"a burst below one", head + R"("burst": 0.5}]})", "'burst' is not a number from 1 to"},
      {"a rate that is a text",
       R"({"groups": [{"name": "a", "operations": ["ssm:*"], "rate": "1", "burst": 1}]})",
       "groups[0]: 'rate' is not a number from 0"},
      {"no operations", R"({"groups": [{"name": "a", "rate": 1, "burst": 1}]})",
       "groups[0]: 'operations' names none"},
      {"an operation that is none",
       R"({"groups": [{"name": "a", "operations": ["ssm:GetParamters"], "rate": 1, "burst": 1}]})",
       "no operation 'ssm:GetParamters'"},
      {"throughput", head + R"("burst": 1, "throughput": "max"}]})", "none of any, normal, high"},
      {"a change without time", head + R"("burst": 1, "changes": [{"rate": 1}]}]})",
       "groups[0].changes[0]: 'at' is missing"},
      {"a consumer without end", head + R"("burst": 1, "others": [{"rate": 1}]}]})",
       "groups[0].others[0]: 'to' is missing"},
      {"a consumer that ends first",
       head + R"("burst": 1, "others": [{"rate": 1, "from": 5, "to": 4}]}]})",
       "'to' lies before 'from'"},
      {"a consumer that wants too much",
       head + R"("burst": 1, "others": [{"rate": 1000, "to": 1000000}]}]})", "more than"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto table = parse_quotas(row.text);
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().kind, ErrorKind::configuration);
    EXPECT_NE(table.error().what.find(row.says), std::string::npos) << table.error().what;
    EXPECT_FALSE(table.error().next.empty());
  }
}

TEST(Quota, AFileMayHoldAllThatTheStructHas) {
  const auto table = parse_quotas(R"({"groups": [
    {"name": "reads", "operations": ["ssm:GetParameter", "tag:*"], "rate": 2.5, "burst": 7,
     "regions": ["us-west-2"], "throughput": "high",
     "changes": [{"at": 1.5, "rate": 9}],
     "others": [{"rate": 3, "from": 2, "to": 4}]}]})");
  ASSERT_TRUE(table) << table.error().what;
  const QuotaGroup& group = table->at(0);
  EXPECT_EQ(group.operations, (std::vector<std::string>{"ssm:GetParameter", "tag:*"}));
  EXPECT_EQ(group.rate, 2.5);
  EXPECT_EQ(group.burst, 7);
  EXPECT_EQ(group.regions, std::vector<Region>{Region("us-west-2")});
  EXPECT_EQ(group.throughput, Throughput::high);
  EXPECT_EQ(group.changes.at(0).at, milliseconds{1500});
  EXPECT_EQ(group.changes.at(0).rate, 9);
  EXPECT_EQ(group.others.at(0).rate, 3);
  EXPECT_EQ(group.others.at(0).from, seconds{2});
  EXPECT_EQ(group.others.at(0).to, seconds{4});
}

}  // namespace
}  // namespace ssmb::sandbox
