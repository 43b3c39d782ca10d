#include "sandbox/sts/handler.h"

#include <fmt/format.h>

#include "sandbox/query_protocol.h"
#include "sandbox/sts/roles.h"

namespace ssmb::sandbox::sts {
namespace {

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

aws::HttpResponse xml(int status, std::string_view text) {
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/xml");
  response.body = SecretBytes(text);
  return response;
}

XmlAnswer get_caller_identity(const RequestContext& context) {
  return fmt::format("<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
                     xml_escape(context.caller.arn.str()), xml_escape(context.caller.user_id),
                     context.caller.account);
}

XmlAnswer run(World& world, const RequestContext& context, const Form& form) {
  if (context.operation == "sts:GetCallerIdentity") return get_caller_identity(context);
  if (context.operation == "sts:AssumeRole") return assume_role(world, context, form);
  if (context.operation == "sts:AssumeRoleWithWebIdentity")
    return assume_role_with_web_identity(world, context, form);
  return std::unexpected(ServiceError{
      "InvalidAction",
      "Could not find operation " + context.operation.substr(4) + " for version 2011-06-15", 400});
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
