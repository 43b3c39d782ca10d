#include "report/policy_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ssmb::report {
namespace {

TEST(PolicyWords, TellWhoAndWhat) {
  struct Row {
    const char* name;
    const char* policy;
    const char* words;
  };
  const Row rows[] = {
      {"accounts",
       R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::222233334444:root",)"
       R"("333344445555"]},"Action":["ssm:GetParameter","ssm:GetParameters"],"Resource":"*"}]})",
       "allow 222233334444, 333344445555: ssm:GetParameter, ssm:GetParameters"},
      {"one statement without a list",
       R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"ssm:*"}})",
       "deny everybody: ssm:*"},
      {"a role, and a condition",
       R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/r"},)"
       R"("Action":"a","Condition":{}}]})",
       "allow arn:aws:iam::1:role/r: a, under conditions"},
      {"another partition",
       R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws-cn:iam::1:root"},)"
       R"("Action":"a"}]})",
       "allow 1: a"},
      {"a service",
       R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},)"
       R"("Action":"a"}]})",
       "allow Service x.amazonaws.com: a"},
      {"all but", R"({"Statement":[{"Effect":"Allow","NotPrincipal":"1","NotAction":"a"}]})",
       "allow all but 1: all but a"},
      {"two statements",
       R"({"Statement":[{"Effect":"Allow","Principal":"1","Action":"a"},)"
       R"({"Effect":"Allow","Principal":"2","Action":"b"}]})",
       "allow 1: a; allow 2: b"},
      {"many",
       R"({"Statement":[{"Effect":"Allow","Principal":["1","2","3","4","5","6","7"],)"
       R"("Action":"a"}]})",
       "allow 1, 2, 3, 4, 5 and 2 more: a"},
      {"nothing known", R"({"Statement":[{"Effect":7},"x"]})",
       "(no effect) (none named): (none named); (not understood)"},
      {"no statements", "{}", "a policy of 2 bytes without statements"},
      {"no JSON", "{'a': 1}", "a policy of 8 bytes without statements"},
  };
  for (const Row& row : rows) EXPECT_EQ(policy_words(row.policy), row.words) << row.name;
  EXPECT_EQ(policies_words({}), "nobody");
}

TEST(PolicyWords, AreAnArgumentForAShell) {
  EXPECT_EQ(policy_argument(R"({ "Sid": "it's",  "a": [1] })"), R"('{"Sid":"it'\''s","a":[1]}')");
  EXPECT_EQ(policy_argument("'; rm -rf /"), std::nullopt);
}

}  // namespace
}  // namespace ssmb::report
