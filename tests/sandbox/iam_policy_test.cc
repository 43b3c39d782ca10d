// The evaluator of policies by itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "sandbox/iam/policy.h"

namespace ssmb::sandbox {
namespace {

using iam::Policy;
using iam::PolicyKind;
using iam::Verdict;

std::string quoted(std::string text) {
  std::ranges::replace(text, '\'', '"');
  return text;
}

iam::Question question(std::string action, std::string resource,
                       std::optional<std::string> value = std::nullopt) {
  return {.principal = Arn("arn:aws:iam::1:user/u"),
          .account = AccountId("1"),
          .action = std::move(action),
          .resource = std::move(resource),
          .value_of = [value](std::string_view) { return value; }};
}

TEST(IamPolicy, EvaluatesEachCondition) {
  struct Row {
    std::string condition;
    std::optional<std::string> value;  // of the key "k"
    bool denies;
  };
  const std::vector<Row> rows = {
      {"{'StringEquals':{'k':['a','b']}}", "b", true},
      {"{'StringEquals':{'k':'a'}}", "A", false},
      {"{'StringEquals':{'k':'a'}}", std::nullopt, false},
      {"{'StringEqualsIfExists':{'k':'a'}}", std::nullopt, true},
      {"{'StringNotEquals':{'k':'a'}}", "b", true},
      {"{'StringNotEquals':{'k':['a','b']}}", "b", false},
      {"{'StringNotEquals':{'k':'a'}}", std::nullopt, true},
      {"{'StringEqualsIgnoreCase':{'k':'a'}}", "A", true},
      {"{'StringLike':{'k':'arn:*:x'}}", "arn:b:x", true},
      {"{'StringNotLike':{'k':'arn:*'}}", "arn:b", false},
      {"{'ArnLike':{'k':'arn:aws:s3:::b/*'}}", "arn:aws:s3:::b/x", true},
      {"{'ArnLike':{'k':'arn:aws:*:::b'}}", "arn:aws:s3:x::b", false},
      {"{'ArnNotEquals':{'k':'arn:aws:s3:::b'}}", "arn:aws:s3:::c", true},
      {"{'Bool':{'k':false}}", "false", true},
      {"{'Bool':{'k':'true'}}", "false", false},
      {"{'Null':{'k':'true'}}", std::nullopt, true},
      {"{'Null':{'k':'true'}}", "a", false},
      {"{'StringEquals':{'k':'a'},'Bool':{'k':'true'}}", "a", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.condition);
    const auto policy = Policy::parse(
        quoted("{'Statement':[{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*',"
               "'Condition':" +
               row.condition + "}]}"),
        PolicyKind::resource);
    ASSERT_TRUE(policy.has_value()) << policy.error();
    EXPECT_EQ(
        policy->evaluate(question("s3:PutObject", "arn:aws:s3:::b/k", row.value)) == Verdict::deny,
        row.denies);
  }
}

TEST(IamPolicy, MatchesActionsAndResources) {
  struct Row {
    const char* name;
    std::string action;
    std::string resource;
    Verdict verdict;
  };
  const std::string west = "arn:aws:ssm:us-west-2:1:parameter";
  const Row rows[] = {
      {"as it is written", "ssm:GetParameter", west + "/a/b", Verdict::allow},
      {"actions in any case", "SSM:getparameter", west + "/a/b", Verdict::allow},
      {"a glob of actions", "ssm:GetParametersByPath", west + "/a/b", Verdict::allow},
      {"another action", "ssm:PutParameter", west + "/a/b", Verdict::silent},
      {"the path itself", "ssm:GetParameter", west + "/a", Verdict::silent},
      {"a denied name below it", "ssm:GetParameter", west + "/a/secret", Verdict::deny},
      {"another Region", "ssm:GetParameter", "arn:aws:ssm:eu-west-1:1:parameter/a/b",
       Verdict::silent},
      {"no resource at all", "ssm:GetParameter", "*", Verdict::silent},
      {"everywhere", "tag:GetResources", "*", Verdict::allow},
  };
  const auto policy = Policy::parse(
      quoted("{'Version':'2012-10-17','Statement':["
             "{'Effect':'Allow','Action':['ssm:GetParam*'],"
             "'Resource':'arn:aws:ssm:us-west-2:1:parameter/a/*'},"
             "{'Effect':'Allow','Action':'tag:GetResources','Resource':'*'},"
             "{'Effect':'Deny','Action':'*','Resource':['arn:aws:ssm:*:*:parameter/a/secret']}]}"),
      PolicyKind::identity);
  ASSERT_TRUE(policy.has_value()) << policy.error();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(policy->evaluate(question(row.action, row.resource)), row.verdict);
  }
}

TEST(IamPolicy, KeepsTheGlobsOfAnArnInTheirPart) {
  struct Row {
    std::string pattern;
    std::string resource;
    bool matches;
  };
  const Row rows[] = {
      {"*", "*", true},
      {"*", "arn:aws:s3:::b", true},
      {"arn:*", "*", false},
      {"arn:aws:s3:::b*", "arn:aws:s3:::bucket/key", true},
      {"arn:aws:s3:::b", "arn:aws:s3:::bucket", false},
      {"arn:aws:ssm:*:1:parameter/a", "arn:aws:ssm:us-west-2:1:parameter/a", true},
      {"arn:aws:ssm:*:parameter/a", "arn:aws:ssm:us-west-2:1:parameter/a", false},
      {"arn:aws:ssm:*", "arn:aws:ssm:us-west-2:1:parameter/a", true},
      {"arn:aws:ssm:us-west-?:1:parameter/*", "arn:aws:ssm:us-west-2:1:parameter/a:3", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.pattern + " " + row.resource);
    EXPECT_EQ(iam::arn_matches(row.pattern, row.resource), row.matches);
  }
}

TEST(IamPolicy, LeavesToAnAccountWhatItsOwnPoliciesSay) {
  struct Row {
    std::string principal;
    Verdict verdict;
  };
  const Row rows[] = {
      {"'*'", Verdict::allow},
      {"{'AWS':'arn:aws:iam::1:user/u'}", Verdict::allow},
      {"{'AWS':['1','arn:aws:iam::1:user/u']}", Verdict::allow},
      {"{'AWS':'arn:aws:iam::1:root'}", Verdict::delegate},
      {"{'AWS':'1'}", Verdict::delegate},
      {"{'AWS':'2'}", Verdict::silent},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.principal);
    const auto policy =
        Policy::parse(quoted("{'Statement':{'Effect':'Allow','Principal':" + row.principal +
                             ",'Action':'s3:*','Resource':'*'}}"),
                      PolicyKind::resource);
    ASSERT_TRUE(policy.has_value()) << policy.error();
    EXPECT_EQ(policy->evaluate(question("s3:GetObject", "arn:aws:s3:::b/k")), row.verdict);
  }
}

TEST(IamPolicy, OfAnIdentityKeepsToIamsLimits) {
  const std::string good = "{'Sid':'A','Effect':'Allow','Action':'s3:*','Resource':'*'}";
  const auto with = [&](const std::string& statements) {
    return "{'Version':'2012-10-17','Statement':[" + statements + "]}";
  };
  struct Row {
    const char* name;
    std::string text;
    std::string says;
  };
  const Row rows[] = {
      {"no JSON", "Version", "valid JSON"},
      {"no statement", with(""), "Missing required field Statement"},
      {"no version", "{'Statement':[" + good + "]}", "2012-10-17"},
      {"a principal", with("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}"),
       "principal"},
      {"a Sid with a hyphen", with("{'Sid':'a-b','Effect':'Allow','Action':'s3:*','Resource':'*'}"),
       "alpha-numeric"},
      {"a Sid twice", with(good + "," + good), "unique"},
      {"no ARN", with("{'Effect':'Allow','Action':'s3:*','Resource':'bucket'}"), "ARN format"},
      {"a variable",
       with("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::${aws:username}'}"),
       "variables"},
      {"an operator that is not here",
       with("{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'IpAddress':{}}}"),
       "Invalid Condition type : IpAddress"},
      {"too long",
       with("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::" + std::string(6100, 'x') +
            "'}"),
       "PolicySize: 6144"},
  };
  ASSERT_TRUE(Policy::parse(quoted(with(good)), PolicyKind::identity).has_value());
  ASSERT_TRUE(
      Policy::parse(quoted(with(good + std::string(9000, ' '))), PolicyKind::identity).has_value());
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto policy = Policy::parse(quoted(row.text), PolicyKind::identity);
    ASSERT_FALSE(policy.has_value());
    EXPECT_NE(policy.error().find(row.says), std::string::npos) << policy.error();
  }
}

}  // namespace
}  // namespace ssmb::sandbox
