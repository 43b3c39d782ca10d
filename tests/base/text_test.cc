#include "base/text.h"

#include <gmock/gmock.h>

namespace ssmb {
namespace {

using testing::ElementsAre;

TEST(Text, TrimsSplitsAndJoins) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Text, ComparesAsciiWithoutCase) {
  EXPECT_EQ(to_lower("X-Amz-ID\xC3\x84"), "x-amz-id\xC3\x84");
  EXPECT_TRUE(equal_ignoring_case("ETag", "etag"));
  EXPECT_FALSE(equal_ignoring_case("ETag", "etags"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
}

TEST(Text, GlobMatchesWholeNames) {
  struct Row {
    const char* name;
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {
      {"itself", "/a/b", "/a/b", true},
      {"not a prefix", "/a", "/a/b", false},
      {"star crosses slashes", "/app/*/password", "/app/dev/db/password", true},
      {"star may be empty", "/a*", "/a", true},
      {"star backtracks", "*dev*db", "/dev/x/dev/db", true},
      {"question mark is one", "/a/?", "/a/b", true},
      {"question mark is not none", "/a/?", "/a/", false},
      {"brackets are themselves", "/a[b]", "/ab", false},
      {"dot is itself", "a.c", "abc", false},
      {"empty matches only empty", "", "a", false},
      {"stars match nothing", "**", "", true},
      {"many stars end soon", "*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(glob_match(row.pattern, row.text), row.matches);
  }
}

TEST(Text, PrintableShowsNoControlCharacter) {
  struct Row {
    const char* name;
    std::string text;
    std::string shown;
  };
  const Row rows[] = {
      {"plain", "Rate exceeded", "Rate exceeded"},
      {"line ends", "a\r\n\tb", "a\\r\\n\\tb"},
      {"escape", "\x1b[31m", "\\x1b[31m"},
      {"nul and delete", std::string("\0\x7f", 2), "\\x00\\x7f"},
      {"UTF-8 stays", "p\xC3\xA4ss \xE2\x82\xAC", "p\xC3\xA4ss \xE2\x82\xAC"},
      {"C1 control",
       "\xC2\x9B"
       "2J",
       "\\x9b2J"},
      {"broken UTF-8", "\xC3(\xFF", "\\xc3(\\xff"},
      {"cut UTF-8", "a\xE2\x82", "a\\xe2\\x82"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(printable(row.text), row.shown);
  }
}

TEST(Text, Replaced) {
  EXPECT_EQ(replaced("a token, a token", "token", "(token)"), "a (token), a (token)");
  EXPECT_EQ(replaced("tototo", "toto", ""), "to");
  EXPECT_EQ(replaced("none", "token", "x"), "none");
  EXPECT_EQ(replaced("", "token", "x"), "");
}

TEST(Text, PrintableCutsBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef...");
  EXPECT_EQ(printable("ab\xE2\x82\xAC", 4), "ab...");
  EXPECT_EQ(printable("ab\ncd", 3), "ab...");
}

}  // namespace
}  // namespace ssmb
