#include "sandbox/s3/handler.h"

#include <fmt/format.h>

namespace ssmb::sandbox::s3 {

std::string operation_of(const aws::HttpRequest&) { return "s3:Unknown"; }

aws::HttpResponse handle(World&, const aws::HttpRequest&, const RequestContext& context) {
  return error_response(
      context, {.code = "NotImplemented", .message = "not part of the sandbox", .status = 501});
}

aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error) {
  aws::HttpResponse response;
  response.status = error.status;
  response.headers.set("Content-Type", "application/xml");
  response.body = SecretBytes(fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>"
      "<RequestId>{}</RequestId></Error>",
      error.code, error.message, context.request_id));
  return response;
}

}  // namespace ssmb::sandbox::s3
