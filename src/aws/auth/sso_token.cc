#include "aws/auth/sso_token.h"

#include <fmt/format.h>

#include "aws/auth/ask.h"
#include "aws/json.h"
#include "base/digest.h"
#include "base/try.h"

namespace ssmb::aws {

namespace json = boost::json;

namespace {

constexpr Duration kRenewEarly = std::chrono::minutes{15};

std::string title(const SsoRole& role) {
  return role.session.empty() ? "SSO token of " + role.start_url : "SSO session " + role.session;
}

}  // namespace

struct SsoTokens::Token {
  SecretText access_token;
  Time expires;
  SecretText refresh_token;  // the rest may be empty
  std::string client_id;
  SecretText client_secret;
  std::string registration_expires;
  json::object document;  // all that the file holds
};

SsoTokens::SsoTokens(Runtime& runtime, Transport& transport, Endpoint endpoint, SsoRole role)
    : runtime_(runtime),
      transport_(transport),
      endpoint_(std::move(endpoint)),
      role_(std::move(role)),
      file_(role_.cache, sha1_hex(role_.session.empty() ? role_.start_url : role_.session)) {}

std::string SsoTokens::login_command() const { return "aws sso login --profile " + role_.profile; }

Result<SsoTokens::Token> SsoTokens::read() const {
  SSMB_TRY(document, file_.read());
  if (!document)
    return fail(ErrorKind::credentials, fmt::format("nobody has signed in to the {}", title(role_)),
                login_command());
  std::string problem;
  JsonFields fields(*document, problem);
  Token token{.access_token = fields.secret("accessToken", Presence::required),
              .expires = {},
              .refresh_token = fields.secret("refreshToken"),
              .client_id = fields.text("clientId"),
              .client_secret = fields.secret("clientSecret"),
              .registration_expires = fields.text("registrationExpiresAt"),
              .document = new_json_object()};
  const auto expires = parse_token_time(fields.text("expiresAt", Presence::required));
  if (problem.empty() && !expires) problem = "expiresAt is not a date";
  if (!problem.empty())
    return fail(ErrorKind::credentials,
                fmt::format("the cached token {} is unusable: {}", file_.path().string(), problem),
                login_command());
  token.expires = *expires;
  token.document = *std::move(document);
  return token;
}

bool SsoTokens::renewable(const Token& token) {
  if (role_.session.empty() || token.refresh_token.empty() || token.client_id.empty() ||
      token.client_secret.empty())
    return false;
  const auto registered = parse_token_time(token.registration_expires);
  return registered && *registered > runtime_.now() && file_.replaceable();
}

ResultTask<SecretText> SsoTokens::get(CallScope scope) {
  SSMB_CO_TRY(token, read());
  const Time expires = token.expires;
  const bool lasts = expires > runtime_.now();
  if (lasts && expires - runtime_.now() > kRenewEarly) co_return std::move(token.access_token);
  Error failure{.kind = ErrorKind::credentials,
                .what = fmt::format("the {} has expired at {}", title(role_), to_iso8601(expires)),
                .fault = {},
                .next = login_command()};
  SecretText current = token.access_token;
  if (renewable(token)) {
    auto renewed = co_await renew(std::move(token), scope);
    if (renewed) co_return std::move(*renewed);
    failure = std::move(renewed).error();
    // A refresh token is good once: another program may have been quicker.
    const auto again = read();
    if (again && again->expires > runtime_.now() && again->expires != expires)
      co_return again->access_token;
  }
  if (lasts) co_return current;
  co_return fail(std::move(failure));
}

ResultTask<SecretText> SsoTokens::renew(Token token, CallScope scope) {
  json::object body = new_json_object();
  body["clientId"] = token.client_id;
  body["clientSecret"] = token.client_secret.reveal();
  body["grantType"] = "refresh_token";
  body["refreshToken"] = token.refresh_token.reveal();
  HttpRequest request{.method = "POST", .endpoint = endpoint_, .path = "/token"};
  request.headers.add("Content-Type", "application/json");
  request.body = to_json(body);
  const Operation operation{
      .service = Service::sso_oidc,
      .name = "sso-oauth:CreateToken",
      .region = role_.region,
      .secrets = {token.refresh_token.reveal(), token.client_secret.reveal()}};
  SSMB_CO_TRY(response, co_await ask(runtime_, transport_, std::move(request), {}, scope));
  if (response.status != 200) {
    Error error = to_error(operation, response.status, parse_json_refusal(response));
    error.kind = ErrorKind::credentials;
    error.what = fmt::format("the {} could not be renewed", title(role_));
    error.next = login_command();
    co_return fail(std::move(error));
  }
  struct Answer {
    SecretText access_token;
    SecretText refresh_token;
    std::int64_t expires_in;
  };
  SSMB_CO_TRY(answer, decode_json(operation, response, [](JsonFields& fields) {
                return Answer{fields.secret("accessToken", Presence::required),
                              fields.secret("refreshToken"),
                              fields.natural("expiresIn", kLongestLife, Presence::required)};
              }));
  const Time expires = std::chrono::floor<std::chrono::seconds>(runtime_.now()) +
                       std::chrono::seconds{answer.expires_in};
  token.document["accessToken"] = answer.access_token.reveal();
  token.document["expiresAt"] = to_iso8601(expires);
  token.document.erase("refreshToken");
  if (!answer.refresh_token.empty()) token.document["refreshToken"] = answer.refresh_token.reveal();
  // The one that was used up stays there: this run goes on, the next one cannot renew it.
  const auto kept = file_.replace(token.document);
  if (!kept && role_.notice)
    role_.notice(fmt::format("the {} was renewed, and cannot be kept: {}; sign in again: {}",
                             title(role_), to_line(kept.error()), login_command()));
  co_return std::move(answer.access_token);
}

}  // namespace ssmb::aws
