#include "aws/sts/client.h"

#include "aws/xml.h"
#include "base/try.h"

namespace ssmb::aws::sts {
namespace {

HttpRequest build_request() {
  HttpRequest request;
  request.method = "POST";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = SecretBytes("Action=GetCallerIdentity&Version=2011-06-15");
  return request;
}

}  // namespace

ResultTask<CallerIdentity> Client::get_caller_identity(CallScope scope) {
  const Operation operation{
      .service = Service::sts, .name = "sts:GetCallerIdentity", .region = region_};
  SSMB_CO_TRY(response, co_await call(session_, operation, SigningStyle::standard, build_request,
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

}  // namespace ssmb::aws::sts
