// Between Beast's messages and ours.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <optional>

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/http/secret_body.h"

namespace ssmb::sandbox {

using WireRequest = boost::beast::http::request<SecretBody>;
using WireResponse = boost::beast::http::response<SecretBody>;

// nullopt for a target that is neither "/path?query" nor a whole URL. Takes the body.
std::optional<aws::HttpRequest> from_wire(WireRequest&& wire, Arrival arrival);

// An answer to HEAD keeps the length that its headers tell and loses its body; 204 and 304 have
// neither.
struct Framing {
  unsigned version = 11;
  bool keep_alive = true;
  bool head = false;
};
WireResponse to_wire(aws::HttpResponse&& response, Framing framing);

}  // namespace ssmb::sandbox
