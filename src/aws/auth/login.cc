#include "aws/auth/login.h"

#include <fmt/format.h>

#include "aws/auth/ask.h"
#include "aws/auth/dpop.h"
#include "aws/auth/token_file.h"
#include "aws/json.h"
#include "base/digest.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

namespace json = boost::json;

constexpr Duration kRenewEarly = std::chrono::minutes{5};
constexpr std::string_view kPath = "/v1/token";

struct Login {
  Credentials credentials;
  SecretText refresh_token;  // what a renewal takes
  SecretText key;            // PEM
  std::string client_id;
  Region region;  // that it was made in; may be empty
  json::object document = new_json_object();
};

void read_keys(JsonFields& fields, Credentials& credentials) {
  credentials.access_key_id = fields.text("accessKeyId", Presence::required);
  credentials.secret_access_key = fields.secret("secretAccessKey", Presence::required);
  credentials.session_token = fields.secret("sessionToken", Presence::required);
}

struct Answer {
  Credentials credentials;
  SecretText refresh_token;
  std::int64_t expires_in = 0;
};

Answer read_answer(JsonFields& fields) {
  Answer answer;
  fields.one("accessToken", Presence::required,
             [&](JsonFields& keys) { read_keys(keys, answer.credentials); });
  answer.refresh_token = fields.secret("refreshToken", Presence::required);
  answer.expires_in = fields.natural("expiresIn", kLongestLife, Presence::required);
  return answer;
}

class LoginProvider final : public Provider {
 public:
  LoginProvider(Runtime& runtime, Transport& transport, Endpoints endpoints, LoginSession session)
      : runtime_(runtime),
        transport_(transport),
        endpoints_(std::move(endpoints)),
        session_(std::move(session)),
        file_(session_.cache, sha256_hex(session_.session)) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    SSMB_CO_TRY(login, read());
    const Credentials current = login.credentials;
    const Duration left = *current.expires - runtime_.now();
    if (left > kRenewEarly) co_return current;
    auto renewed = co_await renew(std::move(login), std::move(scope));
    if (renewed) co_return std::move(*renewed);
    // A refresh token is good once: another program may have been quicker.
    auto again = read();
    if (again && *again->credentials.expires - runtime_.now() > kRenewEarly)
      co_return std::move(again->credentials);
    if (left > Duration{0}) co_return current;
    co_return fail(std::move(renewed).error());
  }
  std::string describe() const override { return "profile " + session_.profile + " (aws login)"; }

 private:
  std::string login_command() const { return "aws login --profile " + session_.profile; }

  Result<Login> read() const {
    SSMB_TRY(document, file_.read());
    if (!document)
      return fail(ErrorKind::credentials,
                  fmt::format("nobody has signed in as {}", session_.session), login_command());
    std::string problem;
    JsonFields fields(*document, problem);
    Login login;
    fields.one("accessToken", Presence::required, [&](JsonFields& keys) {
      read_keys(keys, login.credentials);
      const auto expires = parse_token_time(keys.text("expiresAt", Presence::required));
      if (expires) login.credentials.expires = *expires;
    });
    login.refresh_token = fields.secret("refreshToken", Presence::required);
    login.key = fields.secret("dpopKey", Presence::required);
    login.client_id = fields.text("clientId", Presence::required);
    login.region = Region(fields.text("signInRegion"));
    if (problem.empty() && !login.credentials.expires) problem = "expiresAt is not a date";
    if (!problem.empty())
      return fail(
          ErrorKind::credentials,
          fmt::format("the cached login {} is unusable: {}", file_.path().string(), problem),
          login_command());
    login.document = *std::move(document);
    return login;
  }

  ResultTask<Credentials> renew(Login login, CallScope scope) {
    const Region region = login.region.empty() ? session_.region : login.region;
    if (!is_region_name(region) || !file_.replaceable())
      co_return fail(
          ErrorKind::credentials,
          fmt::format("the login has expired at {}, and {}", to_iso8601(*login.credentials.expires),
                      file_.replaceable() ? "no Region is known to renew it in"
                                          : "its folder cannot be written to"),
          login_command());
    SSMB_CO_TRY(request, request_for(login, region));
    const Operation operation{.service = Service::signin,
                              .name = "signin:CreateOAuth2Token",
                              .region = region,
                              .secrets = {login.refresh_token.reveal()}};
    SSMB_CO_TRY(response, co_await ask(runtime_, transport_, std::move(request), {}, scope));
    if (response.status != 200) {
      Error error = to_error(operation, response.status, parse_json_refusal(response));
      error.what = "the login could not be renewed";
      error.next = login_command() + " (renewing takes the permission signin:CreateOAuth2Token)";
      co_return fail(std::move(error));
    }
    SSMB_CO_TRY(answer, decode_json(operation, response, read_answer));
    co_return keep(std::move(login), std::move(answer));
  }

  Result<HttpRequest> request_for(const Login& login, const Region& region) {
    HttpRequest request{.method = "POST",
                        .endpoint = endpoints_.regional(Service::signin, region),
                        .path = std::string(kPath)};
    auto proof = dpop_proof(login.key.reveal(), request.endpoint.url() + request.path,
                            runtime_.now(), runtime_.random_id());
    if (!proof) return fail(std::move(proof).error().advising(login_command()));
    json::object body = new_json_object();
    body["clientId"] = login.client_id;
    body["grantType"] = "refresh_token";
    body["refreshToken"] = login.refresh_token.reveal();
    request.headers.add("Content-Type", "application/json");
    request.headers.add("DPoP", *std::move(proof));
    request.body = to_json(body);
    return request;
  }

  Credentials keep(Login login, Answer answer) {
    const Time expires = std::chrono::floor<std::chrono::seconds>(runtime_.now()) +
                         std::chrono::seconds{answer.expires_in};
    answer.credentials.expires = expires;
    json::object& keys = login.document["accessToken"].as_object();
    keys["accessKeyId"] = answer.credentials.access_key_id;
    keys["secretAccessKey"] = answer.credentials.secret_access_key.reveal();
    keys["sessionToken"] = answer.credentials.session_token.reveal();
    keys["expiresAt"] = to_iso8601(expires);
    login.document["refreshToken"] = answer.refresh_token.reveal();
    // The one that was used up stays there: this run goes on, the next one cannot renew it.
    const auto kept = file_.replace(login.document);
    if (!kept && session_.notice)
      session_.notice(
          fmt::format("the login was renewed, and cannot be kept: {}; sign in again: {}",
                      to_line(kept.error()), login_command()));
    return std::move(answer.credentials);
  }

  Runtime& runtime_;
  Transport& transport_;
  Endpoints endpoints_;
  LoginSession session_;
  TokenFile file_;
};

}  // namespace

std::unique_ptr<Provider> login_provider(Runtime& runtime, Transport& transport,
                                         Endpoints endpoints, LoginSession session) {
  return std::make_unique<LoginProvider>(runtime, transport, std::move(endpoints),
                                         std::move(session));
}

}  // namespace ssmb::aws
