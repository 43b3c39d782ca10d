// JSON 1.1: a target "Service.Operation" and a JSON body in; a JSON body or an error out. Documents
// live on wiping storage: values pass through them.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string_view>

#include "aws/http/message.h"
#include "sandbox/authenticator.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

using JsonAnswer = std::expected<boost::json::object, ServiceError>;
using JsonHandler = JsonAnswer (*)(World& world, const RequestContext& context,
                                   const boost::json::object& input);

inline std::unexpected<ServiceError> refuse(std::string_view code, std::string message,
                                            int status = 400) {
  return std::unexpected(ServiceError{std::string(code), std::move(message), status});
}

aws::HttpResponse json_response(int status, const boost::json::value& body);
aws::HttpResponse json_error(const ServiceError& error);

// Parses the body (SerializationException if it is no JSON object), asks the caller's own policies,
// runs the handler.
aws::HttpResponse answer_json(World& world, const RequestContext& context,
                              const aws::HttpRequest& request, JsonHandler handler);

}  // namespace ssmb::sandbox
