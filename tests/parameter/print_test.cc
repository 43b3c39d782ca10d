#include "parameter/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/parameters.h"

namespace ssmb {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::full_parameter;

PrintKey key_of(char c) { return PrintKey(SecretBytes(std::string(32, c))); }

std::vector<std::string_view> differing_keys(const Parameter& a, const Parameter& b) {
  const PrintKey key = key_of('k');
  return keys_of(differing(print_of(a, key), print_of(b, key)));
}

// Each field perturbed in turn, down to the members of its members.
TEST(Print, NamesTheFieldsThatAComparisonAfterARestoreNames) {
  const Parameter original = full_parameter();
  std::size_t perturbations = 0;
  std::size_t noticed = 0;
  for_each_field([&](const auto& field) {
    for (auto& other : testing::perturbed(original.*(field.member))) {
      SCOPED_TRACE(std::string(field.key) + ", perturbation " + std::to_string(++perturbations));
      Parameter changed = original;
      changed.*(field.member) = std::move(other);
      const auto expected = differing_fields(original, changed, Comparison::after_restore);
      EXPECT_EQ(differing_keys(original, changed), expected);
      EXPECT_EQ(differing_keys(changed, original), expected);
      noticed += expected.size();
    }
  });
  EXPECT_GT(perturbations, 40U);
  EXPECT_GT(noticed, 25U);
}

TEST(Print, KnowsWhatARestoreCannotBringBack) {
  const Parameter original = full_parameter();
  struct {
    const char* name;
    void (*change)(Parameter&);
    std::vector<std::string_view> differ;
  } rows[] = {
      {"nothing", [](Parameter&) {}, {}},
      {"an aws: tag", [](Parameter& p) { p.tags.insert(p.tags.begin(), {"aws:x", "y"}); }, {}},
      {"policy status", [](Parameter& p) { p.policies[0].status = "Finished"; }, {}},
      {"labels turned round", [](Parameter& p) { p.labels = {"was", "prod"}; }, {"Labels"}},
      {"no tag", [](Parameter& p) { p.tags.clear(); }, {"Tags"}},
      {"a part moved from a tag's key to its value",
       [](Parameter& p) { p.tags[0] = {.key = "Owne", .value = "rチーム"}; },
       {"Tags"}},
      {"many fields",
       [](Parameter& p) {
         p.value = {};
         p.tier = "Standard";
         p.labels->clear();
         p.version = 77;
       },
       {"Value", "Tier", "Labels"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Parameter changed = original;
    row.change(changed);
    EXPECT_EQ(differing_keys(original, changed), row.differ);
    EXPECT_EQ(differing_fields(original, changed, Comparison::after_restore), row.differ);
  }
  Parameter two = original;
  two.labels = {"a", "b"};
  Parameter turned = original;
  turned.labels = {"b", "a"};
  EXPECT_THAT(differing_keys(two, turned), ElementsAre());
  EXPECT_THAT(differing_fields(two, turned, Comparison::after_restore), ElementsAre());
}

TEST(Print, SaysNothingUnderAnotherKey) {
  const Parameter full = full_parameter();
  const Print a = print_of(full, key_of('a'));
  const Print b = print_of(full, key_of('b'));
  for (std::size_t i = 0; i < kRestorableCount; ++i) EXPECT_NE(a.digests[i], b.digests[i]) << i;
}

TEST(Print, EqualTextsOfTwoFieldsHaveDigestsOfTheirOwn) {
  Parameter parameter = full_parameter();
  parameter.description = "same";
  parameter.allowed_pattern = "same";
  const Print print = print_of(parameter, key_of('k'));
  EXPECT_NE(print.digest(field_at("Description")), print.digest(field_at("AllowedPattern")));
  EXPECT_NE(print.digest(field_at("Description")), 0U);
  EXPECT_EQ(print.digest(field_at("Version")), 0U);
}

TEST(Print, EachVersionHasADigestThatItsLabelsDoNotTouch) {
  const PrintKey key = key_of('k');
  Parameter parameter = full_parameter();
  const auto digests = version_digests(parameter, key);
  EXPECT_EQ(digests.size(), 2U);
  parameter.history->front().labels = {"other"};
  parameter.labels = {"other"};
  EXPECT_THAT(version_digests(parameter, key), ElementsAreArray(digests));
  for (auto& other : testing::perturbed(parameter.value)) {
    Parameter changed = parameter;
    changed.value = other;
    EXPECT_EQ(version_digests(changed, key).front(), digests.front());
    EXPECT_NE(version_digests(changed, key).back(), digests.back());
  }
  // A version is the same one, whether it is the newest or has become history.
  Parameter next = parameter;
  next.history->push_back({.metadata = {.type = parameter.type,
                                        .key_id = parameter.key_id,
                                        .description = parameter.description,
                                        .allowed_pattern = parameter.allowed_pattern,
                                        .tier = parameter.tier,
                                        .policies = parameter.policies,
                                        .data_type = parameter.data_type},
                           .value = parameter.value,
                           .labels = {}});
  next.value = SecretText("next");
  EXPECT_THAT(std::vector(version_digests(next, key)).at(1), digests.back());
  parameter.history.reset();
  EXPECT_THAT(version_digests(parameter, key), ElementsAre(digests.back()));
}

TEST(Print, TagIsEightHexDigits) {
  EXPECT_EQ(tag_of(0x0123456789abcdefU), "01234567");
  EXPECT_EQ(tag_of(0), "00000000");
}

}  // namespace
}  // namespace ssmb
