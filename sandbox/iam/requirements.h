// What the operations of SSM and the tagging API ask of a caller's policies, before they look
// whether what is named is there at all.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/authenticator.h"
#include "sandbox/context.h"

namespace ssmb::sandbox::iam {

struct Requirement {
  std::string action;
  std::string resource;  // ARN, or "*": the action knows no resources
  std::string told;      // the resource in a refusal; may be empty
};

// Of a request with this input. A malformed one has none: its handler refuses it.
std::vector<Requirement> requirements(const RequestContext& context,
                                      const boost::json::object& input);

// AccessDeniedException for the first that the caller's policies do not allow.
std::optional<ServiceError> check_identity(const RequestContext& context,
                                           const boost::json::object& input);

}  // namespace ssmb::sandbox::iam
