// The query protocol's request: a form by POST, as STS and SNS take it.
#pragma once

#include <string_view>

#include "aws/http/message.h"

namespace ssmb::aws {

// `body` is encoded already.
inline HttpRequest form_request(std::string_view body) {
  HttpRequest request;
  request.method = "POST";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = SecretBytes(body);
  return request;
}

}  // namespace ssmb::aws
