#include "snapshot/index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ssmb::snapshot {
namespace {

using ::testing::HasSubstr;

IndexEntries entries(int count) {
  IndexEntries made;
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("/app/dev/\"{:04}\"/日", i);
    made.push_back(
        {.name = ParameterName(name),
         .version = i,
         .last_modified_date = Time{std::chrono::microseconds{i * 1001L}},
         .place = {
             .offset = static_cast<std::uint64_t>(i) * 100, .length = 90, .sha256 = sha256(name)}});
  }
  if (count > 0) made[0].last_modified_date.reset();
  return made;
}

TEST(Index, BlocksAreSortedAndWholeWhateverTheOrderOfArrival) {
  const IndexEntries sorted = entries(100);
  IndexEntries shuffled = sorted;
  std::ranges::reverse(shuffled);
  std::swap(shuffled[3], shuffled[70]);

  IndexEncoder encoder(std::move(shuffled), 1000);
  std::string index;
  while (auto block = encoder.next()) {
    EXPECT_LT(block->size(), 1300U);
    index += block->view();
  }
  EXPECT_GT(encoder.blocks().size(), 10U);
  EXPECT_EQ(encoder.size(), index.size());
  EXPECT_EQ(encoder.sha256(), sha256(index));

  IndexEntries read;
  for (const IndexBlock& block : encoder.blocks()) {
    const auto part =
        decode_block(block, std::string_view(index).substr(block.offset, block.length));
    ASSERT_TRUE(part) << part.error().what;
    read.insert(read.end(), part->begin(), part->end());
  }
  EXPECT_EQ(read, sorted);
}

TEST(Index, ALineIsAsTheFormatSays) {
  IndexEntries one = entries(2);
  one.erase(one.begin());
  IndexEncoder encoder(one);
  EXPECT_EQ(encoder.next()->view(),
            "[\"/app/dev/\\\"0001\\\"/日\",1,\"1970-01-01T00:00:00.001001Z\",100,90,\"" +
                sha256_hex(one[0].name.view()) + "\"]\n");
  EXPECT_FALSE(encoder.next());
  EXPECT_FALSE(IndexEncoder({}).next());
}

TEST(Index, TheBlockThatWouldHoldAName) {
  const std::vector<IndexBlock> blocks{{.first = ParameterName("/b")},
                                       {.first = ParameterName("/d")}};
  EXPECT_EQ(block_of(blocks, ParameterName("/a")), nullptr);
  EXPECT_EQ(block_of(blocks, ParameterName("/b")), &blocks[0]);
  EXPECT_EQ(block_of(blocks, ParameterName("/c")), &blocks[0]);
  EXPECT_EQ(block_of(blocks, ParameterName("/d")), &blocks[1]);
  EXPECT_EQ(block_of(blocks, ParameterName("/z")), &blocks[1]);
  EXPECT_EQ(block_of({}, ParameterName("/a")), nullptr);
}

TEST(Index, DefectsAreNoticed) {
  IndexEncoder encoder(entries(3));
  const std::string good(encoder.next()->view());
  const std::string first = good.substr(0, good.find('\n') + 1);
  const struct {
    const char* name;
    std::string bytes;
    const char* says;
  } rows[] = {
      {"no line feed at the end", good.substr(0, good.size() - 1), "ends inside a line"},
      {"a line twice", first + first, "is not sorted"},
      {"no JSON", first + "x\n", "no entry"},
      {"a negative offset", "[\"/a\",1,null,-1,1,\"" + sha256_hex("") + "\"]\n", "no entry"},
      {"a short hash", "[\"/a\",1,null,1,1,\"00\"]\n", "no entry"},
      {"too few fields", "[\"/a\",1,null,1,1]\n", "no entry"},
      {"nothing", "", "begins with another name"},
      {"another first name", good.substr(first.size()), "begins with another name"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    IndexBlock block = encoder.blocks()[0];
    EXPECT_THAT(decode_block(block, row.bytes).error().what, HasSubstr("another hash"));
    block.sha256 = sha256(row.bytes);
    const auto decoded = decode_block(block, row.bytes);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(decoded.error().what, HasSubstr(row.says));
  }
}

}  // namespace
}  // namespace ssmb::snapshot
