#include "engine/tag_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ssmb::engine {
namespace {

Arn arn_of(int number) { return Arn(fmt::format("arn:aws:ssm:us-west-2:1:parameter/{}", number)); }

// Values of all sizes: over the border of one byte for a size, and over that of a block.
std::vector<Tag> tags_of(int number) {
  const std::string value(static_cast<std::size_t>(number % 40) * 9, 'v');
  return {{.key = "number", .value = fmt::format("{}{}", number, value)},
          {.key = fmt::format("key {}", number % 300), .value = ""},
          {.key = "Ümlaut", .value = std::string("\0\x80\xff", 3)}};
}

TEST(TagIndex, GivesBackWhatWasAddedSortedByKey) {
  constexpr int kMany = 5000;
  TagIndex index;
  for (int i = 0; i < kMany; ++i) index.add(arn_of(i), tags_of(i));
  EXPECT_EQ(index.size(), kMany);
  for (int i = 0; i < kMany; ++i) {
    std::vector<Tag> wanted = tags_of(i);
    std::ranges::sort(wanted);
    ASSERT_EQ(index.find(arn_of(i)), wanted) << i;
  }
  EXPECT_TRUE(index.find(arn_of(kMany)).empty());
}

TEST(TagIndex, ForgetsWhatWasAddedBeforeForTheSameParameter) {
  TagIndex index;
  index.add(arn_of(1), {{.key = "a", .value = "old"}, {.key = "b", .value = "gone"}});
  index.add(arn_of(1), {{.key = "a", .value = "new"}});
  EXPECT_EQ(index.find(arn_of(1)), (std::vector<Tag>{{.key = "a", .value = "new"}}));
  index.add(arn_of(1), {});
  EXPECT_TRUE(index.find(arn_of(1)).empty());
  EXPECT_EQ(index.size(), 1);
}

TEST(TagIndex, TakesTagsLargerThanABlock) {
  TagIndex index;
  const std::vector<Tag> large{{.key = "k", .value = std::string(1 << 20, 'x')}};
  index.add(arn_of(1), tags_of(1));
  index.add(arn_of(2), large);
  index.add(arn_of(3), tags_of(3));
  EXPECT_EQ(index.find(arn_of(2)), large);
  EXPECT_EQ(index.find(arn_of(3)).size(), 3);
}

// A copy or a move must not leave views into another index.
TEST(TagIndex, SurvivesBeingMoved) {
  TagIndex first;
  first.add(arn_of(1), tags_of(1));
  TagIndex second = std::move(first);
  second.add(arn_of(2), tags_of(1));
  EXPECT_EQ(second.find(arn_of(2)), second.find(arn_of(1)));
}

}  // namespace
}  // namespace ssmb::engine
