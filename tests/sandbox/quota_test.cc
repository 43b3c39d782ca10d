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

}  // namespace
}  // namespace ssmb::sandbox
