#include "base/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ssmb {
namespace {

// Behind its end, in the same block, nothing may be left of what stood there.
bool is_clean(const SecretBytes& bytes, std::size_t from, std::size_t count) {
  return std::all_of(bytes.data() + from, bytes.data() + from + count,
                     [](char c) { return c == 0; });
}

TEST(SecretBytes, GrowsAsATextDoes) {
  SecretBytes bytes;
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 37), static_cast<char>('a' + i % 26));
    bytes.append(piece);
    text += piece;
    bytes.push_back('|');
    text += '|';
  }
  EXPECT_EQ(bytes.view(), text);
  EXPECT_EQ(bytes, SecretBytes(text));
  EXPECT_FALSE(bytes == SecretBytes(text + "x"));
}

TEST(SecretBytes, TakesAPartOfItself) {
  SecretBytes bytes("0123456789");
  for (int i = 0; i < 8; ++i) bytes.append(bytes.view().substr(1));
  std::string text = "0123456789";
  for (int i = 0; i < 8; ++i) text += text.substr(1);
  EXPECT_EQ(bytes.view(), text);
}

TEST(SecretBytes, LeavesNothingOfWhatIsCutOff) {
  SecretBytes bytes("a secret that is cut off");
  bytes.resize(8);
  EXPECT_EQ(bytes.view(), "a secret");
  EXPECT_TRUE(is_clean(bytes, 8, 16));
  bytes.resize(10);
  EXPECT_EQ(bytes.view(), std::string_view("a secret\0\0", 10));
  bytes.clear();
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(is_clean(bytes, 0, 24));
}

TEST(SecretBytes, ReservedRoomIsUsedWithoutMoving) {
  SecretBytes bytes("begin");
  bytes.reserve(100);
  const char* block = bytes.data();
  bytes.append(std::string(95, 'x'));
  EXPECT_EQ(bytes.data(), block);
  EXPECT_EQ(bytes.view(), "begin" + std::string(95, 'x'));
}

TEST(SecretBytes, CopiesAreTheirOwnAndWhatIsMovedFromIsEmpty) {
  SecretBytes first("one");
  SecretBytes copy = first;
  copy.append(" more");
  EXPECT_EQ(first.view(), "one");
  const SecretBytes moved = std::move(copy);
  EXPECT_EQ(moved.view(), "one more");
  EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  first = moved;
  EXPECT_EQ(first, moved);
  first = SecretBytes();
  EXPECT_TRUE(first.empty());
}

}  // namespace
}  // namespace ssmb
