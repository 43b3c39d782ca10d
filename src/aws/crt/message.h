// A request in the runtime's form.
#pragma once

#include "aws/crt/handle.h"
#include "aws/http/message.h"
#include "base/error.h"

namespace ssmb::aws::crt {

// Method, path with query, and headers; without body. Errors: internal, when the runtime finds
// one of them malformed.
Result<Message> to_message(const HttpRequest& request);
Result<void> add_header(aws_http_message* message, std::string_view name, std::string_view value);

}  // namespace ssmb::aws::crt
