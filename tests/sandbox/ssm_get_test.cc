#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

// Versions 1 to 3, version 2 labelled "prod"; a secret beside it.
void add_versions(WorldCaller& caller) {
  caller.put("/p", "one");
  caller.overwrite("/p", "two");
  caller.overwrite("/p", "three");
  caller.ssm("LabelParameterVersion", "{'Name':'/p','ParameterVersion':2,'Labels':['prod']}");
  caller.ssm("PutParameter", "{'Name':'/s','Value':'hidden','Type':'SecureString'}");
}

TEST(SsmGet, Selectors) {
  const struct {
    const char* name;
    std::string asked;
    std::string value;  // or the error
    std::string selector;
  } rows[] = {
      {"newest", "/p", "three", ""},
      {"version", "/p:1", "one", ":1"},
      {"label", "/p:prod", "two", ":prod"},
      {"ARN", "arn:aws:ssm:us-west-2:123456789012:parameter/p", "three", ""},
      {"ARN with version", "arn:aws:ssm:us-west-2:123456789012:parameter/p:1", "one", ":1"},
      {"no such version", "/p:9", "ParameterVersionNotFound", ""},
      {"no such label", "/p:dev", "ParameterVersionNotFound", ""},
      {"missing", "/q", "ParameterNotFound", ""},
      {"another Region's ARN", "arn:aws:ssm:us-east-1:123456789012:parameter/p",
       "ParameterNotFound", ""},
  };
  WorldCaller caller;
  add_versions(caller);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto response = caller.call("AmazonSSM.GetParameter", "{'Name':'" + row.asked + "'}");
    const json::value answer = json::parse(response.body.view());
    if (response.status != 200) {
      EXPECT_EQ(answer.at("__type").as_string(), row.value);
      continue;
    }
    const json::object& parameter = answer.at("Parameter").as_object();
    EXPECT_EQ(parameter.at("Value").as_string(), row.value);
    EXPECT_EQ(parameter.at("Name").as_string(), "/p");
    EXPECT_EQ(parameter.contains("Selector") ? parameter.at("Selector").as_string() : "",
              row.selector);
  }
}

TEST(SsmGet, BatchAnswersInOrderOfNames) {
  WorldCaller caller;
  add_versions(caller);
  caller.put("/b");
  caller.put("/a");
  const auto answer = caller.ssm("GetParameters", "{'Names':['/p:1','/missing','/b','/p:9','/a']}");
  EXPECT_EQ(pluck(answer.at("Parameters"), "Name"), "/a,/b,/p");
  EXPECT_EQ(list_of(answer.at("InvalidParameters")), "/missing,/p:9");
}

TEST(SsmGet, BatchLimits) {
  WorldCaller caller;
  EXPECT_EQ(caller.refusal("GetParameters", "{'Names':[]}"), "ValidationException");
  EXPECT_EQ(caller.refusal("GetParameters", "{}"), "ValidationException");
  EXPECT_EQ(
      caller.refusal("GetParameters", "{'Names':['1','2','3','4','5','6','7','8','9','10','11']}"),
      "ValidationException");
  EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['a','a']}"), "ValidationException");
}

TEST(SsmGet, SecretsAreCiphertextUnlessDecrypted) {
  WorldCaller caller;
  add_versions(caller);
  const auto value = [&](const char* decrypted) {
    return caller.ssm("GetParameter", fmt::format("{{'Name':'/s','WithDecryption':{}}}", decrypted))
        .at("Parameter")
        .at("Value")
        .as_string();
  };
  EXPECT_EQ(value("true"), "hidden");
  EXPECT_EQ(std::string(value("false")).find("hidden"), std::string::npos);
}

TEST(SsmGet, ADeniedKeyFailsTheWholeBatch) {
  const struct {
    const char* name;
    std::string options;
    std::string code;
  } rows[] = {
      {"the parameter", "{'deny_decrypt':[{'region':'us-west-2','of':'/s'}]}",
       "AccessDeniedException"},
      {"the key", "{'deny_decrypt':[{'of':'alias/aws/ssm'}]}", "AccessDeniedException"},
      {"elsewhere", "{'deny_decrypt':[{'region':'us-east-1','of':'/s'}]}", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    add_versions(caller);
    caller.control("POST", "options", row.options);
    EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/p','/s'],'WithDecryption':true}"),
              row.code);
    EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/p','/s']}"), "");
    EXPECT_EQ(caller.refusal("GetParameters", "{'Names':['/p'],'WithDecryption':true}"), "");
  }
}

TEST(SsmGet, ByPath) {
  WorldCaller caller;
  for (const char* name : {"/app/a", "/app/b/c", "/app/b/d", "/apple", "plain", "/app"})
    caller.put(name);
  const struct {
    const char* name;
    std::string members;
    std::set<std::string> found;
  } rows[] = {
      {"one level", "'Path':'/app'", {"/app/a"}},
      {"recursive", "'Path':'/app/','Recursive':true", {"/app/a", "/app/b/c", "/app/b/d"}},
      {"root", "'Path':'/'", {"/apple", "plain", "/app"}},
      {"by one",
       "'Path':'/app','Recursive':true,'MaxResults':1",
       {"/app/a", "/app/b/c", "/app/b/d"}},
      {"nothing there", "'Path':'/x','Recursive':true", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::set<std::string> found;
    for (const auto& page : pages(caller, "GetParametersByPath", row.members))
      found.insert(page.begin(), page.end());
    EXPECT_EQ(found, row.found);
  }
  EXPECT_EQ(caller.refusal("GetParametersByPath", "{'Path':'app'}"), "ValidationException");
  EXPECT_EQ(caller.refusal("GetParametersByPath", "{'Path':'/','MaxResults':11}"),
            "ValidationException");
}

}  // namespace
}  // namespace ssmb::sandbox
