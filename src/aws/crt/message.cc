#include "aws/crt/message.h"

#include <aws/common/error.h>

#include <string>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "base/try.h"

namespace ssmb::aws::crt {

Result<void> add_header(aws_http_message* message, std::string_view name, std::string_view value) {
  const aws_http_header header{.name = cursor(name),
                               .value = cursor(value),
                               .compression = AWS_HTTP_HEADER_COMPRESSION_USE_CACHE};
  if (aws_http_message_add_header(message, header) != AWS_OP_SUCCESS)
    return fail(ErrorKind::internal,
                "header " + std::string(name) + " cannot be set: " + describe(aws_last_error()));
  return {};
}

Result<Message> to_message(const HttpRequest& request) {
  Message message(aws_http_message_new_request(wiping_allocator()));
  const std::string target =
      request.query.empty() ? request.path : request.path + "?" + request.query;
  if (aws_http_message_set_request_method(message.get(), cursor(request.method)) !=
          AWS_OP_SUCCESS ||
      aws_http_message_set_request_path(message.get(), cursor(target)) != AWS_OP_SUCCESS)
    return fail(ErrorKind::internal, request.method + " " + request.path +
                                         " is no request: " + describe(aws_last_error()));
  for (const auto& [name, value] : request.headers.entries())
    SSMB_TRY_VOID(add_header(message.get(), name, value));
  return message;
}

}  // namespace ssmb::aws::crt
