#include "engine/text_key.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ssmb::engine {
namespace {

TEST(TextTable, HoldsEachKeyOnceThroughAllItsGrowth) {
  constexpr int kMany = 20'000;
  TextTable<int> table;
  EXPECT_EQ(table.find(text_key("a")), nullptr);
  for (int i = 0; i < kMany; ++i) {
    const auto [value, is_new] = table.insert(text_key(fmt::format("name {}", i)));
    ASSERT_TRUE(is_new) << i;
    *value = i;
  }
  EXPECT_EQ(table.size(), kMany);
  for (int i = 0; i < kMany; ++i) {
    const TextKey key = text_key(fmt::format("name {}", i));
    ASSERT_NE(table.find(key), nullptr) << i;
    ASSERT_EQ(*table.find(key), i);
    ASSERT_FALSE(table.insert(key).second) << i;
  }
  EXPECT_EQ(table.size(), kMany);
  EXPECT_EQ(table.find(text_key("another name")), nullptr);
}

// Keys that want the same slot stand behind one another, round the end too.
TEST(TextTable, KeysThatCollideAreAllFound) {
  TextTable<std::uint64_t> table;
  for (std::uint64_t i = 1; i <= 40; ++i) *table.insert({.high = i, .low = ~0ULL}).first = i;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    const std::uint64_t* value = table.find({.high = i, .low = ~0ULL});
    ASSERT_NE(value, nullptr) << i;
    EXPECT_EQ(*value, i);
  }
  EXPECT_EQ(table.find({.high = 41, .low = ~0ULL}), nullptr);
}

TEST(TextTable, ASetTakesNoMoreThanItsKeys) {
  TextTable<Nothing> set;
  EXPECT_TRUE(set.insert(text_key("a")).second);
  EXPECT_FALSE(set.insert(text_key("a")).second);
  EXPECT_TRUE(set.insert(text_key("")).second);
  EXPECT_EQ(set.size(), 2);
}

}  // namespace
}  // namespace ssmb::engine
