// A refusal of S3: an error with the extra elements and headers that some of them carry.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/http/message.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox::s3 {

struct Fault {
  ServiceError error;
  std::vector<std::pair<std::string, std::string>> details;  // elements beside Code and Message
  aws::Headers headers;
};

template <class T>
using Outcome = std::expected<T, Fault>;
using Answer = Outcome<aws::HttpResponse>;

inline std::unexpected<Fault> refuse(
    int status, std::string_view code, std::string message,
    std::vector<std::pair<std::string, std::string>> details = {}) {
  return std::unexpected(
      Fault{.error = {.code = std::string(code), .message = std::move(message), .status = status},
            .details = std::move(details),
            .headers = {}});
}

template <class T>
std::unexpected<Fault> pass_on(Outcome<T>&& outcome) {
  return std::unexpected(std::move(outcome).error());
}

}  // namespace ssmb::sandbox::s3
