#include <gtest/gtest.h>

#include <chrono>

#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ValueRules, SizesAndNesting) {
  const struct {
    const char* name;
    std::string value;
    std::string type;
    Tier tier;
    int violations;
    Certainty certainty = Certainty::certain;
  } rows[] = {
      {"short", "x", "String", Tier::standard, 0},
      {"empty", "", "String", Tier::standard, 1},
      {"4096", std::string(4096, 'x'), "String", Tier::standard, 0},
      {"4097", std::string(4097, 'x'), "String", Tier::standard, 1},
      {"4097 advanced", std::string(4097, 'x'), "String", Tier::advanced, 0},
      {"8193 advanced", std::string(8193, 'x'), "SecureString", Tier::advanced, 1},
      {"4096 characters of 3 bytes", repeat("\xE3\x81\x82", 4096), "String", Tier::standard, 1,
       Certainty::doubtful},
      {"4097 characters of 3 bytes", repeat("\xE3\x81\x82", 4097), "String", Tier::standard, 1},
      {"nested", "a{{ssm:x}}b", "String", Tier::standard, 1},
      {"nested and empty inside", "{{}}", "String", Tier::standard, 1},
      {"braces apart", "}} {{", "String", Tier::standard, 0},
      {"list", "a,b", "StringList", Tier::standard, 0},
      {"list with a hole", "a,,b", "StringList", Tier::standard, 1, Certainty::doubtful},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = check_value(row.value, row.type, row.tier);
    ASSERT_EQ(found.size(), static_cast<std::size_t>(row.violations));
    if (!found.empty()) {
      EXPECT_EQ(found[0].certainty, row.certainty);
      EXPECT_EQ(found[0].code, "ValidationException");
    }
  }
}

TEST(ValueRules, Patterns) {
  const struct {
    const char* name;
    std::string pattern;
    std::string value;
    std::string code;
    Certainty certainty = Certainty::certain;
  } rows[] = {
      {"none", "", "anything", ""},
      {"digits", "^\\d+$", "123", ""},
      {"digits, letters given", "^\\d+$", "abc", "ParameterPatternMismatchException"},
      {"lookahead", "^(?=.*[A-Z]).{8,}$", "Abcdefgh", ""},
      {"matches a part only", "\\d", "a1", "ParameterPatternMismatchException",
       Certainty::doubtful},
      {"a character is not a byte", "^.{2}$", "\xE3\x81\x82\xE3\x81\x84", ""},
      {"no expression", "(", "x", "InvalidAllowedPatternException"},
      {"Java's class", "\\p{Alpha}&&[", "x", "InvalidAllowedPatternException", Certainty::doubtful},
      {"catastrophic", "^(a|aa)+$", std::string(4000, 'a') + "b",
       "ParameterPatternMismatchException", Certainty::doubtful},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto start = std::chrono::steady_clock::now();
    const Verdict verdict = check_pattern_match(row.pattern, row.value);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    EXPECT_EQ(verdict ? verdict->code : "", row.code);
    if (verdict) {
      EXPECT_EQ(verdict->certainty, row.certainty);
    }
  }
  EXPECT_FALSE(check_pattern(std::string(1024, 'x')));
  EXPECT_TRUE(check_pattern(std::string(1025, 'x')));
}

TEST(ValueRules, TypesAndDataTypes) {
  const struct {
    const char* name;
    const char* type;
    const char* data_type;
    bool fine;
  } rows[] = {
      {"text", "String", "text", true},
      {"image", "String", "aws:ec2:image", true},
      {"image, secret", "SecureString", "aws:ec2:image", false},
      {"integration", "SecureString", "aws:ssm:integration", true},
      {"unknown data type", "String", "json", false},
      {"unknown type", "Number", "text", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(!check_type(row.type) && !check_data_type(row.data_type, row.type), row.fine);
  }
  EXPECT_FALSE(check_description(std::string(1024, 'x')));
  EXPECT_TRUE(check_description(std::string(1025, 'x')));
}

}  // namespace
}  // namespace ssmb::rules
