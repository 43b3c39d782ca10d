#include "base/encoding.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <utility>

namespace ssmb {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Encoding, Base64OfRfc4648) {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"},
                                                      {"\xff\xfe\xfb", "//77"}};
  for (const auto& [plain, encoded] : rows) {
    SCOPED_TRACE(encoded);
    EXPECT_EQ(to_base64(bytes(plain)), encoded);
    EXPECT_EQ(from_base64(encoded), plain);
  }
}

TEST(Encoding, Base64ForUrlsHasNoPadding) {
  EXPECT_EQ(to_base64url(bytes("")), "");
  EXPECT_EQ(to_base64url(bytes("f")), "Zg");
  EXPECT_EQ(to_base64url(bytes("\xfb\xef\xff\xff")), "--___w");
}

TEST(Encoding, Base64RefusesWhatHasNoOneMeaning) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=g==", "Zm=v", "Zg==Zg==", "Zm9 ", "Zm\n9", "===="}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(from_base64(text));
  }
}

TEST(Encoding, HexBothWays) {
  const std::string all("\x00\x7f\x80\xff", 4);
  EXPECT_EQ(to_hex(bytes(all)), "007f80ff");
  EXPECT_EQ(from_hex("007F80fF"), all);
  for (const char* text : {"0", "0g", "0x10", " 00"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Encoding, PercentAsSigV4Asks) {
  EXPECT_EQ(percent_encode("a/b c~-_.é+", Slash::encode), "a%2Fb%20c~-_.%C3%A9%2B");
  EXPECT_EQ(percent_encode("a/b=*", Slash::keep), "a/b%3D%2A");
  EXPECT_EQ(percent_decode("a%2fb%20c%C3%A9+"), "a/b cé+");
  for (const char* text : {"%", "%2", "a%", "%zz", "%%41"})
    EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(Encoding, Utf8IsUnicodes) {
  struct {
    const char* name;
    std::string text;
    bool good;
    std::size_t length;
  } rows[] = {
      {"empty", "", true, 0},
      {"ascii with NUL", std::string("a\0b", 3), true, 3},
      {"two, three and four bytes", "é日😀", true, 3},
      {"last before the surrogates", "\xED\x9F\xBF", true, 1},
      {"a surrogate", "\xED\xA0\x80", false, 3},
      {"overlong slash", "\xC0\xAF", false, 2},
      {"overlong in three", "\xE0\x9F\xBF", false, 3},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", false, 4},
      {"cut short", "a\xE6\x97", false, 3},
      {"a lone continuation", "\x80", false, 1},
      {"last code point", "\xF4\x8F\xBF\xBF", true, 1},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(is_utf8(row.text), row.good);
    EXPECT_EQ(utf8_length(row.text), row.length);
  }
}

}  // namespace
}  // namespace ssmb
