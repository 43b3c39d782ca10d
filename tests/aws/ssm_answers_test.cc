// What each call to Parameter Store reads from the answer, and what it does with a bad one.
#include <gmock/gmock.h>

#include "aws/ssm/client.h"
#include "base/encoding.h"
#include "tests/aws/harness.h"

namespace ssmb::aws::ssm {
namespace {

using std::chrono::microseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kDate = Time(microseconds(1'756'589'472'100'000));

struct Fixture {
  explicit Fixture(ScriptedTransport::Handler handler) : harness(std::move(handler)) {}
  explicit Fixture(std::string_view body)
      : harness(answer(200, body, {{"x-amzn-RequestId", "r-1"}})) {}
  Harness harness;
  Client client{harness.session, Region("us-west-2")};
};

TEST(SsmAnswers, Metadata) {
  Fixture f(R"({"Parameters":[{"Name":"/a","ARN":"arn:a","Type":"SecureString","KeyId":"alias/k",
    "LastModifiedDate":1.7565894721E9,"LastModifiedUser":"arn:u","Description":"d","AllowedPattern":"^.$",
    "Version":7,"Tier":"Advanced","Policies":[{"PolicyText":"{}","PolicyType":"Expiration","PolicyStatus":"Pending"}],
    "DataType":"text"},{"Name":"/b","Type":"String","Version":1}],"NextToken":"next"})");
  const auto page = f.harness.run(f.client.describe_parameters({}, "", {}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next_token, "next");
  const Metadata full{.name = ParameterName("/a"),
                      .arn = Arn("arn:a"),
                      .type = "SecureString",
                      .key_id = KmsKeyId("alias/k"),
                      .last_modified_date = kDate,
                      .last_modified_user = "arn:u",
                      .description = "d",
                      .allowed_pattern = "^.$",
                      .version = 7,
                      .tier = "Advanced",
                      .policies = {{"{}", "Expiration", "Pending"}},
                      .data_type = "text"};
  const Metadata least{.name = ParameterName("/b"), .type = "String", .version = 1};
  EXPECT_THAT(page->parameters, ElementsAre(full, least));
}

TEST(SsmAnswers, Values) {
  const std::string value =
      R"({"Name":"/a","Type":"StringList","Value":"1,2\u20ac","Version":3,"Selector":":3",
    "SourceResult":"s","LastModifiedDate":1756589472.1,"ARN":"arn:a","DataType":"text"})";
  const auto check = [](const Value& v) {
    EXPECT_EQ(v.name, ParameterName("/a"));
    EXPECT_EQ(v.type, "StringList");
    EXPECT_EQ(v.value.reveal(), "1,2\xE2\x82\xAC");
    EXPECT_EQ(v.version, 3);
    EXPECT_EQ(v.selector, ":3");
    EXPECT_EQ(v.source_result, "s");
    EXPECT_EQ(v.last_modified_date, kDate);
    EXPECT_EQ(v.arn, Arn("arn:a"));
    EXPECT_EQ(v.data_type, "text");
  };
  Fixture batch("{\"Parameters\":[" + value + R"(],"InvalidParameters":["/x","/y"]})");
  const auto values = batch.harness.run(batch.client.get_parameters({"/a", "/x", "/y"}, {}));
  ASSERT_TRUE(values && values->parameters.size() == 1);
  check(values->parameters[0]);
  EXPECT_THAT(values->invalid_names, ElementsAre("/x", "/y"));

  Fixture one("{\"Parameter\":" + value + "}");
  const auto single = one.harness.run(one.client.get_parameter("/a:3", {}));
  ASSERT_TRUE(single);
  check(*single);

  Fixture path("{\"Parameters\":[" + value + R"(],"NextToken":null})");
  const auto page =
      path.harness.run(path.client.get_parameters_by_path("/", Decryption::yes, "", {}));
  ASSERT_TRUE(page && page->parameters.size() == 1);
  check(page->parameters[0]);
  EXPECT_EQ(page->next_token, "");
}

TEST(SsmAnswers, History) {
  Fixture f(
      R"({"Parameters":[{"Name":"/a","Type":"String","Version":1,"Value":"old","Labels":["x","y"],
    "LastModifiedDate":"2025-08-30T21:31:12.100Z"},{"Name":"/a","Type":"String","Version":2,"Value":"new"}],"NextToken":""})");
  const auto page =
      f.harness.run(f.client.get_parameter_history(ParameterName("/a"), Decryption::yes, "", {}));
  ASSERT_TRUE(page && page->entries.size() == 2);
  EXPECT_EQ(page->entries[0].value.reveal(), "old");
  EXPECT_THAT(page->entries[0].labels, ElementsAre("x", "y"));
  EXPECT_EQ(page->entries[0].metadata.last_modified_date, kDate);
  EXPECT_EQ(page->entries[1].metadata.version, 2);
  EXPECT_EQ(page->next_token, "");
}

TEST(SsmAnswers, TagsSettingsAndWrites) {
  Fixture tags(R"({"TagList":[{"Key":"k","Value":"v"},{"Key":"l","Value":""}]})");
  EXPECT_THAT(*tags.harness.run(tags.client.list_tags(ParameterName("/a"), {})),
              ElementsAre(Tag{"k", "v"}, Tag{"l", ""}));
  Fixture setting(
      R"({"ServiceSetting":{"SettingId":"i","SettingValue":"true","Status":"Customized"}})");
  const auto read = setting.harness.run(setting.client.get_service_setting("i", {}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id + read->value + read->status, "itrueCustomized");
  Fixture put(R"({"Version":12,"Tier":"Standard"})");
  const auto result = put.harness.run(put.client.put_parameter({.name = ParameterName("/a")}, {}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->version, 12);
  EXPECT_EQ(result->tier, "Standard");
  Fixture gone(R"({"DeletedParameters":["/a"],"InvalidParameters":["/b"]})");
  const auto deleted = gone.harness.run(
      gone.client.delete_parameters({ParameterName("/a"), ParameterName("/b")}, {}));
  EXPECT_THAT(deleted->deleted, ElementsAre("/a"));
  EXPECT_THAT(deleted->invalid, ElementsAre("/b"));
  Fixture label(R"({"InvalidLabels":["1x"],"ParameterVersion":4,"RemovedLabels":["y"]})");
  const auto labelled =
      label.harness.run(label.client.label_version(ParameterName("/a"), 4, {"1x"}, {}));
  EXPECT_THAT(labelled->invalid_labels, ElementsAre("1x"));
  EXPECT_EQ(labelled->version, 4);
  EXPECT_THAT(*label.harness.run(label.client.unlabel_version(ParameterName("/a"), 4, {"y"}, {})),
              ElementsAre("1x"));
}

TEST(SsmAnswers, ResourcePoliciesOfAllPages) {
  Fixture f(in_turn(
      {answer(200,
              R"({"Policies":[{"PolicyId":"1","PolicyHash":"h","Policy":"{}"}],"NextToken":"t"})"),
       answer(200, R"({"Policies":[],"NextToken":"u"})"),
       answer(400, R"({"__type":"InvalidNextToken"})"),
       answer(200, R"({"Policies":[{"PolicyId":"2","PolicyHash":"h","Policy":"{}"}]})")}));
  const auto policies = f.harness.run(f.client.get_resource_policies(Arn("arn:a"), {}));
  ASSERT_TRUE(policies);
  EXPECT_THAT(*policies, ElementsAre(ResourcePolicy{"2", "h", "{}"}));
  EXPECT_EQ(f.harness.transport.requests().size(), 4U);
}

// moto answers so what it does not know; AWS's own failures have a code.
TEST(SsmAnswers, FactsAreNotAskedAgainOfAStandInWithoutTheOperation) {
  struct Row {
    const char* name;
    HttpResponse answer;
    std::size_t tries;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"a page", answer(500, "<!doctype html>"), 1, ErrorKind::invalid},
      {"AWS's own failure", answer(500, R"({"__type":"InternalServerError"})"), 5,
       ErrorKind::transient},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture policies(in_turn({row.answer}));
    const auto refused = policies.harness.run(policies.client.get_resource_policies(Arn("a"), {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, row.kind);
    EXPECT_EQ(policies.harness.transport.requests().size(), row.tries);
    Fixture setting(in_turn({row.answer}));
    ASSERT_FALSE(setting.harness.run(setting.client.get_service_setting("i", {})));
    EXPECT_EQ(setting.harness.transport.requests().size(), row.tries);
  }
}

TEST(SsmAnswers, AnEmptyResponseIsNoEmptyPage) {
  struct Row {
    const char* name;
    const char* body;
    const char* problem;
  };
  const Row rows[] = {
      {"nothing", "", "not JSON"},
      {"no list", "{}", "Parameters is missing"},
      {"no version", R"({"Parameters":[{"Name":"/a","Type":"String","Value":"hunter2"}]})",
       "Parameters[0].Version is missing"},
      {"no value", R"({"Parameters":[{"Name":"/a","Type":"String","Version":1}]})",
       "Parameters[0].Value is missing"},
      {"value a number",
       R"({"Parameters":[{"Name":"/a","Type":"String","Version":1,"Value":4711}]})",
       "Parameters[0].Value is not a text"},
      {"date a list",
       R"({"Parameters":[{"Name":"/a","Type":"String","Version":1,"Value":"hunter2","LastModifiedDate":[]}]})",
       "LastModifiedDate is not a date"},
      {"cut", R"({"Parameters":[{"Name":"/a","Type":"String","Version":1,"Value":"hunter2)",
       "not JSON"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(row.body);
    const auto values = f.harness.run(f.client.get_parameters({"/a"}, {}));
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(to_line(values.error()), HasSubstr(row.problem));
    EXPECT_THAT(to_line(values.error()),
                HasSubstr("ssm:GetParameters in us-west-2 answered 200, request r-1"));
    EXPECT_THAT(to_line(values.error()), Not(HasSubstr("hunter2")));
  }
}

TEST(SsmAnswers, APutIsOnlyRepeatedWhenItDidNothing) {
  const Result<HttpResponse> good = answer(200, R"({"Version":1})");
  struct Row {
    const char* name;
    Result<HttpResponse> first;
    std::size_t tries;
  };
  const Row rows[] = {
      {"throttled", answer(400, R"({"__type":"ThrottlingException"})"), 2},
      {"another update", answer(400, R"({"__type":"TooManyUpdates"})"), 2},
      {"not connected", fail(ErrorKind::unreachable, "refused"), 2},
      {"answer lost", fail(ErrorKind::transient, "reset"), 1},
      {"server error", answer(500, R"({"__type":"InternalServerError"})"), 1},
      {"too late", fail(ErrorKind::timeout, "late"), 1},
  };
  for (const auto mode : {PutRequest::Mode::create, PutRequest::Mode::overwrite}) {
    for (const Row& row : rows) {
      SCOPED_TRACE(row.name);
      Fixture f(in_turn({row.first, good}));
      (void)f.harness.run(f.client.put_parameter(
          {.name = ParameterName("/a"), .value = SecretText("v"), .mode = mode}, {}));
      EXPECT_EQ(f.harness.transport.requests().size(), row.tries);
    }
  }
}

TEST(SsmAnswers, ARefusedPutNeverQuotesTheValue) {
  Fixture f(in_turn({answer(
      400,
      R"({"__type":"ValidationException","message":"1 validation error: Value 'hunter2' at 'value'"})")}));
  const auto put = f.harness.run(
      f.client.put_parameter({.name = ParameterName("/a"), .value = SecretText("hunter2")}, {}));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().fault->message, "1 validation error: Value '(value)' at 'value'");
}

}  // namespace
}  // namespace ssmb::aws::ssm
