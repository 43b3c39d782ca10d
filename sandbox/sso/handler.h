// The services that hand out credentials to people who signed in with a browser, and take no
// signature: IAM Identity Center's portal (GET /federation/credentials) and OIDC (POST /token), and
// AWS Sign-In (POST /v1/token). Signing in itself is not here: who has, stands in the accounts
// file.
#pragma once

#include <optional>
#include <string>

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::sso {

struct Route {
  aws::Service service;
  std::string operation;  // "sso:GetRoleCredentials"
};
// nullopt: the request is for another service.
std::optional<Route> route_of(const aws::HttpRequest& request);
bool is_here(aws::Service service);

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context);

// JSON with the members that each of the three has.
aws::HttpResponse error_response(const ServiceError& error);

}  // namespace ssmb::sandbox::sso
