// IAM Identity Center's portal and OIDC service, as far as a program meets them.
#include <gtest/gtest.h>

#include "sandbox/auth/verifying_authenticator.h"
#include "sandbox/sso/handler.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kAccounts = R"(
accounts:
  - id: "111122223333"
    keys: [{access_key_id: A, secret_access_key: b}]
logins:
  - {user: alice, access_token: at, refresh_token: rt, client_id: c, client_secret: cs,
     roles: [111122223333/Restore]}
  - {user: bob, access_token: old, expires: "2026-11-22T11:59:59Z", roles: [111122223333/Restore]}
)";

aws::HttpRequest portal(std::string_view token, std::string query) {
  aws::HttpRequest request{.path = "/federation/credentials", .query = std::move(query)};
  request.headers.set("x-amz-sso_bearer_token", std::string(token));
  return request;
}
aws::HttpRequest post(std::string path, std::string body) {
  std::ranges::replace(body, '\'', '"');
  aws::HttpRequest request{.method = "POST", .path = std::move(path)};
  request.headers.set("Content-Type", "application/json");
  request.body = SecretBytes(body);
  return request;
}
json::object body_of(const aws::HttpResponse& response) {
  return json::parse(response.body.view()).as_object();
}

TEST(Sso, ThePortalGivesAssignedRolesToGoodTokens) {
  WorldCaller caller;
  use_accounts(caller.world(), Accounts::parse(kAccounts).value());
  const std::string restore = "role_name=Restore&account_id=111122223333";
  struct Row {
    const char* name;
    aws::HttpRequest request;
    int status;
    const char* code;
  };
  const Row rows[] = {
      {"a good token", portal("at", restore), 200, ""},
      {"an expired token", portal("old", restore), 401, "UnauthorizedException"},
      {"nobody's token", portal("x", restore), 401, "UnauthorizedException"},
      {"no token", portal("", restore), 401, "UnauthorizedException"},
      {"another role", portal("at", "role_name=Admin&account_id=111122223333"), 403,
       "ForbiddenException"},
      {"another account", portal("at", "role_name=Restore&account_id=999988887777"), 403,
       "ForbiddenException"},
      {"no role", portal("at", "account_id=111122223333"), 400, "InvalidRequestException"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto response = caller.send(row.request);
    EXPECT_EQ(response.status, row.status) << response.body.view();
    EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), row.code);
  }
  const auto keys = body_of(caller.send(rows[0].request)).at("roleCredentials").as_object();
  EXPECT_EQ(keys.at("expiration").as_int64(), 1795352400345);  // an hour after noon, milliseconds
}

TEST(Sso, ARefreshTokenIsGoodOnce) {
  WorldCaller caller;
  use_accounts(caller.world(), Accounts::parse(kAccounts).value());
  const auto renew = [&](std::string_view members) {
    return caller.send(
        post("/token", "{'grantType':'refresh_token'," + std::string(members) + "}"));
  };
  const std::string good = "'clientId':'c','clientSecret':'cs','refreshToken':'rt'";
  EXPECT_EQ(renew("'clientId':'c','clientSecret':'no','refreshToken':'rt'").status, 401);
  EXPECT_EQ(renew("'clientId':'other','clientSecret':'cs','refreshToken':'rt'").status, 400);
  EXPECT_EQ(renew("'clientId':'c'").status, 400);
  const auto first = renew(good);
  ASSERT_EQ(first.status, 200) << first.body.view();
  EXPECT_EQ(body_of(first).at("expiresIn"), 3600);
  const std::string token(body_of(first).at("accessToken").as_string());
  EXPECT_EQ(caller.send(portal(token, "role_name=Restore&account_id=111122223333")).status, 200);
  EXPECT_EQ(caller.send(portal("at", "role_name=Restore&account_id=111122223333")).status, 401);
  const auto again = renew(good);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.headers.get("x-amzn-ErrorType"), "InvalidGrantException");
}

TEST(Sso, AnOpenSandboxTakesAnyToken) {
  WorldCaller caller;
  EXPECT_EQ(caller.send(portal("any", "role_name=R&account_id=999988887777")).status, 200);
  EXPECT_EQ(caller.send(portal("", "role_name=R&account_id=999988887777")).status, 401);
}

TEST(Sso, LeavesTheRequestsOfOtherServicesAlone) {
  aws::HttpRequest signed_post = post("/token", "{}");
  signed_post.headers.set("Authorization", "AWS4-HMAC-SHA256 ...");
  aws::HttpRequest form = post("/token", "a=b");
  form.headers.set("Content-Type", "application/x-www-form-urlencoded");
  struct Row {
    const char* name;
    aws::HttpRequest request;
    const char* operation;  // "" for another service's
  };
  const Row rows[] = {
      {"the portal", portal("t", ""), "sso:GetRoleCredentials"},
      {"OIDC", post("/token", "{}"), "sso-oauth:CreateToken"},
      {"Sign-In", post("/v1/token", "{}"), "signin:CreateOAuth2Token"},
      {"a bucket called token", signed_post, ""},
      {"a form", form, ""},
      {"an object", {.path = "/federation/other"}, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto route = sso::route_of(row.request);
    EXPECT_EQ(route ? route->operation : "", row.operation);
  }
}

}  // namespace
}  // namespace ssmb::sandbox
