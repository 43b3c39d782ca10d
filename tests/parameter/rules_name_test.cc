#include <gtest/gtest.h>

#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

const Place kOhio{Region("us-east-2"), AccountId("111122223333")};

std::string levels(int count) {
  std::string name;
  for (int i = 0; i < count; ++i) name += "/x";
  return name;
}

TEST(NameRules, AcceptAndRefuse) {
  const struct {
    const char* name;
    std::string parameter;
    std::string code;  // empty: fine
    Certainty certainty = Certainty::certain;
  } rows[] = {
      {"plain", "db-password_1.x", ""},
      {"path", "/app/dev/db", ""},
      {"15 levels", levels(15), ""},
      {"16 levels", levels(16), "HierarchyLevelLimitExceededException"},
      {"empty", "", "ValidationException"},
      {"slash only", "/", "ValidationException"},
      {"space", "a b", "ValidationException"},
      {"not ASCII", "/caf\xC3\xA9", "ValidationException"},
      {"colon", "a:1", "ValidationException"},
      {"path without slash in front", "app/dev", "ValidationException"},
      {"aws", "aws-thing", "ValidationException"},
      {"AWS in capitals", "/AWSthing", "ValidationException"},
      {"aws path", "/aws/reference", "AccessDeniedException"},
      {"ssm path", "/Ssm/x", "ValidationException"},
      {"aws further down", "/app/aws/ssm", ""},
      {"1011 with ARN", "/" + std::string(1011 - 45, 'x'), ""},
      {"1012 with ARN", "/" + std::string(1012 - 45, 'x'), "ValidationException"},
      {"1012 with ARN, no slash", std::string(1012 - 45, 'x'), "ValidationException"},
      {"trailing slash", "/app/", "ValidationException", Certainty::doubtful},
      {"double slash", "/app//x", "ValidationException", Certainty::doubtful},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Verdict verdict = check_name(ParameterName(row.parameter), kOhio);
    EXPECT_EQ(verdict ? verdict->code : "", row.code);
    if (verdict) {
      EXPECT_EQ(verdict->certainty, row.certainty);
      EXPECT_FALSE(verdict->source.empty());
    }
  }
}

TEST(NameRules, ArnHasOneSlash) {
  const struct {
    const char* name;
    Place place;
    const char* parameter;
    const char* arn;
  } rows[] = {
      {"path", kOhio, "/a/b", "arn:aws:ssm:us-east-2:111122223333:parameter/a/b"},
      {"plain", kOhio, "a", "arn:aws:ssm:us-east-2:111122223333:parameter/a"},
      {"China",
       {Region("cn-north-1"), AccountId("1")},
       "a",
       "arn:aws-cn:ssm:cn-north-1:1:parameter/a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(parameter_arn(ParameterName(row.parameter), row.place).str(), row.arn);
  }
}

}  // namespace
}  // namespace ssmb::rules
