#include "snapshot/scope.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <utility>

namespace ssmb::snapshot {
namespace {

TEST(Scope, TheDefaultIsNamesThatHoldTheEnvironmentAsASegment) {
  const Scope dev = Scope::of_environment(Environment("dev"));
  EXPECT_TRUE(dev.is_default());
  const std::pair<const char*, bool> rows[] = {{"/dev/x", true},
                                               {"/app/dev/db/password", true},
                                               {"/app/devices/x", false},
                                               {"/app/dev", false},
                                               {"dev", false},
                                               {"/app/DEV/x", false},
                                               {"/a/prod/dev/b", true},
                                               {"/mydev/x", false},
                                               {"", false}};
  for (const auto& [name, in] : rows) EXPECT_EQ(dev.matches(ParameterName(name)), in) << name;
}

TEST(Scope, ListsOfGlobs) {
  const auto listed = Scope::of_environment(Environment("dev"), {"/app/*", "*/dev/*"});
  ASSERT_TRUE(listed);
  EXPECT_TRUE(listed->is_default());
  EXPECT_TRUE(listed->matches(ParameterName("/app/devices/x")));
  const auto chosen = Scope::selection({"/db/?"});
  ASSERT_TRUE(chosen);
  EXPECT_FALSE(chosen->is_default());
  EXPECT_TRUE(chosen->matches(ParameterName("/db/1")));
  EXPECT_FALSE(chosen->matches(ParameterName("/db/12")));
  EXPECT_EQ(chosen->describe(), "selection: /db/?");

  EXPECT_EQ(Scope::selection({}).error().kind, ErrorKind::usage);
  EXPECT_EQ(Scope::of_environment(Environment("dev"), {}).error().kind, ErrorKind::configuration);
}

TEST(Scope, JsonBothWays) {
  for (const Scope& scope :
       {Scope::of_environment(Environment("dev")),
        *Scope::of_environment(Environment("dev"), {"a", "b*"}), *Scope::selection({"*"})})
    EXPECT_EQ(Scope::from_json(scope.to_json()), scope) << scope.describe();
  EXPECT_NE(Scope::selection({"*/dev/*"}), Scope::of_environment(Environment("dev")));
  for (const char* text : {"null", "[]", "{}", R"({"default":1,"include":["a"]})",
                           R"({"default":true,"include":[]})", R"({"default":true,"include":[1]})"})
    EXPECT_FALSE(Scope::from_json(boost::json::parse(text))) << text;
}

}  // namespace
}  // namespace ssmb::snapshot
