#include "aws/sts/client.h"

#include <fmt/format.h>

#include "aws/query_form.h"
#include "aws/sts/credentials.h"
#include "aws/xml.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::aws::sts {
namespace {

HttpRequest identity_request() {
  return form_request("Action=GetCallerIdentity&Version=2011-06-15");
}

std::string role_form(const RoleRequest& role) {
  const auto encoded = [](std::string_view text) { return percent_encode(text, Slash::encode); };
  std::string body = "Action=AssumeRole&Version=2011-06-15&RoleArn=" + encoded(role.role_arn) +
                     "&RoleSessionName=" + encoded(role.session_name);
  if (!role.external_id.empty()) body += "&ExternalId=" + encoded(role.external_id);
  if (role.duration) body += fmt::format("&DurationSeconds={}", role.duration->count());
  return body;
}

}  // namespace

ResultTask<CallerIdentity> Client::get_caller_identity(CallScope scope) {
  const Operation operation{
      .service = Service::sts, .name = "sts:GetCallerIdentity", .region = region_};
  SSMB_CO_TRY(response, co_await call(session_, operation, SigningStyle::standard, identity_request,
                                      std::move(scope)));
  pugi::xml_document document;
  const pugi::xml_node result =
      parse_xml(response.body.view(), "GetCallerIdentityResponse", document)
          .child("GetCallerIdentityResult");
  CallerIdentity identity{.account = AccountId(result.child_value("Account")),
                          .arn = Arn(result.child_value("Arn")),
                          .user_id = result.child_value("UserId")};
  if (identity.account.empty() || identity.arn.empty()) {
    co_return fail(malformed(operation, response, "it names no account"));
  }
  co_return identity;
}

ResultTask<Credentials> Client::assume_role(RoleRequest role, CallScope scope) {
  const Operation operation{.service = Service::sts, .name = "sts:AssumeRole", .region = region_};
  auto build = [body = role_form(role)] { return form_request(body); };
  SSMB_CO_TRY(response, co_await call(session_, operation, SigningStyle::standard, std::move(build),
                                      std::move(scope)));
  co_return read_credentials(std::move(response.body), "AssumeRole");
}

}  // namespace ssmb::aws::sts
