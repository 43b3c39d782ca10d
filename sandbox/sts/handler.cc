#include "sandbox/sts/handler.h"

#include <fmt/format.h>

#include <charconv>

#include "base/time.h"
#include "sandbox/query_protocol.h"

namespace ssmb::sandbox::sts {
namespace {

using Form = std::map<std::string, std::string>;
using XmlAnswer = std::expected<std::string, ServiceError>;

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

std::unexpected<ServiceError> refuse(std::string_view code, std::string message) {
  return std::unexpected(ServiceError{std::string(code), std::move(message), 400});
}

aws::HttpResponse xml(int status, std::string_view text) {
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/xml");
  response.body = SecretBytes(text);
  return response;
}

XmlAnswer get_caller_identity(World&, const RequestContext& context, const Form&) {
  return fmt::format("<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
                     xml_escape(context.caller.arn.str()), xml_escape(context.caller.user_id),
                     context.caller.account);
}

// 900 to 43,200 seconds, an hour unless said.
std::expected<std::chrono::seconds, ServiceError> duration_of(const Form& form) {
  const auto found = form.find("DurationSeconds");
  if (found == form.end()) return std::chrono::seconds{3600};
  int seconds = 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  if (seconds < 900 || seconds > 43200)
    return refuse("ValidationError",
                  "1 validation error detected: Value at 'durationSeconds' failed to satisfy "
                  "constraint: Member must have value between 900 and 43200");
  return std::chrono::seconds{seconds};
}

XmlAnswer assume_role_with_web_identity(World& world, const RequestContext& context,
                                        const Form& form) {
  for (const char* member : {"RoleArn", "RoleSessionName", "WebIdentityToken"}) {
    if (!form.contains(member))
      return refuse("ValidationError", fmt::format("1 validation error detected: Value null at "
                                                   "'{}' failed to satisfy constraint: Member must "
                                                   "not be null",
                                                   member));
  }
  const auto lifetime = duration_of(form);
  if (!lifetime) return std::unexpected(lifetime.error());
  const Time expires = std::chrono::floor<std::chrono::seconds>(context.time) + *lifetime;
  const auto issued =
      world.authenticator().assume_role(form.at("RoleArn"), form.at("RoleSessionName"), expires);
  if (!issued) return std::unexpected(issued.error());
  return fmt::format(
      "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>"
      "<SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>"
      "<AssumedRoleUser><Arn>{}</Arn><AssumedRoleId>{}</AssumedRoleId></AssumedRoleUser>"
      "<SubjectFromWebIdentityToken>sandbox</SubjectFromWebIdentityToken>",
      issued->credentials.access_key_id, xml_escape(issued->credentials.secret_access_key.reveal()),
      xml_escape(issued->credentials.session_token.reveal()), to_iso8601(expires),
      xml_escape(issued->caller.arn.str()), xml_escape(issued->caller.user_id));
}

XmlAnswer run(World& world, const RequestContext& context, const Form& form) {
  if (context.operation == "sts:GetCallerIdentity")
    return get_caller_identity(world, context, form);
  if (context.operation == "sts:AssumeRoleWithWebIdentity")
    return assume_role_with_web_identity(world, context, form);
  return refuse("InvalidAction", "Could not find operation " + context.operation.substr(4) +
                                     " for version 2011-06-15");
}

}  // namespace

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context) {
  const auto result = run(world, context, parse_form(request.body.view()));
  if (!result) return error_response(context, result.error());
  const std::string action = context.operation.substr(4);
  return xml(200, fmt::format("<{0}Response xmlns=\"{1}\"><{0}Result>{2}</{0}Result>"
                              "<ResponseMetadata><RequestId>{3}</RequestId></ResponseMetadata>"
                              "</{0}Response>",
                              action, kNamespace, *result, context.request_id));
}

aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error) {
  return xml(error.status,
             fmt::format("<ErrorResponse xmlns=\"{}\"><Error><Type>{}</Type><Code>{}</Code>"
                         "<Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
                         kNamespace, error.status < 500 ? "Sender" : "Receiver", error.code,
                         xml_escape(error.message), context.request_id));
}

}  // namespace ssmb::sandbox::sts
