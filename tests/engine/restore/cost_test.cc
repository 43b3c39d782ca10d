// What a restore costs: the quota used to the full, and one parameter read without the others.

#include <gmock/gmock.h>

#include "tests/support/restore_world.h"

namespace ssmb::engine {
namespace {

using testing::RestoreWorld;

// Plain ones, straight into the store.
void fill(sandbox::ssm::Store& store, int count, std::size_t bytes) {
  for (int i = 0; i < count; ++i) {
    sandbox::ssm::Record record{.name = fmt::format("/app/dev/{:06}", i),
                                .type = "String",
                                .versions = {},
                                .tags = {},
                                .shares = {}};
    record.versions.push_back({.value = SecretText(std::string(bytes, 'v'))});
    store.put(std::move(record));
  }
}

// 3 puts a second and a burst of 20 are the whole of the quota: nothing is left unused, and hardly
// a call is throttled.
TEST(RestoreCost, TenThousandParametersAtTheQuota) {
  constexpr int kCount = 10'000;
  RestoreWorld world;
  fill(world.store(), kCount, 20);
  world.backup();
  for (int i = 0; i < kCount; ++i) world.store().erase(fmt::format("/app/dev/{:06}", i));
  ASSERT_TRUE(world.dump().empty());
  world.options.concurrency = 16;
  world.sandbox.session.limits = std::make_shared<aws::Limits>(world.sandbox.runtime, 1.0);
  world.sandbox.world.quotas().set(sandbox::aws_quotas(), world.sandbox.world.now());
  const auto planned = world.plan();
  ASSERT_TRUE(planned) << to_line(planned.error());
  EXPECT_EQ(planned->estimate.bounded_by, "PutParameter");
  const auto applied = world.apply(*planned);
  ASSERT_TRUE(applied) << to_line(applied.error());
  EXPECT_TRUE(applied->whole());
  EXPECT_EQ(world.dump().size(), static_cast<std::size_t>(kCount));

  constexpr double kBound = (kCount - 20) / 3.0;
  const double taken = std::chrono::duration<double>(applied->duration).count();
  EXPECT_LE(taken, 1.03 * kBound);
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
  for (const auto& [key, use] : world.sandbox.world.quotas().uses(world.sandbox.world.now())) {
    calls += use.calls;
    throttled += use.throttled;
    EXPECT_LE(static_cast<double>(use.throttled), 0.01 * static_cast<double>(use.calls) + 1)
        << std::get<std::string>(key);
  }
  EXPECT_LE(static_cast<double>(throttled), 0.01 * static_cast<double>(calls));
  fmt::print("{} parameters in {:.0f} s, {:.3f} times the bound; {} of {} calls throttled\n",
             kCount, taken, taken / kBound, throttled, calls);
  // What was foreseen is what it took.
  const double foreseen = std::chrono::duration<double>(planned->estimate.duration).count();
  EXPECT_NEAR(foreseen, taken, 0.03 * taken);
}

// An 800 MB document holds a hundred thousand records of 8 KB. What is read of it (manifest, one
// block of the index, the record) depends on their number alone.
TEST(RestoreCost, OneParameterOutOfALargeDocument) {
  constexpr int kCount = 100'000;
  RestoreWorld world;
  fill(world.store(), kCount, 20);
  world.sandbox.seed(
      "us-west-2",
      {{{"Name", "/app/dev/wanted"}, {"Tier", "Advanced"}, {"Value", std::string(8192, 'w')}}});
  world.backup();
  const ObjectKey document = world.snapshot.entry().document;
  world.remove({"/app/dev/wanted"});
  const std::uint64_t listings = world.sandbox.calls("ssm:DescribeParameters", "us-west-2");

  world.repository.bytes_read = 0;
  auto opened = world.run(snapshot::Snapshot::open(world.repository, document, {}));
  ASSERT_TRUE(opened);
  world.snapshot = *opened;
  world.options.plan.selection.names = {ParameterName("/app/dev/wanted")};
  const auto applied = world.restore();
  EXPECT_TRUE(applied.whole());
  EXPECT_EQ(applied.created, 1U);
  EXPECT_LT(world.repository.bytes_read, 200'000U);
  fmt::print("{} bytes were read\n", world.repository.bytes_read);
  EXPECT_EQ(world.sandbox.calls("ssm:DescribeParameters", "us-west-2"), listings);
  EXPECT_EQ(world.dump().at("/app/dev/wanted").at("Value").as_string().size(), 8192U);
}

TEST(RestoreCost, ANameThatTheSnapshotDoesNotHoldIsAnError) {
  RestoreWorld world;
  fill(world.store(), 3, 20);
  world.backup();
  for (const bool by_index : {true, false}) {
    SCOPED_TRACE(by_index);
    world.options.plan.selection.names = {ParameterName("/app/dev/000001"),
                                          ParameterName("/app/dev/none")};
    world.options.plan.selection.include =
        by_index ? std::vector<std::string>{} : std::vector<std::string>{"/app/*"};
    const auto planned = world.plan();
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().kind, ErrorKind::not_found);
    EXPECT_THAT(planned.error().what, ::testing::HasSubstr("holds no parameter /app/dev/none"));
  }
}

}  // namespace
}  // namespace ssmb::engine
