#include "parameter/field_digests.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/parameters.h"

namespace ssmb {
namespace {

using testing::full_parameter;

PrintKey key_of(char c) { return PrintKey(SecretBytes(std::string(32, c))); }

// A field that one side has not captured is passed over, by either rule.
std::vector<std::string_view> expected_of(const Parameter& a, const Parameter& b,
                                          Comparison comparison) {
  auto keys = differing_fields(a, b, comparison);
  for_each_field([&](const auto& field) {
    if constexpr (requires { (a.*(field.member))->begin(); }) {
      const bool both = (a.*(field.member)).has_value() && (b.*(field.member)).has_value();
      if (!both) std::erase(keys, field.key);
    }
  });
  return keys;
}

TEST(FieldDigests, NameTheFieldsThatTheComparisonNames) {
  const Parameter original = full_parameter();
  const PrintKey key = key_of('k');
  for (const Comparison comparison : {Comparison::exact, Comparison::after_restore}) {
    std::size_t perturbations = 0;
    std::size_t noticed = 0;
    for_each_field([&](const auto& field) {
      for (auto& other : testing::perturbed(original.*(field.member))) {
        SCOPED_TRACE(std::string(field.key) + ", perturbation " + std::to_string(++perturbations));
        Parameter changed = original;
        changed.*(field.member) = std::move(other);
        const auto expected = expected_of(original, changed, comparison);
        const auto a = digests_of(original, key, comparison);
        const auto b = digests_of(changed, key, comparison);
        EXPECT_EQ(keys_of(differing(a, b)), expected);
        EXPECT_EQ(keys_of(differing(b, a)), expected);
        noticed += expected.size();
      }
    });
    EXPECT_GT(perturbations, 40U);
    EXPECT_GT(noticed, 25U);
  }
}

TEST(FieldDigests, SayNothingUnderAnotherKeyOrOfAnotherField) {
  const Parameter full = full_parameter();
  const auto a = digests_of(full, key_of('a'), Comparison::exact);
  const auto b = digests_of(full, key_of('b'), Comparison::exact);
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    EXPECT_NE(a.digests[i], 0U) << i;
    EXPECT_NE(a.digests[i], b.digests[i]) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(a.digests[i], a.digests[j]) << i << ' ' << j;
  }
}

}  // namespace
}  // namespace ssmb
