#include "runtime/virtual_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/concurrency.h"

namespace ssmb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Task<void> note_after(Runtime& runtime, Duration wait, std::string name,
                      std::vector<std::string>& log) {
  const auto slept = co_await runtime.sleep(wait, {});
  log.push_back(slept ? name : name + " failed");
}

TEST(VirtualRuntime, SleepersWakeInOrderOfTimeAndThenOfCall) {
  VirtualRuntime runtime(1);
  std::vector<std::string> log;
  TaskGroup group(runtime.executor());
  group.spawn(note_after(runtime, 3h, "three", log));
  group.spawn(note_after(runtime, 1h, "one, first", log));
  group.spawn(note_after(runtime, 1h, "one, second", log));
  group.spawn(note_after(runtime, 0h, "none", log));
  runtime.run_until_idle();
  EXPECT_THAT(log, ElementsAre("none", "one, first", "one, second", "three"));
  EXPECT_EQ(runtime.now(), VirtualRuntime::default_start() + 3h);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 3h);
}

TEST(VirtualRuntime, ADeadlineEndsASleep) {
  VirtualRuntime runtime(1);
  CallScope scope;
  scope.deadline = runtime.steady() + 10s;
  EXPECT_TRUE(*runtime.run(runtime.sleep(10s, scope))) << "a sleep up to the deadline is whole";
  scope.deadline = runtime.steady() + 10s;
  const auto cut = runtime.run(runtime.sleep(1h, scope));
  EXPECT_EQ(cut->error().kind, ErrorKind::timeout);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 20s);
  EXPECT_EQ(runtime.run(runtime.sleep(0s, scope))->error().kind, ErrorKind::timeout);
  EXPECT_EQ(scope.until(SteadyTime(5s)).deadline, SteadyTime(5s));
  EXPECT_EQ(scope.until(SteadyTime(1h)).deadline, scope.deadline);
}

TEST(VirtualRuntime, AStopEndsASleepAtOnce) {
  VirtualRuntime runtime(1);
  std::stop_source stop;
  const CallScope scope{.deadline = SteadyTime::max(), .stop = stop.get_token()};
  const auto stop_later = [](Runtime& r, std::stop_source source) -> Task<void> {
    (void)co_await r.sleep(2s, {});
    source.request_stop();
  };
  TaskGroup group(runtime.executor());
  group.spawn(stop_later(runtime, stop));
  const auto slept = runtime.run(runtime.sleep(1h, scope));
  EXPECT_EQ(slept->error().kind, ErrorKind::cancelled);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 2s);
  EXPECT_EQ(runtime.run(runtime.sleep(1h, scope))->error().kind, ErrorKind::cancelled);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 2s);
}

TEST(VirtualRuntime, ADeadlockIsReportedNotWaitedFor) {
  VirtualRuntime runtime(1);
  Queue<int> never_filled(1);
  EXPECT_FALSE(runtime.run(never_filled.pop()));
  never_filled.close();
  runtime.run_until_idle();
}

TEST(VirtualRuntime, TheSameSeedGivesTheSameChance) {
  VirtualRuntime a(7);
  VirtualRuntime b(7);
  VirtualRuntime other(8);
  EXPECT_EQ(a.random_id(), b.random_id());
  EXPECT_NE(a.random_id(), other.random_id());
  EXPECT_EQ(a.random_id().size(), 32U);
  for (int i = 0; i < 1000; ++i) {
    const double unit = a.random_unit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
  }
}

TEST(VirtualRuntime, WhatATaskThrowsIsThrown) {
  VirtualRuntime runtime(1);
  const auto throwing = []() -> Task<int> {
    throw std::runtime_error("defect");
    co_return 1;
  };
  EXPECT_THROW((void)runtime.run(throwing()), std::runtime_error);
}

}  // namespace
}  // namespace ssmb
