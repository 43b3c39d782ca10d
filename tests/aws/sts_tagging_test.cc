#include <gmock/gmock.h>

#include "aws/sts/client.h"
#include "aws/tagging/client.h"
#include "tests/aws/harness.h"

namespace ssmb::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Sts, AsksTheRegionalEndpointWhoWeAre) {
  Harness harness(
      answer(200,
             "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n "
             "<GetCallerIdentityResult>"
             "<Arn>arn:aws:iam::123456789012:user/a&amp;b</Arn><UserId>AIDA</"
             "UserId><Account>123456789012</Account>"
             "</GetCallerIdentityResult></GetCallerIdentityResponse>"));
  sts::Client client(harness.session, Region("eu-west-1"));
  const auto identity = harness.run(client.get_caller_identity({}));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->account, AccountId("123456789012"));
  EXPECT_EQ(identity->arn, Arn("arn:aws:iam::123456789012:user/a&b"));
  EXPECT_EQ(identity->user_id, "AIDA");
  EXPECT_EQ(to_text(harness.transport.requests().front()),
            "POST https://sts.eu-west-1.amazonaws.com/\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n\n"
            "Action=GetCallerIdentity&Version=2011-06-15");
}

TEST(Sts, RefusesAnAnswerWithoutAnAccount) {
  for (const char* body : {"", "<html/>", "{}", "<GetCallerIdentityResponse/>",
                           "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn>"}) {
    SCOPED_TRACE(body);
    Harness harness(answer(200, body));
    sts::Client client(harness.session, Region("eu-west-1"));
    const auto identity = harness.run(client.get_caller_identity({}));
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(to_line(identity.error()), HasSubstr("sts:GetCallerIdentity in eu-west-1"));
  }
}

TEST(Sts, ReadsTheQueryProtocolsErrors) {
  Harness harness(answer(403,
                         "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>old</Message></"
                         "Error><RequestId>q</RequestId></ErrorResponse>"));
  sts::Client client(harness.session, Region("eu-west-1"));
  const auto identity = harness.run(client.get_caller_identity({}));
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().kind, ErrorKind::credentials);
  EXPECT_EQ(identity.error().fault->request_id, "q");
}

TEST(Tagging, AsksForParametersPageByPage) {
  Harness harness(in_turn(
      {answer(
           200,
           R"({"ResourceTagMappingList":[{"ResourceARN":"arn:a","Tags":[{"Key":"k","Value":"v"},{"Key":"l","Value":""}]},{"ResourceARN":"arn:b"}],"PaginationToken":"t"})"),
       answer(200, R"({"ResourceTagMappingList":[],"PaginationToken":null})")}));
  tagging::Client client(harness.session, Region("us-west-2"));
  const auto first = harness.run(client.get_parameter_tags("", {}));
  ASSERT_TRUE(first && first->resources.size() == 2);
  EXPECT_EQ(first->next_token, "t");
  EXPECT_EQ(first->resources[0].arn, Arn("arn:a"));
  EXPECT_THAT(first->resources[0].tags, ElementsAre(ssm::Tag{"k", "v"}, ssm::Tag{"l", ""}));
  EXPECT_THAT(first->resources[1].tags, IsEmpty());
  const auto second = harness.run(client.get_parameter_tags("t", {}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->next_token, "");
  EXPECT_EQ(
      to_text(harness.transport.requests()[0]),
      "POST https://tagging.us-west-2.amazonaws.com/\nContent-Type: application/x-amz-json-1.1\n"
      "X-Amz-Target: ResourceGroupsTaggingAPI_20170126.GetResources\n\n"
      R"({"ResourceTypeFilters":["ssm:parameter"],"ResourcesPerPage":100})");
  EXPECT_THAT(to_text(harness.transport.requests()[1]),
              HasSubstr(R"("ResourcesPerPage":100,"PaginationToken":"t"})"));
}

TEST(Tagging, AnAnswerWithoutTheListIsNone) {
  Harness harness(answer(200, "{}"));
  tagging::Client client(harness.session, Region("us-west-2"));
  const auto page = harness.run(client.get_parameter_tags("", {}));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace ssmb::aws
