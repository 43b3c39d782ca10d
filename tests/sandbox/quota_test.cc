#include "sandbox/quota.h"

#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kStart = kNoon;
const Region kHere("us-west-2");

QuotaGroup reads(double rate, double burst) {
  return {.name = "reads", .operations = {"ssm:Get*"}, .rate = rate, .burst = burst};
}

bool ask(Quotas& quotas, Duration at, std::string_view operation = "ssm:GetParameters",
         const char* region = "us-west-2", const char* account = "111122223333",
         bool high_throughput = false) {
  return quotas.admit({.account = AccountId(account),
                       .region = Region(region),
                       .operation = operation,
                       .high_throughput = high_throughput},
                      kStart + at);
}

// How many of `calls`, evenly spaced over [from, to), are let through.
int admitted(Quotas& quotas, Duration from, Duration to, int calls) {
  int good = 0;
  for (int i = 0; i < calls; ++i) {
    if (ask(quotas, from + (to - from) * i / calls)) ++good;
  }
  return good;
}

TEST(Quota, TheBurstComesFirstThenTheRate) {
  const struct {
    const char* name;
    double rate;
    double burst;
    Duration from;
    Duration to;
    int calls;
    int good;
  } rows[] = {
      {"all at once: the burst", 3, 20, seconds{0}, seconds{0}, 44, 20},
      {"ten seconds at twice the rate", 10, 5, seconds{0}, seconds{10}, 200, 104},
      {"exactly the rate: never refused", 10, 1, seconds{0}, seconds{10}, 100, 100},
      {"a full bucket holds no more than the burst", 10, 5, seconds{3600}, seconds{3600}, 9, 5},
      {"a rate of zero: the burst and no more", 0, 3, seconds{0}, seconds{1000}, 100, 3},
      {"less than one a second", 0.5, 1, seconds{0}, seconds{100}, 1000, 50},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Quotas quotas;
    quotas.set({reads(row.rate, row.burst)}, kStart);
    EXPECT_EQ(admitted(quotas, row.from, row.to, row.calls), row.good);
    const QuotaUse use = quotas.use(kHere, "reads", kStart + row.to);
    EXPECT_EQ(use.calls, row.calls);
    EXPECT_EQ(use.throttled, row.calls - row.good);
  }
}

TEST(Quota, EachAccountRegionAndGroupHasItsOwnBucket) {
  struct Row {
    const char* name;
    std::string_view operation;
    const char* region;
    const char* account;
    bool good;
  };
  const Row rows[] = {
      {"the same bucket", "ssm:GetParameters", "us-west-2", "111122223333", false},
      {"another operation of the group", "ssm:GetParameter", "us-west-2", "111122223333", false},
      {"another group", "ssm:PutParameter", "us-west-2", "111122223333", true},
      {"no group at all", "ssm:DescribeParameters", "us-west-2", "111122223333", true},
      {"another Region", "ssm:GetParameters", "eu-west-1", "111122223333", true},
      {"another account", "ssm:GetParameters", "us-west-2", "999988887777", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Quotas quotas;
    quotas.set({reads(1, 1), {.name = "writes", .operations = {"ssm:PutParameter"}}}, kStart);
    ASSERT_TRUE(ask(quotas, seconds{0}));
    EXPECT_EQ(ask(quotas, seconds{0}, row.operation, row.region, row.account), row.good);
  }
}

TEST(Quota, AGroupMayBeOfSomeRegionsOnly) {
  Quotas quotas;
  QuotaGroup tight = reads(1, 1);
  tight.regions = {Region("eu-west-1")};
  quotas.set({tight, reads(1, 3)}, kStart);
  const auto good = [&](const char* region) {
    int count = 0;
    for (int i = 0; i < 5; ++i) count += ask(quotas, seconds{0}, "ssm:GetParameter", region);
    return count;
  };
  EXPECT_EQ(good("eu-west-1"), 1);
  EXPECT_EQ(good("us-west-2"), 3);
}

TEST(Quota, TheRateMayChangeOnTheWay) {
  Quotas quotas;
  QuotaGroup group = reads(10, 1);
  group.changes = {{.at = seconds{20}, .rate = 40}, {.at = seconds{10}, .rate = 2}};
  quotas.set({group}, kStart);
  EXPECT_EQ(admitted(quotas, seconds{0}, seconds{10}, 1000), 100);
  EXPECT_EQ(admitted(quotas, seconds{10}, seconds{20}, 1000), 20);
  EXPECT_EQ(admitted(quotas, seconds{20}, seconds{30}, 4000), 400);
}

TEST(Quota, ChangesBetweenTwoCallsAreNotLost) {
  Quotas quotas;
  QuotaGroup group = reads(0, 100);
  group.changes = {{.at = seconds{10}, .rate = 5}, {.at = seconds{12}, .rate = 0}};
  quotas.set({group}, kStart);
  EXPECT_EQ(admitted(quotas, seconds{0}, seconds{0}, 200), 100);
  EXPECT_EQ(admitted(quotas, seconds{50}, seconds{50}, 200), 10);
}

TEST(Quota, AnotherConsumerDrawsOnTheSameBucket) {
  struct Row {
    const char* name;
    double wants;  // of 40 a second, for 100 s
    int calls;     // ours, in the same time
    std::uint64_t got;
    int good;
  };
  const Row rows[] = {
      {"alone", 20, 0, 2000, 0},
      {"both fit", 20, 2000, 2000, 2000},
      {"alone, it wants too much", 80, 0, 4040, 0},
      {"we take nothing that it has not had", 40, 10, 4000, 10},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Quotas quotas;
    QuotaGroup group = reads(40, 40);
    group.others = {{.rate = row.wants, .from = seconds{0}, .to = seconds{100}}};
    quotas.set({group}, kStart);
    EXPECT_EQ(admitted(quotas, seconds{0}, seconds{100}, row.calls), row.good);
    if (row.calls == 0) ask(quotas, seconds{200});
    const ConsumerCount count = quotas.use(kHere, "reads", kStart + seconds{200}).others;
    EXPECT_EQ(count.wanted, static_cast<std::uint64_t>(row.wants * 100));
    // Between its last call and the end of the time the bucket fills for nobody.
    EXPECT_NEAR(static_cast<double>(count.got), static_cast<double>(row.got), 1);
  }
}

TEST(Quota, WhatTheOthersGetDoesNotDependOnWhoLooksWhen) {
  QuotaGroup group = reads(7, 5);
  group.others = {{.rate = 9, .from = seconds{3}, .to = seconds{60}},
                  {.rate = 0.7, .from = milliseconds{500}, .to = seconds{90}}};
  group.changes = {{.at = seconds{30}, .rate = 2}};
  Quotas once;
  Quotas often;
  once.set({group}, kStart);
  often.set({group}, kStart);
  EXPECT_TRUE(ask(once, seconds{0}));
  EXPECT_TRUE(ask(often, seconds{0}));
  for (int i = 0; i < 100'000; ++i) {
    (void)often.use(kHere, "reads", kStart + milliseconds{i});
  }
  const ConsumerCount first = once.use(kHere, "reads", kStart + seconds{100}).others;
  const ConsumerCount second = often.use(kHere, "reads", kStart + seconds{100}).others;
  EXPECT_EQ(first.wanted, 9U * 57 + 63);
  EXPECT_EQ(first.wanted, second.wanted);
  EXPECT_EQ(first.got, second.got);
}

TEST(Quota, TimeThatGoesBackFillsNothing) {
  Quotas quotas;
  quotas.set({reads(1, 1)}, kStart);
  EXPECT_TRUE(ask(quotas, seconds{10}));
  EXPECT_FALSE(ask(quotas, seconds{5}));
  EXPECT_FALSE(ask(quotas, milliseconds{10'900}));
  EXPECT_TRUE(ask(quotas, seconds{11}));
}

TEST(Quota, AwsKnowsHowManyOfEachAtOnce) {
  const struct {
    const char* operation;
    bool high_throughput;
    int burst;
  } rows[] = {
      {"ssm:GetParameter", false, 40},         {"ssm:GetParametersByPath", false, 40},
      {"ssm:GetParameters", true, 1000},       {"ssm:GetParametersByPath", true, 100},
      {"ssm:PutParameter", false, 20},         {"ssm:PutParameter", true, 20},
      {"ssm:DescribeParameters", false, 20},   {"ssm:DescribeParameters", true, 20},
      {"ssm:GetParameterHistory", false, 20},  {"ssm:ListTagsForResource", false, 20},
      {"ssm:AddTagsToResource", false, 20},    {"ssm:RemoveTagsFromResource", false, 20},
      {"ssm:LabelParameterVersion", true, 20}, {"ssm:UnlabelParameterVersion", false, 20},
      {"tag:GetResources", false, 10},         {"s3:PutObject", false, 5000},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.operation);
    Quotas quotas;
    quotas.set(aws_quotas(), kStart);
    int good = 0;
    for (int i = 0; i < 5000; ++i)
      good +=
          ask(quotas, seconds{0}, row.operation, "us-west-2", "111122223333", row.high_throughput);
    EXPECT_EQ(good, row.burst);
  }
}

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
  EXPECT_EQ(group.regions, std::vector<Region>{kHere});
  EXPECT_EQ(group.throughput, Throughput::high);
  EXPECT_EQ(group.changes.at(0).at, milliseconds{1500});
  EXPECT_EQ(group.changes.at(0).rate, 9);
  EXPECT_EQ(group.others.at(0).rate, 3);
  EXPECT_EQ(group.others.at(0).from, seconds{2});
  EXPECT_EQ(group.others.at(0).to, seconds{4});
}

}  // namespace
}  // namespace ssmb::sandbox
