// A plan of 100,000 parameters against a live store of the same size: what stands in memory.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using namespace testing;

constexpr int kCount = 100'000;
constexpr std::size_t kMost = std::size_t{45} << 20U;

std::size_t in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

Parameter parameter_of(int i) {
  Parameter parameter =
      plain_parameter(fmt::format("/app/dev/service-{:03}/setting-{:06}", i % 97, i));
  parameter.description = "a setting of the service";
  parameter.tags = {{"Owner", "team"}};
  parameter.labels = {"prod"};
  return parameter;
}

TEST(PlannerMemory, IsLeanForAHundredThousand) {
  const std::size_t before = in_use();
  if (before == 0) GTEST_SKIP() << "this heap (a sanitizer's) keeps no count";
  PlanOptions options = options_with();
  options.first = {"/app/dev/service-001/*"};
  Planning planning(options);
  for (int i = 0; i < kCount; ++i) planning.want(parameter_of(i));
  for (int i = 0; i < kCount; ++i) {
    Parameter live = parameter_of(i);
    if (i % 3 == 0) live.value = SecretText("other");
    planning.planner().live(live);
  }
  const std::size_t collected = in_use() - before;
  const Plan plan = planning.finish();
  const std::size_t planned = in_use() - before;
  EXPECT_LT(collected, kMost);
  EXPECT_LT(planned, kMost);
  RecordProperty("collected", std::to_string(collected));
  RecordProperty("planned", std::to_string(planned));
  EXPECT_EQ(plan.steps.size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(plan.counts.at(Action::update), 33'334U);
  EXPECT_EQ(plan.counts.at(Action::unchanged), 66'666U);
}

}  // namespace
}  // namespace ssmb::engine::restore
