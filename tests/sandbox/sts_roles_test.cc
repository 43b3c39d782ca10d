// Who may assume which role, for how long, under which name.
#include <gtest/gtest.h>

#include "sandbox/auth/verifying_authenticator.h"
#include "sandbox/dispatch.h"
#include "sandbox/sts/roles.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kAccounts = R"(
accounts:
  - id: "111122223333"
    keys: [{access_key_id: A, secret_access_key: b, user: backup}]
    roles:
      - {name: by-arn, trusts: ["arn:aws:iam::111122223333:user/backup"]}
      - {name: by-account, trusts: ["111122223333"]}
      - {name: by-root, trusts: ["arn:aws:iam::111122223333:root"]}
      - {name: by-anyone, trusts: ["*"]}
      - {name: by-role, trusts: ["arn:aws:iam::111122223333:role/job"]}
      - {name: by-nobody}
      - {name: with-id, trusts: ["*"], external_id: "the:id"}
      - {name: long, trusts: ["*"], max_session_duration: 43200}
)";

const std::string kUser = "arn:aws:iam::111122223333:user/backup";
const std::string kSession = "arn:aws:sts::111122223333:assumed-role/job/1";

class StsRoles : public testing::Test {
 protected:
  StsRoles() { use_accounts(world_, Accounts::parse(kAccounts).value()); }

  // The ARN in the answer, or the error's code and words.
  std::string assume(const std::string& caller, std::string_view role, sts::Form more = {}) {
    RequestContext context{.service = aws::Service::sts,
                           .region = Region("eu-west-1"),
                           .operation = "sts:AssumeRole",
                           .caller = {.account = AccountId("111122223333"), .arn = Arn(caller)},
                           .request_id = "r",
                           .time = kNoon};
    more.insert({"RoleArn", fmt::format("arn:aws:iam::111122223333:role/{}", role)});
    more.insert({"RoleSessionName", "run"});
    const auto answer = sts::assume_role(world_, context, more);
    if (!answer) return answer.error().code + ": " + answer.error().message;
    const auto begin = answer->find("<Arn>") + 5;
    return answer->substr(begin, answer->find("</Arn>") - begin);
  }

  World world_{[] { return kNoon; }, 1};
};

TEST_F(StsRoles, AreForThoseWhomTheyTrust) {
  const std::string session = "arn:aws:sts::111122223333:assumed-role/";
  const std::string denied = "AccessDenied: User: ";
  struct Row {
    const char* name;
    std::string caller;
    std::string role;
    sts::Form more;
    std::string answer;  // how it begins
  };
  const Row rows[] = {
      {"its ARN", kUser, "by-arn", {}, session + "by-arn/run"},
      {"its account", kUser, "by-account", {}, session + "by-account/run"},
      {"its account's root", kUser, "by-root", {}, session + "by-root/run"},
      {"anyone", kUser, "by-anyone", {}, session + "by-anyone/run"},
      {"the role behind a session", kSession, "by-role", {}, session + "by-role/run"},
      {"another session name",
       kUser,
       "by-arn",
       {{"RoleSessionName", "a.b@c"}},
       session + "by-arn/a.b@c"},
      {"the external id", kUser, "with-id", {{"ExternalId", "the:id"}}, session + "with-id/run"},
      {"an external id that nobody asks for",
       kUser,
       "by-arn",
       {{"ExternalId", "x1"}},
       session + "by-arn/run"},
      {"twelve hours", kUser, "long", {{"DurationSeconds", "43200"}}, session + "long/run"},
      {"another ARN", kSession, "by-arn", {}, denied + kSession},
      {"a user for a role", kUser, "by-role", {}, denied + kUser},
      {"no trust at all", kUser, "by-nobody", {}, denied + kUser},
      {"no such role", kUser, "gone", {}, denied + kUser},
      {"no external id", kUser, "with-id", {}, denied + kUser},
      {"another external id", kUser, "with-id", {{"ExternalId", "the:ID"}}, denied + kUser},
      {"longer than the role's own limit",
       kUser,
       "by-arn",
       {{"DurationSeconds", "3601"}},
       "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration"},
      {"longer than an hour behind a role",
       kSession,
       "long",
       {{"DurationSeconds", "3601"}},
       "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles "
       "assumed by role chaining"},
      {"an hour behind a role",
       kSession,
       "long",
       {{"DurationSeconds", "3600"}},
       session + "long/run"},
      {"too short",
       kUser,
       "long",
       {{"DurationSeconds", "899"}},
       "ValidationError: 1 validation error detected: Value '899' at 'durationSeconds'"},
      {"too long",
       kUser,
       "long",
       {{"DurationSeconds", "43201"}},
       "ValidationError: 1 validation error detected: Value '43201' at 'durationSeconds'"},
      {"a session name of one letter",
       kUser,
       "by-arn",
       {{"RoleSessionName", "a"}},
       "ValidationError: 1 validation error detected: Value 'a' at 'roleSessionName'"},
      {"a session name with a space",
       kUser,
       "by-arn",
       {{"RoleSessionName", "a b"}},
       "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName'"},
      {"an external id of one letter",
       kUser,
       "with-id",
       {{"ExternalId", "x"}},
       "ValidationError: 1 validation error detected: Value 'x' at 'externalId'"},
      {"an ARN that is no role's",
       kUser,
       "x",
       {{"RoleArn", "arn:aws:iam::1:user/x"}},
       "ValidationError: arn:aws:iam::1:user/x is invalid"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string answer = assume(row.caller, row.role, row.more);
    EXPECT_TRUE(answer.starts_with(row.answer)) << answer;
  }
}

TEST_F(StsRoles, NeedTheirMembers) {
  RequestContext context{.service = aws::Service::sts, .time = kNoon};
  const auto answer = sts::assume_role(world_, context, {{"RoleArn", "arn:aws:iam::1:role/x"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message,
            "1 validation error detected: Value null at 'roleSessionName' failed to satisfy "
            "constraint: Member must not be null");
}

}  // namespace
}  // namespace ssmb::sandbox
