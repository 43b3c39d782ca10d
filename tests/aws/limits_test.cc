// What an earlier run's manifest may say of a quota, and what the Region's setting makes of it.
#include "aws/limits.h"

#include <gtest/gtest.h>

#include "runtime/virtual_runtime.h"

namespace ssmb::aws {
namespace {

using enum Limits::HighThroughput;

const Region kRegion("us-west-2");

boost::json::object told(double rate, double burst) {
  return {{"GetParameters", {{"rate", rate}, {"burst", burst}, {"measured", true}}}};
}

TEST(Limits, BeginFromWhatIsCredible) {
  struct Row {
    const char* name;
    boost::json::object learned;
    std::optional<Limits::HighThroughput> setting;
    double rate;  // of GetParameters, at share 1
  };
  const Row rows[] = {
      {"nothing is known", {}, std::nullopt, 40},
      {"measured", told(55, 40), std::nullopt, 55},
      {"measured, setting off", told(55, 40), off, 55},
      {"setting on", {}, on, 1000},
      {"switched on since", told(40, 40), on, 1000},
      {"switched off since", told(1000, 1000), off, 40},
      {"measured with it on", told(900, 1000), on, 900},
      {"a planted rate", told(99999, 99999), std::nullopt, 40},
      {"a planted burst", told(40, 99999), std::nullopt, 40},
      {"nonsense", {{"GetParameters", {{"rate", "x"}, {"burst", -1}}}}, std::nullopt, 40},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime{1};
    Limits limits(runtime, 1);
    limits.begin_from(kRegion, row.learned);
    if (row.setting) limits.set_high_throughput(kRegion, *row.setting);
    EXPECT_DOUBLE_EQ(limits.find("ssm:GetParameters", kRegion)->control().rate(), row.rate);
  }
}

// A display that asked how long it would take delayed the calls that it asked about.
TEST(Limits, AskingHowLongItTakesChangesNothing) {
  VirtualRuntime runtime{1};
  Limits limits(runtime, 0.5);
  EXPECT_GT(limits.time_for("ssm:GetParameters", kRegion, 400), std::chrono::seconds(10));
  EXPECT_TRUE(limits.state(kRegion).empty());
  EXPECT_EQ(limits.time_for("sts:GetCallerIdentity", kRegion, 400), Duration{0});
}

TEST(Limits, TheSettingLeavesGroupsAloneThatItDoesNotChange) {
  VirtualRuntime runtime{1};
  Limits limits(runtime, 0.5);
  RateControl& describe = limits.find("ssm:DescribeParameters", kRegion)->control();
  RateControl& get = limits.find("ssm:GetParameters", kRegion)->control();
  describe.sent(runtime.steady(), RateControl::Waited::no);
  describe.answered(runtime.steady(), runtime.steady(), RateControl::Answer::throttled);
  const double braked = describe.rate();
  limits.set_high_throughput(kRegion, on);
  EXPECT_DOUBLE_EQ(describe.rate(), braked) << "what it met in the seconds before is not forgotten";
  EXPECT_DOUBLE_EQ(get.rate(), 500);
}

TEST(Limits, WhatThrottledUsIsNotHandedOn) {
  VirtualRuntime runtime{1};
  Limits limits(runtime, 0.5);
  limits.begin_from(kRegion, told(100, 40));
  RateControl& get = limits.find("ssm:GetParameters", kRegion)->control();
  EXPECT_TRUE(limits.learned(kRegion).contains("GetParameters")) << "as long as it holds";
  get.sent(runtime.steady(), RateControl::Waited::no);
  get.answered(runtime.steady(), runtime.steady(), RateControl::Answer::throttled);
  const auto learned = limits.learned(kRegion);
  const auto& entry = learned.at("GetParameters").as_object();
  EXPECT_LT(entry.at("rate").as_double(), 100);
  EXPECT_FALSE(entry.at("measured").as_bool());
}

}  // namespace
}  // namespace ssmb::aws
