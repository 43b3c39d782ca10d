// Parameter Store, STS and the tagging API in the sandbox, through the typed clients: every
// operation there and back, under real signatures.
#include <gmock/gmock.h>

#include <set>

#include "aws/paging.h"
#include "aws/ssm/client.h"
#include "aws/sts/client.h"
#include "aws/tagging/client.h"
#include "sandbox/ssm/store.h"
#include "tests/aws/sandbox_session.h"

namespace ssmb::aws {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const Region kRegion("us-west-2");
const ParameterName kName("/app/dev/db");

struct AgainstSandbox : testing::Test {
  SandboxSession sandbox;
  ssm::Client client{sandbox.session, kRegion};

  template <class T>
  Result<T> run(ResultTask<T> task) {
    return sandbox.run(std::move(task));
  }
  ssm::PutResult put(std::string_view name, std::string_view value,
                     ssm::PutRequest::Mode mode = ssm::PutRequest::Mode::create) {
    auto result = run(client.put_parameter(
        {.name = ParameterName(name), .value = SecretText(value), .type = "String", .mode = mode},
        {}));
    EXPECT_TRUE(result) << to_line(result.error());
    return result.value_or(ssm::PutResult{});
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorKind kind, std::string_view code) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << to_line(result.error());
    EXPECT_EQ(result.error().fault->code, code);
    EXPECT_FALSE(result.error().fault->request_id.empty());
  }
};

TEST_F(AgainstSandbox, EveryFieldOfAPutComesBack) {
  const std::string value = "p\xC3\xA4ss\"\\\n\t\xF0\x9F\x94\x91";
  const std::string policy =
      R"({"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2030-01-01T00:00:00.000Z"}})";
  const auto result = run(client.put_parameter({.name = kName,
                                                .value = SecretText(value),
                                                .type = "SecureString",
                                                .description = "d\xE2\x82\xAC",
                                                .key_id = "alias/app",
                                                .allowed_pattern = "^p[\\s\\S]*$",
                                                .tags = {{"team", "a b"}, {"empty", ""}},
                                                .tier = "Advanced",
                                                .policies = "[" + policy + "]",
                                                .data_type = "text"},
                                               {}));
  ASSERT_TRUE(result) << to_line(result.error());
  EXPECT_EQ(result->version, 1);
  EXPECT_EQ(result->tier, "Advanced");

  const auto page = run(client.describe_parameters({{"Name", "Equals", {kName.str()}}}, "", {}));
  ASSERT_TRUE(page && page->parameters.size() == 1);
  const ssm::Metadata& metadata = page->parameters[0];
  EXPECT_EQ(metadata.name, kName);
  EXPECT_EQ(metadata.arn, Arn("arn:aws:ssm:us-west-2:111122223333:parameter/app/dev/db"));
  EXPECT_EQ(metadata.type, "SecureString");
  EXPECT_EQ(metadata.key_id, KmsKeyId("alias/app"));
  EXPECT_EQ(metadata.description, "d\xE2\x82\xAC");
  EXPECT_EQ(metadata.allowed_pattern, "^p[\\s\\S]*$");
  EXPECT_EQ(metadata.last_modified_user, "arn:aws:iam::111122223333:user/backup");
  ASSERT_EQ(metadata.policies.size(), 1U);
  EXPECT_EQ(metadata.policies[0].type, "Expiration");

  const auto got = run(client.get_parameter(kName.str(), {}));
  ASSERT_TRUE(got) << to_line(got.error());
  EXPECT_EQ(got->value.reveal(), value);
  EXPECT_EQ(got->last_modified_date, metadata.last_modified_date);
  EXPECT_EQ(got->arn, metadata.arn);
  EXPECT_THAT(*run(client.list_tags(kName, {})),
              UnorderedElementsAre(ssm::Tag{"team", "a b"}, ssm::Tag{"empty", ""}));
}

TEST_F(AgainstSandbox, VersionsLabelsAndHistory) {
  put("/a", "one");
  EXPECT_EQ(put("/a", "two", ssm::PutRequest::Mode::overwrite).version, 2);
  ASSERT_TRUE(run(client.label_version(ParameterName("/a"), 1, {"prod"}, {})));
  const auto labelled = run(client.label_version(ParameterName("/a"), 2, {"aws-no"}, {}));
  ASSERT_TRUE(labelled) << to_line(labelled.error());
  EXPECT_THAT(labelled->invalid_labels, ElementsAre("aws-no"));
  const auto history =
      run(client.get_parameter_history(ParameterName("/a"), ssm::Decryption::yes, "", {}));
  ASSERT_TRUE(history && history->entries.size() == 2);
  EXPECT_EQ(history->entries[0].value.reveal(), "one");
  EXPECT_THAT(history->entries[0].labels, ElementsAre("prod"));
  EXPECT_EQ(history->entries[1].metadata.version, 2);

  const auto values = run(client.get_parameters({"/a:prod", "/gone"}, {}));
  ASSERT_TRUE(values && values->parameters.size() == 1);
  EXPECT_EQ(values->parameters[0].value.reveal(), "one");
  EXPECT_THAT(values->invalid_names, ElementsAre("/gone"));
  EXPECT_THAT(*run(client.unlabel_version(ParameterName("/a"), 1, {"prod", "other"}, {})),
              ElementsAre("other"));
  expect_refused(run(client.get_parameter("/a:prod", {})), ErrorKind::not_found,
                 "ParameterVersionNotFound");
}

TEST_F(AgainstSandbox, TagsChangeAndParametersGo) {
  put("/a", "x");
  const ParameterName a("/a");
  EXPECT_TRUE(run(client.add_tags(a, {{"k", "v"}, {"l", "w"}}, {})));
  EXPECT_TRUE(run(client.remove_tags(a, {"k"}, {})));
  EXPECT_THAT(*run(client.list_tags(a, {})), ElementsAre(ssm::Tag{"l", "w"}));
  const auto deleted = run(client.delete_parameters({a, ParameterName("/b")}, {}));
  ASSERT_TRUE(deleted);
  EXPECT_THAT(deleted->deleted, ElementsAre("/a"));
  EXPECT_THAT(deleted->invalid, ElementsAre("/b"));
  expect_refused(run(client.list_tags(a, {})), ErrorKind::not_found, "InvalidResourceId");
}

TEST_F(AgainstSandbox, RefusalsHaveTheirKind) {
  put("/a", "x");
  const auto again = [&](ssm::PutRequest request) {
    request.type = request.type.empty() ? "String" : request.type;
    return run(client.put_parameter(std::move(request), {}));
  };
  expect_refused(again({.name = ParameterName("/a"), .value = SecretText("y")}),
                 ErrorKind::conflict, "ParameterAlreadyExists");
  expect_refused(
      again(
          {.name = ParameterName("/b"), .value = SecretText("hunter2"), .allowed_pattern = "^x$"}),
      ErrorKind::invalid, "ParameterPatternMismatchException");
  expect_refused(run(client.get_parameter("/gone", {})), ErrorKind::not_found, "ParameterNotFound");
  expect_refused(
      run(client.get_parameter_history(ParameterName("/gone"), ssm::Decryption::yes, "", {})),
      ErrorKind::not_found, "ParameterNotFound");
  expect_refused(run(client.describe_parameters({}, "no-token", {})), ErrorKind::invalid,
                 "InvalidNextToken");
  const auto unknown = run(client.get_service_setting("/no/such", {}));
  ASSERT_FALSE(unknown);
}

TEST_F(AgainstSandbox, ListingsArriveWholeThroughShortPages) {
  sandbox.world.options().short_pages = 0.5;
  std::set<std::string> expected;
  for (int i = 0; i < 120; ++i) {
    const std::string name = fmt::format("/app/dev/{}", i);
    put(name, "v");
    expected.insert(name);
  }
  std::set<std::string> described;
  auto fetch = [&](std::string token) { return client.describe_parameters({}, token, {}); };
  auto take = [&](ssm::MetadataPage page) -> ResultTask<void> {
    for (const auto& one : page.parameters) EXPECT_TRUE(described.insert(one.name.str()).second);
    co_return Result<void>();
  };
  ASSERT_TRUE(run(for_each_page(fetch, take, [] {})));
  EXPECT_EQ(described, expected);

  std::set<std::string> read;
  auto fetch_values = [&](std::string token) {
    return client.get_parameters_by_path("/app", ssm::Decryption::yes, token, {});
  };
  auto take_values = [&](ssm::ValuePage page) -> ResultTask<void> {
    for (const auto& one : page.parameters) EXPECT_TRUE(read.insert(one.name.str()).second);
    co_return Result<void>();
  };
  ASSERT_TRUE(run(for_each_page(fetch_values, take_values, [] {})));
  EXPECT_EQ(read, expected);
}

TEST_F(AgainstSandbox, SettingsAndShares) {
  const auto setting =
      run(client.get_service_setting("/ssm/parameter-store/high-throughput-enabled", {}));
  ASSERT_TRUE(setting) << to_line(setting.error());
  EXPECT_EQ(setting->value, "false");
  EXPECT_EQ(setting->status, "Default");

  put("/a", "x");
  auto& store = sandbox.world.ssm(AccountId(kSandboxAccount), kRegion);
  store.find("/a")->shares = {{"id-1", "hash", R"({"Version":"2012-10-17"})"}};
  const auto shares =
      run(client.get_resource_policies(Arn("arn:aws:ssm:us-west-2:111122223333:parameter/a"), {}));
  ASSERT_TRUE(shares) << to_line(shares.error());
  EXPECT_THAT(*shares, ElementsAre(store.find("/a")->shares[0]));
}

TEST_F(AgainstSandbox, StsAndTheTaggingIndex) {
  sts::Client sts(sandbox.session, kRegion);
  const auto identity = run(sts.get_caller_identity({}));
  ASSERT_TRUE(identity) << to_line(identity.error());
  EXPECT_EQ(identity->account, AccountId(kSandboxAccount));
  EXPECT_EQ(identity->arn, Arn("arn:aws:iam::111122223333:user/backup"));

  put("/tagged", "x");
  put("/plain", "x");
  ASSERT_TRUE(run(client.add_tags(ParameterName("/tagged"), {{"k", "v"}}, {})));
  tagging::Client tagging(sandbox.session, kRegion);
  const auto page = run(tagging.get_parameter_tags("", {}));
  ASSERT_TRUE(page) << to_line(page.error());
  ASSERT_EQ(page->resources.size(), 1U);
  EXPECT_EQ(page->resources[0].arn, Arn("arn:aws:ssm:us-west-2:111122223333:parameter/tagged"));
  EXPECT_THAT(page->resources[0].tags, ElementsAre(ssm::Tag{"k", "v"}));
}

TEST_F(AgainstSandbox, AWrongClockIsCorrectedFromTheServicesDate) {
  sandbox.session.clock_skew = seconds(3600);
  const auto late = run(client.describe_parameters({}, "", {}));
  EXPECT_TRUE(late) << to_line(late.error());
  EXPECT_LT(std::chrono::abs(sandbox.session.clock_skew), seconds(2));
}

TEST_F(AgainstSandbox, AClosedKeyIsDenied) {
  const auto closed = run(client.put_parameter({.name = kName,
                                                .value = SecretText("hunter2"),
                                                .type = "SecureString",
                                                .key_id = "alias/closed"},
                                               {}));
  ASSERT_FALSE(closed);
  EXPECT_THAT(to_line(closed.error()), testing::Not(testing::HasSubstr("hunter2")));
  EXPECT_NE(closed.error().next, "");
}

}  // namespace
}  // namespace ssmb::aws
