#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

aws::HttpRequest form(std::string_view body) {
  aws::HttpRequest request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Host", "sts.us-west-2.amazonaws.com");
  request.body = SecretBytes(body);
  return request;
}
std::string between(std::string_view text, std::string_view tag) {
  const auto open = text.find(fmt::format("<{}>", tag));
  const auto close = text.find(fmt::format("</{}>", tag));
  if (open == std::string_view::npos || close == std::string_view::npos) return "";
  return std::string(text.substr(open + tag.size() + 2, close - open - tag.size() - 2));
}

TEST(Sts, CallerIdentity) {
  WorldCaller caller;
  const auto response = caller.send(form("Action=GetCallerIdentity&Version=2011-06-15"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(between(response.body.view(), "Account"), "123456789012");
  EXPECT_EQ(between(response.body.view(), "Arn"), "arn:aws:iam::123456789012:user/sandbox");
  const auto unknown = caller.send(form("Action=GetTea"));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(between(unknown.body.view(), "Code"), "InvalidAction");
}

TEST(Sts, WebIdentityGivesKeysOfTheRolesAccount) {
  WorldCaller caller;
  const auto response =
      caller.send(form("Action=AssumeRoleWithWebIdentity&RoleSessionName=run&WebIdentityToken=t&"
                       "RoleArn=arn%3Aaws%3Aiam%3A%3A999988887777%3Arole%2Fpath%2Fbackup"));
  ASSERT_EQ(response.status, 200);
  const std::string key = between(response.body.view(), "AccessKeyId");
  EXPECT_EQ(between(response.body.view(), "Expiration"), "2026-11-22T13:00:00Z");
  aws::HttpRequest identity = form("Action=GetCallerIdentity");
  identity.headers.set("Authorization",
                       fmt::format("AWS4-HMAC-SHA256 Credential={}/20261122/us-west-2/sts/"
                                   "aws4_request, SignedHeaders=host, Signature={}",
                                   key, std::string(64, '0')));
  EXPECT_EQ(between(caller.send(identity).body.view(), "Arn"),
            "arn:aws:sts::999988887777:assumed-role/backup/run");
  const auto bad = caller.send(form("Action=AssumeRoleWithWebIdentity&RoleArn=x"));
  EXPECT_EQ(between(bad.body.view(), "Code"), "ValidationError");
}

json::object resources(WorldCaller& caller, std::string body) {
  const auto response =
      caller.call("ResourceGroupsTaggingAPI_20170126.GetResources", std::move(body));
  EXPECT_EQ(response.status, 200) << response.body.view();
  return json::parse(response.body.view()).as_object();
}
std::string arns(WorldCaller& caller, std::string body) {
  std::string all =
      pluck(resources(caller, std::move(body)).at("ResourceTagMappingList"), "ResourceARN");
  const std::string prefix = "arn:aws:ssm:us-west-2:123456789012:parameter/";
  for (auto at = all.find(prefix); at != std::string::npos; at = all.find(prefix))
    all.erase(at, prefix.size());
  return all;
}

void put_tagged(WorldCaller& caller, std::string_view name, std::string_view value) {
  caller.put(name, "v", fmt::format(",'Tags':[{{'Key':'Env','Value':'{}'}}]", value));
}

TEST(Tagging, TypesFiltersAndAbsence) {
  WorldCaller caller;
  put_tagged(caller, "/a", "dev");
  put_tagged(caller, "/b", "prod");
  caller.put("/untagged");
  const struct {
    const char* name;
    std::string body;
    std::string found;
  } rows[] = {
      {"all", "{}", "a,b"},
      {"parameters", "{'ResourceTypeFilters':['ssm:parameter']}", "a,b"},
      {"other types", "{'ResourceTypeFilters':['s3']}", ""},
      {"by tag", "{'TagFilters':[{'Key':'Env','Values':['prod']}]}", "b"},
      {"by key", "{'TagFilters':[{'Key':'Env'}]}", "a,b"},
      {"by ARN", "{'ResourceARNList':['arn:aws:ssm:us-west-2:123456789012:parameter/a']}", "a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(arns(caller, row.body), row.found);
  }
  caller.ssm("DeleteParameter", "{'Name':'/a'}");
  caller.ssm("RemoveTagsFromResource",
             "{'ResourceType':'Parameter','ResourceId':'/b','TagKeys':['Env']}");
  EXPECT_EQ(arns(caller, "{}"), "");
}

TEST(Tagging, TheIndexLags) {
  WorldCaller caller;
  caller.control("POST", "options", "{'tagging_lag_seconds':30}");
  put_tagged(caller, "/a", "dev");
  EXPECT_EQ(arns(caller, "{}"), "");
  caller.control("POST", "advance-clock", "{'seconds':29}");
  EXPECT_EQ(arns(caller, "{}"), "");
  caller.control("POST", "advance-clock", "{'seconds':1}");
  EXPECT_EQ(arns(caller, "{}"), "a");
  caller.ssm("DeleteParameter", "{'Name':'/a'}");
  EXPECT_EQ(arns(caller, "{}"), "a");
}

TEST(Tagging, PagesAndTokensOfFifteenMinutes) {
  WorldCaller caller;
  for (int i = 0; i < 5; ++i) put_tagged(caller, fmt::format("/{}", i), "dev");
  const auto first = resources(caller, "{'ResourcesPerPage':3}");
  const std::string token(first.at("PaginationToken").as_string());
  const std::string next = "{'ResourcesPerPage':3,'PaginationToken':'" + token + "'}";
  EXPECT_EQ(arns(caller, next), "3,4");
  EXPECT_EQ(resources(caller, next).at("PaginationToken"), "");
  caller.control("POST", "advance-clock", "{'seconds':901}");
  const auto late = caller.call("ResourceGroupsTaggingAPI_20170126.GetResources", next);
  EXPECT_EQ(json::parse(late.body.view()).at("__type"), "PaginationTokenExpiredException");
  EXPECT_EQ(
      caller.call("ResourceGroupsTaggingAPI_20170126.GetResources", "{'ResourcesPerPage':101}")
          .status,
      400);
}

}  // namespace
}  // namespace ssmb::sandbox
