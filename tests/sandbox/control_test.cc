#include "sandbox/control.h"

#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

const char* const kSeed = R"({
  "region": "us-west-2", "account": "123456789012", "parameters": [
    {"Name": "/stack/x", "Value": "v", "Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "s"}],
     "LastModifiedUser": "arn:aws:iam::1:user/old", "LastModifiedDate": "2020-01-02T03:04:05.678Z",
     "Version": 7, "Tier": "Advanced",
     "Policies": [{"PolicyText": "{}", "PolicyType": "Expiration", "PolicyStatus": "Finished"}],
     "ResourcePolicies": [{"PolicyId": "p", "PolicyHash": "h", "Policy": "{}"}],
     "History": [{"Value": "older", "Version": 5, "Labels": ["keep"]}, {"Value": "old"}]},
    {"Name": "secret", "Type": "SecureString", "Value": "w", "Labels": ["prod"]}]})";

TEST(Control, SeedsWhatClientsCannotWrite) {
  WorldCaller caller;
  EXPECT_EQ(caller.control("POST", "seed", kSeed).at("parameters"), 2);
  const auto entries =
      caller.ssm("GetParameterHistory", "{'Name':'/stack/x'}").at("Parameters").as_array();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].at("Version"), 5);
  EXPECT_EQ(entries[1].at("Version"), 6);
  EXPECT_EQ(entries[2].at("Version"), 7);
  EXPECT_EQ(entries[2].at("LastModifiedUser"), "arn:aws:iam::1:user/old");
  EXPECT_DOUBLE_EQ(entries[2].at("LastModifiedDate").as_double(), 1577934245.678);
  EXPECT_EQ(pluck(entries[2].at("Policies"), "PolicyStatus"), "Finished");
  EXPECT_EQ(
      pluck(
          caller.ssm("ListTagsForResource", "{'ResourceType':'Parameter','ResourceId':'/stack/x'}")
              .at("TagList"),
          "Key"),
      "aws:cloudformation:stack-name");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name':'secret:prod'}"), "");
}

TEST(Control, ADumpSeedsTheSameState) {
  WorldCaller first;
  first.control("POST", "seed", kSeed);
  const auto dump = first.control("GET", "dump?region=us-west-2");
  EXPECT_EQ(dump.at("parameters").as_array().size(), 2U);
  WorldCaller second;
  const auto response = [&] {
    aws::HttpRequest request;
    request.method = "POST";
    request.path = "/_sandbox/seed";
    request.body = SecretBytes(json::serialize(dump));
    return second.send(request);
  }();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(second.control("GET", "dump?region=us-west-2&account=123456789012"), dump);
}

TEST(Control, CountsCallsByOperationAndRegion) {
  WorldCaller caller;
  caller.put("/a");
  caller.ssm("DescribeParameters");
  caller.ssm("DescribeParameters");
  caller.use_region("eu-west-1");
  caller.ssm("DescribeParameters");
  const auto state = caller.control("GET", "state");
  EXPECT_EQ(state.at("counters"), json::parse(R"([
    {"operation":"ssm:DescribeParameters","region":"eu-west-1","calls":1},
    {"operation":"ssm:DescribeParameters","region":"us-west-2","calls":2},
    {"operation":"ssm:PutParameter","region":"us-west-2","calls":1}])"));
  EXPECT_EQ(state.at("time"), "2026-11-22T12:00:00.345Z");
  EXPECT_EQ(caller.control("POST", "reset-counters").at("counters").as_array().size(), 0U);
}

TEST(Control, RefusesNonsense) {
  const struct {
    const char* name;
    const char* method;
    const char* path;
    const char* body;
    int status;
  } rows[] = {
      {"unknown verb", "GET", "/_sandbox/tea", "", 404},
      {"wrong method", "GET", "/_sandbox/seed", "", 404},
      {"no JSON", "POST", "/_sandbox/seed", "{", 400},
      {"no Region", "POST", "/_sandbox/seed", R"({"parameters":[]})", 400},
      {"no name", "POST", "/_sandbox/seed", R"({"region":"r","parameters":[{}]})", 400},
      {"clock without seconds", "POST", "/_sandbox/advance-clock", "{}", 400},
      {"dump of no Region", "GET", "/_sandbox/dump", "", 400},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    WorldCaller caller;
    aws::HttpRequest request;
    request.method = row.method;
    request.path = row.path;
    request.body = SecretBytes(row.body);
    EXPECT_EQ(caller.send(request).status, row.status);
  }
}

}  // namespace
}  // namespace ssmb::sandbox
