#include "sandbox/dispatch.h"

#include <gtest/gtest.h>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

TEST(Dispatch, FindsServiceRegionAndOperation) {
  struct Row {
    const char* name;
    aws::HttpRequest request;
    aws::Service service;
    std::string region;
    std::string operation;
  };
  aws::HttpRequest form;
  form.method = "POST";
  form.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  form.headers.set("Host", "sts.eu-west-1.amazonaws.com");
  form.body = SecretBytes("Action=GetCallerIdentity&Version=2011-06-15");
  aws::HttpRequest global = form;
  global.headers.set("Host", "sts.amazonaws.com");
  aws::HttpRequest china = form;
  china.headers.set("Host", "sts.cn-north-1.amazonaws.com.cn");
  aws::HttpRequest isolated = form;
  isolated.headers.set("Host", "sts.us-iso-east-1.c2s.ic.gov");
  aws::HttpRequest bucket;
  bucket.endpoint.host = "b.s3.ap-northeast-1.amazonaws.com";
  const Row rows[] = {
      {"SSM by target, Region by scope", json_request("AmazonSSM.GetParameters", "{}"),
       aws::Service::ssm, "us-west-2", "ssm:GetParameters"},
      {"tagging", json_request("ResourceGroupsTaggingAPI_20170126.GetResources", "{}"),
       aws::Service::tagging, "us-west-2", "tag:GetResources"},
      {"another service's target", json_request("TrentService.Encrypt", "{}"), aws::Service::ssm,
       "us-west-2", "ssm:TrentService.Encrypt"},
      {"STS form, Region by host", form, aws::Service::sts, "eu-west-1", "sts:GetCallerIdentity"},
      {"STS in China", china, aws::Service::sts, "cn-north-1", "sts:GetCallerIdentity"},
      {"STS of a partition with another domain", isolated, aws::Service::sts, "us-iso-east-1",
       "sts:GetCallerIdentity"},
      {"global STS", global, aws::Service::sts, "us-east-1", "sts:GetCallerIdentity"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Route route = route_of(row.request);
    EXPECT_EQ(route.service, row.service);
    EXPECT_EQ(route.region.str(), row.region);
    EXPECT_EQ(route.operation, row.operation);
  }
  EXPECT_EQ(route_of(bucket).service, aws::Service::s3);
  EXPECT_EQ(route_of(bucket).region.str(), "ap-northeast-1");
}

TEST(Dispatch, AnswersCarryIdAndDate) {
  WorldCaller caller;
  const auto response = caller.call("AmazonSSM.DescribeParameters", "{}");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId").size(), 36U);
  EXPECT_EQ(response.headers.get("Date"), "Sun, 22 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.1");
  WorldCaller same;
  EXPECT_EQ(same.call("AmazonSSM.DescribeParameters", "{}").headers.get("x-amzn-RequestId"),
            response.headers.get("x-amzn-RequestId"));
}

TEST(Dispatch, RefusesWhatItDoesNotKnow) {
  WorldCaller caller;
  EXPECT_EQ(caller.refusal("RunCommand", "{}"), "UnknownOperationException");
  EXPECT_EQ(caller.refusal("GetParameter", "[]"), "SerializationException");
  EXPECT_EQ(caller.refusal("GetParameter", "{'Name': 3}"), "SerializationException");
  EXPECT_EQ(caller.refusal("GetParameter", "{}"), "ValidationException");
  EXPECT_EQ(caller.call("ResourceGroupsTaggingAPI_20170126.TagResources", "{}").status, 400);
}

}  // namespace
}  // namespace ssmb::sandbox
