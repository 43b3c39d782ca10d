#include "sandbox/auth/accounts.h"

#include <gtest/gtest.h>

namespace ssmb::sandbox {
namespace {

TEST(Accounts, RefusesAFileThatDoesNotFit) {
  struct Row {
    std::string name;
    std::string text;
    std::string says;
  };
  const std::string head = "accounts: [{id: '111122223333', ";
  const std::vector<Row> rows = {
      {"not YAML", "{", "accounts file"},
      {"empty", "", "is not a map"},
      {"no accounts", "accounts: 3", "'accounts' is not a list"},
      {"unknown word", "account: []", "unknown 'account'"},
      {"id as a number", "accounts: [{id: 17, keys: []}]", "twelve digits"},
      {"nobody can call", "accounts: [{id: '111122223333'}]", "nobody could call"},
      {"secret missing", head + "keys: [{access_key_id: A}]}]",
       "accounts[0].keys[0]: 'secret_access_key' is missing"},
      {"key twice",
       head + "keys: [{access_key_id: A, secret_access_key: b}, "
              "{access_key_id: A, secret_access_key: c}]}]",
       "A is there twice"},
      {"a login of nobody",
       head + "keys: [{access_key_id: A, secret_access_key: b}]}]\nlogins: [{access_token: t}]",
       "accounts file.logins[0]: 'user' is missing"},
      {"a duration that is no number",
       head + "keys: [{access_key_id: A, secret_access_key: b}], "
              "roles: [{name: r, max_session_duration: long}]}]",
       "accounts file"},
      {"list that is a text", head + "roles: admin}]", "accounts[0].roles: is not a list"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto accounts = Accounts::parse(row.text);
    ASSERT_FALSE(accounts.has_value());
    EXPECT_EQ(accounts.error().kind, ErrorKind::configuration);
    EXPECT_NE(accounts.error().what.find(row.says), std::string::npos) << accounts.error().what;
  }
}

TEST(Accounts, ReadsJsonToo) {
  const auto accounts = Accounts::parse(
      R"({"accounts": [{"id": "111122223333",
          "keys": [{"access_key_id": "A", "secret_access_key": "b"}],
          "roles": [{"name": "restore", "trusts": ["*"]}]}]})");
  ASSERT_TRUE(accounts.has_value()) << accounts.error().what;
  EXPECT_TRUE(accounts->verifies());
  ASSERT_NE(accounts->find_key("A"), nullptr);
  EXPECT_EQ(accounts->find_key("A")->arn.view(), "arn:aws:iam::111122223333:user/sandbox");
  EXPECT_NE(accounts->find_role(Arn("arn:aws:iam::111122223333:role/restore")), nullptr);
  EXPECT_EQ(accounts->find_key("B"), nullptr);
}

TEST(Accounts, KnowsWhichKmsKeysExistForWhom) {
  const auto accounts = Accounts::parse(R"(
accounts:
  - id: "111122223333"
    keys: [{access_key_id: A, secret_access_key: b, user: backup}]
    kms_keys:
      - {id: here, region: us-west-2, aliases: [alias/app]}
      - {id: anywhere}
      - {id: closed, denies: ["arn:aws:iam::111122223333:user/backup"]}
)");
  ASSERT_TRUE(accounts.has_value()) << accounts.error().what;
  struct Row {
    std::string key;
    std::string region;
    KmsUse use;
  };
  const std::vector<Row> rows = {
      {"here", "us-west-2", KmsUse::allowed},
      {"here", "eu-west-1", KmsUse::unknown},
      {"alias/app", "us-west-2", KmsUse::allowed},
      {"arn:aws:kms:us-west-2:111122223333:key/here", "us-west-2", KmsUse::allowed},
      {"arn:aws:kms:us-west-2:111122223333:alias/app", "us-west-2", KmsUse::allowed},
      {"arn:aws:kms:us-west-2:999922223333:key/here", "us-west-2", KmsUse::unknown},
      {"arn:aws:kms:eu-west-1:111122223333:key/here", "us-west-2", KmsUse::unknown},
      {"anywhere", "eu-west-1", KmsUse::allowed},
      {"alias/aws/ssm", "eu-west-1", KmsUse::allowed},
      {"nowhere", "eu-west-1", KmsUse::unknown},
      {"closed", "eu-west-1", KmsUse::denied},
      {"arn:nonsense", "eu-west-1", KmsUse::unknown},
  };
  Caller caller;
  caller.account = AccountId("111122223333");
  caller.arn = Arn("arn:aws:iam::111122223333:user/backup");
  for (const Row& row : rows) {
    EXPECT_EQ(accounts->kms_use(caller, Region(row.region), KmsKeyId(row.key)), row.use)
        << row.key << " in " << row.region;
    EXPECT_EQ(Accounts::open().kms_use(caller, Region(row.region), KmsKeyId(row.key)),
              KmsUse::allowed);
  }
}

}  // namespace
}  // namespace ssmb::sandbox
