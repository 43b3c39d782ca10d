#include "aws/auth/sso.h"

#include <fmt/format.h>

#include "aws/auth/ask.h"
#include "aws/auth/sso_token.h"
#include "aws/json.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

// {"roleCredentials": {...}}; its expiration is in milliseconds.
Result<Credentials> read_answer(const Operation& operation, const HttpResponse& response) {
  auto credentials = decode_json(operation, response, [](JsonFields& fields) {
    Credentials read;
    fields.one("roleCredentials", Presence::required, [&](JsonFields& role) {
      read.access_key_id = role.text("accessKeyId", Presence::required);
      read.secret_access_key = role.secret("secretAccessKey", Presence::required);
      read.session_token = role.secret("sessionToken", Presence::required);
      // To the year 5138.
      constexpr std::int64_t kLatest = 100'000'000'000'000;
      read.expires =
          Time(std::chrono::milliseconds{role.natural("expiration", kLatest, Presence::required)});
    });
    return read;
  });
  if (credentials && (credentials->access_key_id.empty() || credentials->secret_access_key.empty()))
    return fail(malformed(operation, response, "it holds no credentials"));
  return credentials;
}

class SsoProvider final : public Provider {
 public:
  SsoProvider(Runtime& runtime, Transport& transport, const Endpoints& endpoints, SsoRole role)
      : runtime_(runtime),
        transport_(transport),
        endpoint_(endpoints.regional(Service::sso, role.region)),
        tokens_(runtime, transport, endpoints.regional(Service::sso_oidc, role.region), role),
        role_(std::move(role)) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    SSMB_CO_TRY(token, co_await tokens_.get(scope));
    HttpRequest request{.endpoint = endpoint_, .path = "/federation/credentials"};
    request.query =
        fmt::format("role_name={}&account_id={}", percent_encode(role_.role, Slash::encode),
                    percent_encode(role_.account.view(), Slash::encode));
    request.headers.add("x-amz-sso_bearer_token", std::string(token.reveal()));
    const Operation operation{.service = Service::sso,
                              .name = "sso:GetRoleCredentials",
                              .region = role_.region,
                              .secrets = {token.reveal()}};
    SSMB_CO_TRY(response, co_await ask(runtime_, transport_, std::move(request), {}, scope));
    if (response.status == 200) co_return read_answer(operation, response);
    Error error = to_error(operation, response.status, parse_json_refusal(response));
    // 401 is about the token; 403 and 404 are about the role.
    error.next = response.status == 401
                     ? tokens_.login_command()
                     : fmt::format(
                           "is this user assigned {} in account {}? `aws configure sso "
                           "--profile {}` lists what is",
                           role_.role, role_.account, role_.profile);
    co_return fail(std::move(error));
  }
  std::string describe() const override {
    return fmt::format("profile {} (SSO role {} in {})", role_.profile, role_.role, role_.account);
  }

 private:
  Runtime& runtime_;
  Transport& transport_;
  Endpoint endpoint_;
  SsoTokens tokens_;
  SsoRole role_;
};

}  // namespace

std::unique_ptr<Provider> sso_provider(Runtime& runtime, Transport& transport,
                                       const Endpoints& endpoints, SsoRole role) {
  return std::make_unique<SsoProvider>(runtime, transport, endpoints, std::move(role));
}

}  // namespace ssmb::aws
