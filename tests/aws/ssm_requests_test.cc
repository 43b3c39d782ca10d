// What each call to Parameter Store sends, to the letter, and what it reads from the answer.
#include <gmock/gmock.h>

#include "aws/ssm/client.h"
#include "tests/aws/harness.h"

namespace ssmb::aws::ssm {
namespace {

using testing::IsEmpty;

// Runs one call on a fresh client and gives the request's text, or the error.
template <class Call>
std::string sent(std::string_view reply, Call make_call) {
  Harness harness(answer(200, reply));
  Client client(harness.session, Region("us-west-2"));
  const auto outcome = harness.run(make_call(client));
  if (!outcome) return to_line(outcome.error());
  return harness.transport.requests().empty() ? "" : to_text(harness.transport.requests().back());
}

std::string request(std::string_view action, std::string_view body) {
  return "POST https://ssm.us-west-2.amazonaws.com/\nContent-Type: application/x-amz-json-1.1\n"
         "X-Amz-Target: AmazonSSM." +
         std::string(action) + "\n\n" + std::string(body);
}

const std::string kEmptyPage = R"({"Parameters":[]})";

TEST(SsmRequests, Listings) {
  EXPECT_EQ(sent(kEmptyPage, [](Client& c) { return c.describe_parameters({}, "", {}); }),
            request("DescribeParameters", R"({"MaxResults":50})"));
  EXPECT_EQ(
      sent(kEmptyPage,
           [](Client& c) {
             return c.describe_parameters(
                 {{"Name", "Contains", {"/dev/", "x\"y"}}, {"Type", "", {"String"}}}, "tok", {});
           }),
      request(
          "DescribeParameters",
          R"({"ParameterFilters":[{"Key":"Name","Option":"Contains","Values":["/dev/","x\"y"]},{"Key":"Type","Values":["String"]}],"MaxResults":50,"NextToken":"tok"})"));
  EXPECT_EQ(
      sent(kEmptyPage,
           [](Client& c) { return c.get_parameters_by_path("/a", Decryption::yes, "t", {}); }),
      request(
          "GetParametersByPath",
          R"({"Path":"/a","Recursive":true,"WithDecryption":true,"MaxResults":10,"NextToken":"t"})"));
  EXPECT_EQ(
      sent(kEmptyPage,
           [](Client& c) {
             return c.get_parameter_history(ParameterName("/a"), Decryption::yes, "", {});
           }),
      request("GetParameterHistory", R"({"Name":"/a","WithDecryption":true,"MaxResults":50})"));
  EXPECT_EQ(
      sent(R"({"TagList":[]})", [](Client& c) { return c.list_tags(ParameterName("/a"), {}); }),
      request("ListTagsForResource", R"({"ResourceType":"Parameter","ResourceId":"/a"})"));
}

TEST(SsmRequests, SingleReads) {
  EXPECT_EQ(sent(kEmptyPage, [](Client& c) { return c.get_parameters({"/a", "/b:3"}, {}); }),
            request("GetParameters", R"({"Names":["/a","/b:3"],"WithDecryption":true})"));
  EXPECT_EQ(sent(R"({"Parameter":{"Name":"/a","Type":"String","Value":"v","Version":1}})",
                 [](Client& c) { return c.get_parameter("/a", {}); }),
            request("GetParameter", R"({"Name":"/a","WithDecryption":true})"));
  EXPECT_EQ(sent(R"({"ServiceSetting":{"SettingValue":"Standard"}})",
                 [](Client& c) {
                   return c.get_service_setting("/ssm/parameter-store/default-parameter-tier", {});
                 }),
            request("GetServiceSetting",
                    R"({"SettingId":"/ssm/parameter-store/default-parameter-tier"})"));
  EXPECT_EQ(sent("{}", [](Client& c) { return c.get_resource_policies(Arn("arn:x"), {}); }),
            request("GetResourcePolicies", R"({"ResourceArn":"arn:x","MaxResults":50})"));
}

TEST(SsmRequests, PutParameter) {
  const auto least = [](Client& c) {
    return c.put_parameter({.name = ParameterName("/a"), .value = SecretText("v\n\"")}, {});
  };
  EXPECT_EQ(sent(R"({"Version":1})", least),
            request("PutParameter", R"({"Name":"/a","Value":"v\n\"","Overwrite":false})"));
  const auto create = [](Client& c) {
    return c.put_parameter({.name = ParameterName("/a"),
                            .value = SecretText("v"),
                            .type = "SecureString",
                            .description = "",
                            .key_id = "alias/k",
                            .allowed_pattern = "^v$",
                            .tags = {{"k", "1"}, {"l", ""}},
                            .tier = "Advanced",
                            .policies = "[{}]",
                            .data_type = "text"},
                           {});
  };
  EXPECT_EQ(
      sent(R"({"Version":1})", create),
      request(
          "PutParameter",
          R"({"Name":"/a","Value":"v","Type":"SecureString","Description":"","KeyId":"alias/k","AllowedPattern":"^v$","Overwrite":false,"Tags":[{"Key":"k","Value":"1"},{"Key":"l","Value":""}],"Tier":"Advanced","Policies":"[{}]","DataType":"text"})"));
  const auto overwrite = [](Client& c) {
    return c.put_parameter({.name = ParameterName("/a"),
                            .value = SecretText("v"),
                            .mode = PutRequest::Mode::overwrite},
                           {});
  };
  EXPECT_EQ(sent(R"({"Version":2})", overwrite),
            request("PutParameter", R"({"Name":"/a","Value":"v","Overwrite":true})"));
}

TEST(SsmRequests, OtherWrites) {
  const ParameterName a("/a");
  EXPECT_EQ(
      sent("{}", [&](Client& c) { return c.add_tags(a, {{"k", "v"}}, {}); }),
      request(
          "AddTagsToResource",
          R"({"ResourceType":"Parameter","ResourceId":"/a","Tags":[{"Key":"k","Value":"v"}]})"));
  EXPECT_EQ(sent("{}", [&](Client& c) { return c.remove_tags(a, {"k"}, {}); }),
            request("RemoveTagsFromResource",
                    R"({"ResourceType":"Parameter","ResourceId":"/a","TagKeys":["k"]})"));
  EXPECT_EQ(
      sent("{}", [&](Client& c) { return c.delete_parameters({a, ParameterName("/b")}, {}); }),
      request("DeleteParameters", R"({"Names":["/a","/b"]})"));
  EXPECT_EQ(
      sent("{}", [&](Client& c) { return c.label_version(a, 3, {"prod"}, {}); }),
      request("LabelParameterVersion", R"({"Name":"/a","ParameterVersion":3,"Labels":["prod"]})"));
  EXPECT_EQ(sent("{}", [&](Client& c) { return c.unlabel_version(a, 3, {"prod"}, {}); }),
            request("UnlabelParameterVersion",
                    R"({"Name":"/a","ParameterVersion":3,"Labels":["prod"]})"));
}

TEST(SsmRequests, NothingToDoIsNoCall) {
  const ParameterName a("/a");
  EXPECT_EQ(sent("", [](Client& c) { return c.get_parameters({}, {}); }), "");
  EXPECT_EQ(sent("", [&](Client& c) { return c.add_tags(a, {}, {}); }), "");
  EXPECT_EQ(sent("", [&](Client& c) { return c.remove_tags(a, {}, {}); }), "");
  EXPECT_EQ(sent("", [](Client& c) { return c.delete_parameters({}, {}); }), "");
  EXPECT_EQ(sent("", [&](Client& c) { return c.label_version(a, 1, {}, {}); }), "");
  EXPECT_EQ(sent("", [&](Client& c) { return c.unlabel_version(a, 1, {}, {}); }), "");
}

TEST(SsmRequests, MoreThanTheServiceTakesIsRefusedHere) {
  Harness harness(answer(200, "{}"));
  Client client(harness.session, Region("us-west-2"));
  const std::vector<std::string> eleven(11, "x");
  const std::vector<Tag> many(51, Tag{"k", "v"});
  const ParameterName a("/a");
  const auto kind = [&](auto task) {
    const auto outcome = harness.run(std::move(task));
    return outcome ? std::nullopt : std::optional(outcome.error().kind);
  };
  EXPECT_EQ(kind(client.get_parameters(eleven, {})), ErrorKind::internal);
  EXPECT_EQ(kind(client.delete_parameters(std::vector<ParameterName>(11, a), {})),
            ErrorKind::internal);
  EXPECT_EQ(kind(client.label_version(a, 1, eleven, {})), ErrorKind::internal);
  EXPECT_EQ(kind(client.unlabel_version(a, 1, eleven, {})), ErrorKind::internal);
  EXPECT_EQ(kind(client.add_tags(a, many, {})), ErrorKind::internal);
  EXPECT_EQ(kind(client.put_parameter({.name = a, .tags = many}, {})), ErrorKind::internal);
  EXPECT_EQ(kind(client.put_parameter(
                {.name = a, .tags = {{"k", "v"}}, .mode = PutRequest::Mode::overwrite}, {})),
            ErrorKind::internal);
  EXPECT_THAT(harness.transport.requests(), IsEmpty());
}

}  // namespace
}  // namespace ssmb::aws::ssm
