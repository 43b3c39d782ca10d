#include <gtest/gtest.h>

#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

const std::string kExpiration =
    R"({"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2030-01-02T03:04:05.000Z"}})";
const std::string kNotice =
    R"({"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"30","Unit":"Days"}})";
const std::string kNoChange =
    R"({"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Hours"}})";

std::string list(std::initializer_list<std::string> policies) {
  std::string text;
  for (const auto& policy : policies) text += (text.empty() ? "[" : ",") + policy;
  return text + "]";
}
std::string changed(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(PolicyRules, Parse) {
  const std::string many = list({kExpiration, kNoChange, kNoChange, kNoChange, kNoChange, kNoChange,
                                 kNoChange, kNoChange, kNoChange, kNoChange, kNoChange});
  const struct {
    const char* name;
    std::string text;
    std::string code;
    std::size_t count = 0;
  } rows[] = {
      {"all three", list({kExpiration, kNotice, kNoChange}), "", 3},
      {"clears", "[{}]", "", 0},
      {"empty", "", "", 0},
      {"no JSON", "[", "InvalidPolicyAttributeException"},
      {"no array", kExpiration, "InvalidPolicyAttributeException"},
      {"unknown type", list({changed(kNotice, "ExpirationN", "N")}), "InvalidPolicyTypeException"},
      {"version 2", list({changed(kExpiration, "1.0", "2.0")}), "InvalidPolicyAttributeException"},
      {"no time", list({changed(kExpiration, "2030", "soon")}), "InvalidPolicyAttributeException"},
      {"unit", list({changed(kNotice, "Days", "Weeks")}), "InvalidPolicyAttributeException"},
      {"zero", list({changed(kNotice, "30", "0")}), "InvalidPolicyAttributeException"},
      {"two expirations", list({kExpiration, kExpiration}), "IncompatiblePolicyException"},
      {"eleven", many, "PoliciesLimitExceededException"},
      {"4097 characters", "[" + std::string(4095, ' ') + "]", "ValidationException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_policies(row.text);
    EXPECT_EQ(parsed ? "" : parsed.error().code, row.code);
    if (parsed) {
      EXPECT_EQ(parsed->policies.size(), row.count);
    }
  }
}

TEST(PolicyRules, TextIsThePolicysOwn) {
  const auto parsed = parse_policies(list({kNoChange, kExpiration}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->policies[0].text, kNoChange);
  EXPECT_EQ(parsed->policies[1].text, kExpiration);
  EXPECT_EQ(parsed->policies[1].type, "Expiration");
}

TEST(PolicyRules, PastExpirationIsDoubtful) {
  const auto parsed = parse_policies(list({kExpiration}));
  ASSERT_TRUE(parsed);
  const Time expiration = *parsed->policies[0].expiration;
  EXPECT_FALSE(check_policies(*parsed, expiration - std::chrono::seconds(1)));
  const Verdict past = check_policies(*parsed, expiration);
  ASSERT_TRUE(past);
  EXPECT_EQ(past->certainty, Certainty::doubtful);
  EXPECT_TRUE(check_policies(*parse_policies(list({kNotice})), expiration));
}

}  // namespace
}  // namespace ssmb::rules
