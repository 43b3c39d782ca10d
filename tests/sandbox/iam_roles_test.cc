// Policies in the file of accounts: of users, of roles, and what becoming a role asks for.
#include <filesystem>
#include <fstream>

#include "sandbox/auth/verifying_authenticator.h"
#include "tests/sandbox/entitled.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr const char* kAccounts = R"(
accounts:
  - id: "123456789012"
    keys:
      - access_key_id: A
        secret_access_key: s
        user: limited
        policy:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "ssm:GetParameter", Resource: "*"}
            - {Effect: Allow, Action: ["sts:AssumeRole"], Resource: "arn:aws:iam::*:role/open-*"}
            - {Effect: Deny, Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/never"}
    roles:
      - name: by-name
        trusts: ["arn:aws:iam::123456789012:user/limited"]
        policy: [{Version: "2012-10-17",
                  Statement: [{Effect: Allow, Action: "ssm:PutParameter", Resource: "*"}]},
                 {Version: "2012-10-17",
                  Statement: [{Effect: Allow, Action: "ssm:Describe*", Resource: "*"}]}]
      - {name: by-anyone, trusts: ["*"]}
      - {name: by-account, trusts: ["123456789012"]}
      - {name: open-by-account, trusts: ["123456789012"]}
      - {name: never, trusts: ["*"]}
  - id: "999999999999"
    roles:
      - {name: by-name, trusts: ["arn:aws:iam::123456789012:user/limited"]}
      - {name: open-by-name, trusts: ["arn:aws:iam::123456789012:user/limited"]}
)";

class IamRoles : public ::testing::Test {
 protected:
  IamRoles() {
    auto accounts = Accounts::parse(kAccounts);
    EXPECT_TRUE(accounts.has_value()) << accounts.error().what;
    const AccessKey* key = accounts->find_key("A");
    limited_ = {.account = key->account,
                .arn = key->arn,
                .user_id = key->user_id,
                .access_key_id = key->id,
                .region = Region("us-west-2"),
                .service = "sts",
                .rights = key->rights};
    use_accounts(world_, *std::move(accounts));
  }

  std::expected<IssuedCredentials, ServiceError> become(const std::string& role) {
    return world_.authenticator().assume_role({.role_arn = "arn:aws:iam::" + role,
                                               .session_name = "run",
                                               .external_id = {},
                                               .caller = limited_,
                                               .now = kNoon});
  }

  World world_{[] { return kNoon; }, 1};
  Caller limited_;
};

TEST_F(IamRoles, AsksWhoWantsToBecomeARole) {
  struct Row {
    const char* name;
    std::string role;
    bool may;
  };
  const Row rows[] = {
      {"the role trusts it by name", "123456789012:role/by-name", true},
      {"the role trusts everyone", "123456789012:role/by-anyone", true},
      {"the role trusts its account", "123456789012:role/by-account", false},
      {"the role trusts its account, and its policy allows it", "123456789012:role/open-by-account",
       true},
      {"its policy denies it", "123456789012:role/never", false},
      {"another account's role", "999999999999:role/by-name", false},
      {"another account's role, and its policy allows it", "999999999999:role/open-by-name", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(become(row.role).has_value(), row.may);
  }
}

TEST_F(IamRoles, ASessionHasTheRolesPoliciesAndNotTheCallers) {
  const auto session = become("123456789012:role/by-name");
  ASSERT_TRUE(session.has_value());
  const Caller& caller = session->caller;
  ASSERT_NE(caller.rights, nullptr);
  const auto verdict = [&](const std::string& action) {
    return iam::evaluate(*caller.rights, {.principal = caller.arn,
                                          .account = caller.account,
                                          .action = action,
                                          .resource = "*",
                                          .value_of = [](auto) { return std::nullopt; }});
  };
  EXPECT_EQ(verdict("ssm:PutParameter"), iam::Verdict::allow);
  EXPECT_EQ(verdict("ssm:DescribeParameters"), iam::Verdict::allow);
  EXPECT_EQ(verdict("ssm:GetParameter"), iam::Verdict::silent);
  const auto free = become("123456789012:role/by-anyone");
  ASSERT_TRUE(free.has_value());
  EXPECT_EQ(free->caller.rights, nullptr);
}

TEST(IamAccounts, TakesAPolicyFromAFileAndRefusesWhatIsNone) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("ssmb-iam-policy-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << R"({"Version": "2012-10-17", "Statement":
    [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]})";
  const std::string key =
      "accounts: [{id: '111122223333', keys: [{access_key_id: A, "
      "secret_access_key: b, ";
  const auto good = Accounts::parse(key + "policy_file: " + path.string() + "}]}]");
  std::filesystem::remove(path);
  ASSERT_TRUE(good.has_value()) << good.error().what;
  ASSERT_NE(good->find_key("A")->rights, nullptr);
  EXPECT_EQ(good->find_key("A")->rights->size(), 1U);
  struct Row {
    const char* name;
    std::string member;
    std::string says;
  };
  const Row rows[] = {
      {"a text", "policy: all", "accounts[0].keys[0]: 'policy' is no document"},
      {"a document that is none", "policy: {Version: '2012-10-17'}",
       "accounts[0].keys[0].policy: Missing required field Statement"},
      {"a file that is not there", "policy_file: /nowhere/policy.json", "/nowhere/policy.json"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto bad = Accounts::parse(key + row.member + "}]}]");
    ASSERT_FALSE(bad.has_value());
    EXPECT_NE(bad.error().what.find(row.says), std::string::npos) << bad.error().what;
  }
}

}  // namespace
}  // namespace ssmb::sandbox
