#include "sandbox/sso/handler.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "base/wiping_resource.h"
#include "sandbox/json_input.h"
#include "sandbox/json_protocol.h"
#include "sandbox/query_protocol.h"
#include "sandbox/sso/dpop.h"
#include "sandbox/sso/logins.h"

namespace ssmb::sandbox::sso {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kRoleLife{3600};
constexpr std::chrono::seconds kTokenLife{3600};
constexpr std::chrono::seconds kLoginLife{900};

SecretText new_token(World& world, std::string_view prefix) {
  return SecretText(fmt::format("{}{:016x}{:016x}", prefix, world.random(), world.random()));
}

json::object keys_of(const aws::Credentials& keys) {
  return {{"accessKeyId", keys.access_key_id},
          {"secretAccessKey", keys.secret_access_key.reveal()},
          {"sessionToken", keys.session_token.reveal()}};
}

JsonAnswer role_credentials(World& world, const RequestContext& context,
                            const aws::HttpRequest& request) {
  auto query = parse_form(request.query);
  const std::string& account = query["account_id"];
  const std::string& role = query["role_name"];
  if (account.empty() || role.empty())
    return refuse("InvalidRequestException", "account_id and role_name are required");
  const Login* login =
      world.logins().holder_of(request.headers.get("x-amz-sso_bearer_token"), context.time);
  if (!login) return refuse("UnauthorizedException", "Session token not found or invalid", 401);
  if (!world.logins().may_be(*login, account, role))
    return refuse("ForbiddenException", "No access", 403);
  // The name that Identity Center gives to the role of a permission set.
  const std::string mark = sha256_hex(fmt::format("{}/{}", account, role)).substr(0, 16);
  const IssuedCredentials issued = world.authenticator().issue(
      {.account = AccountId(account),
       .arn = Arn(fmt::format("arn:aws:sts::{}:assumed-role/AWSReservedSSO_{}_{}/{}", account, role,
                              mark, login->user)),
       .user_id = login->user,
       .access_key_id = {},
       .region = {},
       .service = {}},
      context.time + kRoleLife);
  json::object keys = keys_of(issued.credentials);
  keys["expiration"] = std::chrono::duration_cast<std::chrono::milliseconds>(
                           issued.credentials.expires->time_since_epoch())
                           .count();
  return json::object{{"roleCredentials", std::move(keys)}};
}

// A refresh token is good once.
void renew(World& world, Login& login) {
  login.refresh_token = new_token(world, "aorAAAAAG");
  login.access_token = new_token(world, "aoaAAAAAG");
}

JsonAnswer create_token(World& world, const RequestContext& context, const json::object& input) {
  JsonInput reader(input);
  const std::string grant = reader.required_text("grantType");
  const std::string client_id = reader.required_text("clientId");
  const std::string client_secret = reader.required_text("clientSecret");
  const std::string refresh_token = reader.text("refreshToken").value_or("");
  if (reader.error()) return refuse("InvalidRequestException", reader.error()->message);
  if (grant != "refresh_token") return refuse("UnsupportedGrantTypeException", grant);
  Login* login = world.logins().renewer(refresh_token, client_id);
  if (!login) return refuse("InvalidGrantException", "Invalid refresh token provided");
  if (!login->client_secret.empty() && login->client_secret.reveal() != client_secret)
    return refuse("InvalidClientException", "Invalid client secret", 401);
  renew(world, *login);
  login->expires = context.time + kTokenLife;
  return json::object{{"accessToken", login->access_token.reveal()},
                      {"refreshToken", login->refresh_token.reveal()},
                      {"tokenType", "Bearer"},
                      {"expiresIn", kTokenLife.count()}};
}

JsonAnswer create_oauth2_token(World& world, const RequestContext& context,
                               const aws::HttpRequest& request, const json::object& input) {
  JsonInput reader(input);
  const std::string grant = reader.required_text("grantType");
  const std::string client_id = reader.required_text("clientId");
  const std::string refresh_token = reader.text("refreshToken").value_or("");
  if (reader.error()) return refuse("ValidationException", reader.error()->message);
  if (grant != "refresh_token") return refuse("ValidationException", "unsupported_grant_type");
  const std::string_view host = request.headers.find("Host").value_or(request.endpoint.host);
  if (const auto problem =
          check_dpop(request.headers.get("DPoP"), host, request.path, context.time))
    return refuse("ValidationException", *problem);
  Login* login = world.logins().renewer(refresh_token, client_id);
  if (!login) return refuse("AccessDeniedException", "TOKEN_EXPIRED");
  renew(world, *login);
  const Arn arn =
      login->arn.empty()
          ? Arn(fmt::format("arn:aws:iam::{}:user/{}", Accounts::kOpenAccount, login->user))
          : login->arn;
  const auto parts = split(arn.view(), ':');
  const IssuedCredentials issued =
      world.authenticator().issue({.account = AccountId(parts.size() > 4 ? parts[4] : ""),
                                   .arn = arn,
                                   .user_id = login->user,
                                   .access_key_id = {},
                                   .region = {},
                                   .service = {}},
                                  context.time + kLoginLife);
  return json::object{{"accessToken", keys_of(issued.credentials)},
                      {"tokenType", "aws_sigv4"},
                      {"expiresIn", kLoginLife.count()},
                      {"refreshToken", login->refresh_token.reveal()}};
}

JsonAnswer run(World& world, const RequestContext& context, const aws::HttpRequest& request) {
  if (context.service == aws::Service::sso) return role_credentials(world, context, request);
  boost::system::error_code broken;
  const json::value input =
      json::parse(json::string_view(request.body.view()), broken, wiping_storage());
  if (broken || !input.is_object()) return refuse("InvalidRequestException", "not a JSON object");
  if (context.service == aws::Service::sso_oidc)
    return create_token(world, context, input.get_object());
  return create_oauth2_token(world, context, request, input.get_object());
}

}  // namespace

std::optional<Route> route_of(const aws::HttpRequest& request) {
  if (request.headers.find("Authorization")) return std::nullopt;
  if (request.method == "GET" && request.path == "/federation/credentials")
    return Route{aws::Service::sso, "sso:GetRoleCredentials"};
  const bool json = request.method == "POST" &&
                    request.headers.get("Content-Type").starts_with("application/json");
  if (json && request.path == "/token")
    return Route{aws::Service::sso_oidc, "sso-oauth:CreateToken"};
  if (json && request.path == "/v1/token")
    return Route{aws::Service::signin, "signin:CreateOAuth2Token"};
  return std::nullopt;
}

bool is_here(aws::Service service) {
  return service == aws::Service::sso || service == aws::Service::sso_oidc ||
         service == aws::Service::signin;
}

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context) {
  const auto answer = run(world, context, request);
  return answer ? json_response(200, *answer) : error_response(answer.error());
}

aws::HttpResponse error_response(const ServiceError& error) {
  aws::HttpResponse response =
      json_response(error.status, json::object{{"message", error.message},
                                               {"error", error.code},
                                               {"error_description", error.message}});
  response.headers.set("x-amzn-ErrorType", error.code);
  return response;
}

}  // namespace ssmb::sandbox::sso
