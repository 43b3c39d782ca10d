#include "engine/facts_diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ssmb::engine {
namespace {

using aws::ssm::ResourcePolicy;
using snapshot::RegionFacts;
using snapshot::Share;
using snapshot::Shares;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr const char* kTier = snapshot::kDefaultTierSetting;
constexpr const char* kThroughput = snapshot::kHighThroughputSetting;

Share share(const std::string& name, const std::string& text) {
  return {.name = ParameterName(name), .policies = {{.id = "i", .hash = "h", .text = text}}};
}

// Both settings as AWS has them, and these shares of ten Advanced parameters.
RegionFacts facts(std::vector<Share> shares = {}, const char* tier = "Standard") {
  return {.settings = {{.id = kThroughput, .value = "false", .status = "Default"},
                       {.id = kTier, .value = tier, .status = "Default"}},
          .unknown_settings = {},
          .shares = Shares{.advanced = 10, .known = 10, .list = std::move(shares)}};
}

FactsEnd end(std::optional<RegionFacts> facts, const char* region = "us-west-2") {
  return {.facts = std::move(facts),
          .place = {.region = Region(region), .account = AccountId("123456789012")}};
}

std::vector<std::string> told(const FactsDiff& diff) {
  std::vector<std::string> lines;
  for (const auto& each : diff.settings)
    lines.push_back(fmt::format("{}: {} -> {}", each.id, each.from, each.to));
  for (const auto& each : diff.shares)
    lines.push_back(fmt::format("{}: {} -> {}", each.name, each.from.size(), each.to.size()));
  for (const auto& each : diff.gaps)
    lines.push_back(fmt::format("? {} {}: {}", each.what,
                                each.side == DiffSide::from ? "from" : "to", each.why));
  return lines;
}

RegionFacts without_shares() {
  RegionFacts made = facts();
  made.shares.reset();
  return made;
}

RegionFacts half_known(std::vector<Share> shares) {
  RegionFacts made = facts(std::move(shares));
  made.shares->known = 4;
  made.shares->why = "access was denied";
  return made;
}

RegionFacts unknown_tier() {
  RegionFacts made = facts();
  made.settings.pop_back();
  made.unknown_settings = {{.id = kTier, .why = "access was denied"}};
  return made;
}

TEST(FactsDiff, TellsWhatDiffersAndWhatIsNotKnown) {
  struct Row {
    const char* name;
    std::optional<RegionFacts> from;
    std::optional<RegionFacts> to;
    std::vector<std::string> lines;
    bool differs;
  };
  const std::string tier = kTier;
  const std::string throughput = kThroughput;
  const Row rows[] = {
      {"the same", facts({share("/a", "{}")}), facts({share("/a", "{}")}), {}, false},
      {"a setting", facts(), facts({}, "Advanced"), {tier + ": Standard -> Advanced"}, true},
      {"a new share", facts(), facts({share("/a", "{}")}), {"/a: 0 -> 1"}, true},
      {"a share that is gone", facts({share("/a", "{}")}), facts(), {"/a: 1 -> 0"}, true},
      {"another share",
       facts({share("/a", R"({"x": 1})")}),
       facts({share("/a", R"({"x": 2})")}),
       {"/a: 1 -> 1"},
       true},
      {"the same but for spaces and the order of members",
       facts({share("/a", R"({"x": 1, "y": [2]})")}),
       facts({share("/a", R"({"y":[2],"x":1})")}),
       {},
       false},
      {"an old manifest",
       without_shares(),
       facts({share("/a", "{}")}),
       {"? shares from: not recorded"},
       false},
      {"a document alone",
       std::nullopt,
       facts({share("/a", "{}")}, "Advanced"),
       {"? Region facts from: not recorded"},
       false},
      {"a setting that could not be read",
       facts({}, "Advanced"),
       unknown_tier(),
       {"? " + tier + " to: access was denied"},
       false},
      {"shares that may be there all the same",
       facts({share("/a", "{}"), share("/b", "{}")}),
       half_known({share("/b", "{ }")}),
       {"? the shares of 6 of 10 Advanced parameters to: access was denied"},
       false},
      {"one that differs where others are unknown",
       facts({share("/a", "{}")}),
       half_known({share("/a", "[]")}),
       {"/a: 1 -> 1", "? the shares of 6 of 10 Advanced parameters to: access was denied"},
       true},
      {"settings of an older or a later version",
       RegionFacts{.settings = {{.id = "/ssm/new", .value = "1", .status = {}}},
                   .shares = Shares{}},
       RegionFacts{.settings = {{.id = "/ssm/new", .value = "2", .status = {}}},
                   .shares = Shares{}},
       {"/ssm/new: 1 -> 2", "? " + throughput + " from: not recorded",
        "? " + throughput + " to: not recorded", "? " + tier + " from: not recorded",
        "? " + tier + " to: not recorded"},
       true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const FactsDiff diff = diff_facts(end(row.from), end(row.to));
    EXPECT_THAT(told(diff), ElementsAreArray(row.lines));
    EXPECT_EQ(diff.differs(), row.differs);
  }
}

// A policy names the parameter that it stands at: in another Region that is another ARN.
TEST(FactsDiff, TheParametersOwnArnIsItsPlaces) {
  const auto policy = [](const char* region) {
    return fmt::format(R"({{"Resource": "arn:aws:ssm:{}:123456789012:parameter/a"}})", region);
  };
  const FactsEnd west = end(facts({share("/a", policy("us-west-2"))}));
  EXPECT_FALSE(
      diff_facts(west, end(facts({share("/a", policy("us-east-1"))}), "us-east-1")).differs());
  EXPECT_TRUE(
      diff_facts(west, end(facts({share("/a", policy("us-west-2"))}), "us-east-1")).differs());
}

TEST(FactsDiff, NothingIsSaidOfWhatAnEndWasNotToHold) {
  FactsEnd partial = end(facts());
  partial.is_silent_on = [](const ParameterName& name) { return name == ParameterName("/a"); };
  const FactsEnd whole = end(facts({share("/a", "{}"), share("/b", "{}")}));
  EXPECT_THAT(told(diff_facts(partial, whole)), ElementsAre("/b: 0 -> 1"));
  EXPECT_THAT(told(diff_facts(whole, partial)), ElementsAre("/b: 1 -> 0"));
}

TEST(FactsDiff, PoliciesAreAnUnorderedSet) {
  const std::vector<ResourcePolicy> a = {{.text = R"({"a":1})"}, {.text = "no JSON"}};
  const std::vector<ResourcePolicy> b = {{.text = "no JSON"}, {.id = "x", .text = R"({ "a": 1 })"}};
  EXPECT_TRUE(same_policies(a, {}, b, {}));
  EXPECT_FALSE(same_policies(a, {}, {a[0], a[0]}, {}));
  EXPECT_FALSE(same_policies(a, {}, {a[0]}, {}));
}

}  // namespace
}  // namespace ssmb::engine
