// What a restore leaves to be set by hand.
#include "engine/restore/facts_left.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/ssm/settings.h"
#include "tests/support/restore_world.h"

namespace ssmb::engine::restore {
namespace {

using ssmb::testing::kOurAccount;
using ssmb::testing::kWest;
using ssmb::testing::RestoreWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Region kEast("us-east-1");

struct FactsLeftTest : ::testing::Test {
  FactsLeftTest() {
    world.sandbox.seed(
        kWest.view(),
        {shared("/app/dev/a"), shared("/app/dev/b"), {{"Name", "/app/dev/c"}, {"Value", "v"}}});
    set(kWest, sandbox::ssm::kDefaultTierSetting, "Advanced");
    world.backup();
  }
  static boost::json::object shared(const std::string& name) {
    const std::string text =
        fmt::format(R"({{"Statement":[{{"Resource":"arn:aws:ssm:us-west-2:123456789012:)"
                    R"(parameter{}"}}]}})",
                    name);
    return {{"Name", name},
            {"Value", "v"},
            {"Tier", "Advanced"},
            {"ResourcePolicies",
             boost::json::array{{{"PolicyId", "i"}, {"PolicyHash", "h"}, {"Policy", text}}}}};
  }
  void set(const Region& region, std::string_view id, const char* value) {
    world.store(region).settings[std::string(id)] = {.value = value};
  }
  FactsLeft left() {
    const auto planned = world.plan();
    if (!planned) ADD_FAILURE() << to_line(planned.error());
    return planned ? planned->facts : FactsLeft{};
  }
  static const SettingLeft& tier(const FactsLeft& left) {
    return *std::ranges::find(left.settings, snapshot::kDefaultTierSetting, &SettingLeft::id);
  }
  RestoreWorld world;
};

TEST_F(FactsLeftTest, WhereAllIsAsItWas) {
  const FactsLeft same = left();
  EXPECT_TRUE(tier(same).is_there());
  EXPECT_TRUE(tier(same).customized);
  ASSERT_EQ(same.shares.size(), 2U);
  for (const ShareLeft& share : same.shares) EXPECT_EQ(share.live, ShareLeft::Live::same);
  EXPECT_THAT(same.unknown, IsEmpty());
}

TEST_F(FactsLeftTest, WhereTheStoreHasChanged) {
  world.store().settings.clear();
  world.store().find_unique("/app/dev/a")->shares.clear();
  world.store().find_unique("/app/dev/b")->shares.front().text = "{}";
  const FactsLeft changed = left();
  EXPECT_EQ(tier(changed).wanted, "Advanced");
  EXPECT_EQ(tier(changed).live, "Standard");
  ASSERT_EQ(changed.shares.size(), 2U);
  EXPECT_EQ(changed.shares[0].live, ShareLeft::Live::none);
  EXPECT_EQ(changed.shares[1].live, ShareLeft::Live::other);
}

TEST_F(FactsLeftTest, InAnotherRegionUnderAnotherName) {
  world.options.plan.mapping.to = {.region = kEast, .account = kOurAccount};
  world.options.plan.mapping.names = {{.from = "/app", .to = "/moved"}};
  world.options.to_other_region = ToOtherRegion::yes;
  const FactsLeft there = left();
  EXPECT_EQ(tier(there).live, "Standard");
  ASSERT_EQ(there.shares.size(), 2U);
  EXPECT_EQ(there.shares[0].name, ParameterName("/moved/dev/a"));
  EXPECT_EQ(there.shares[0].arn, Arn("arn:aws:ssm:us-east-1:123456789012:parameter/moved/dev/a"));
  EXPECT_THAT(there.shares[0].policies.front().text, HasSubstr(there.shares[0].arn.view()));
  EXPECT_EQ(there.shares[0].live, ShareLeft::Live::none);
}

TEST_F(FactsLeftTest, OfTheSelectionAlone) {
  world.options.plan.selection.names = {ParameterName("/app/dev/b")};
  const FactsLeft one = left();
  ASSERT_EQ(one.shares.size(), 1U);
  EXPECT_EQ(one.shares[0].name, ParameterName("/app/dev/b"));
  EXPECT_EQ(one.shares[0].live, ShareLeft::Live::same);
  EXPECT_TRUE(tier(one).is_there());
}

TEST_F(FactsLeftTest, WhereTheTargetDoesNotTell) {
  world.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const std::string target = ssmb::testing::target_of(request);
        if (target != "GetServiceSetting" && target != "GetResourcePolicies") return std::nullopt;
        return ssmb::testing::denied_answer();
      });
  const FactsLeft unknown = left();
  EXPECT_EQ(tier(unknown).live, std::nullopt);
  EXPECT_FALSE(tier(unknown).is_there());
  for (const ShareLeft& share : unknown.shares) EXPECT_EQ(share.live, ShareLeft::Live::unknown);
}

// Nothing of it is written, whatever is applied.
TEST_F(FactsLeftTest, NothingIsSetByApply) {
  world.store().settings.clear();
  world.destroy();
  (void)world.restore();
  EXPECT_THAT(world.store().settings, IsEmpty());
  EXPECT_THAT(world.store().find_unique("/app/dev/a")->shares, IsEmpty());
}

TEST(FactsLeftOf, ASnapshotThatRecordsNone) {
  RestoreWorld world;
  const auto find = [&world](std::optional<snapshot::RegionFacts> recorded) {
    return *world.sandbox.runtime.run(find_facts_left(
        aws::ssm::Client(world.sandbox.session, kWest), std::move(recorded), {}, {}, {}, {}));
  };
  EXPECT_EQ(find(std::nullopt).unknown.size(), 1U);
  EXPECT_FALSE(find(std::nullopt).empty());
  const FactsLeft old = find(snapshot::RegionFacts{});
  EXPECT_EQ(old.unknown.size(), 3U);  // the two settings, and who else
  const FactsLeft none = find(snapshot::RegionFacts{
      .settings = {{.id = snapshot::kDefaultTierSetting, .value = "Standard", .status = "Default"}},
      .unknown_settings = {{.id = snapshot::kHighThroughputSetting, .why = "denied"}},
      .shares = snapshot::Shares{}});
  ASSERT_EQ(none.unknown.size(), 1U);
  EXPECT_EQ(none.unknown[0].why, "denied");
}

}  // namespace
}  // namespace ssmb::engine::restore
