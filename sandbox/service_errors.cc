#include "sandbox/service_errors.h"

#include <utility>

namespace ssmb::sandbox {

using aws::Service;

ServiceError throttled(Service service) {
  switch (service) {
    case Service::s3: return unavailable(service);
    case Service::sts: return {"Throttling", "Rate exceeded", 400};
    case Service::tagging: return {"ThrottledException", "Rate exceeded", 400};
    case Service::ssm:
    case Service::sso:
    case Service::sso_oidc:
    case Service::sns:  // not here
    case Service::signin: break;
  }
  return {"ThrottlingException", "Rate exceeded", 400};
}

ServiceError internal_error(Service service) {
  switch (service) {
    case Service::s3:
      return {"InternalError", "We encountered an internal error. Please try again.", 500};
    case Service::sts:
      return {"InternalFailure", "The request processing has failed due to an unknown error.", 500};
    case Service::tagging:
      return {"InternalServiceException", "The request failed because of an internal error.", 500};
    case Service::ssm:
    case Service::sso:
    case Service::sso_oidc:
    case Service::sns:  // not here
    case Service::signin: break;
  }
  return {"InternalServerError", "An error occurred on the server side.", 500};
}

ServiceError unavailable(Service service) {
  if (service == Service::s3) return {"SlowDown", "Please reduce your request rate.", 503};
  const bool query = service == Service::sts;
  return {query ? "ServiceUnavailable" : "ServiceUnavailableException",
          "The request has failed due to a temporary failure of the server.", 503};
}

ServiceError stale_token(Service service) {
  switch (service) {
    case Service::s3:
      return {"InvalidArgument", "The continuation token provided is incorrect", 400};
    case Service::tagging:
      return {"PaginationTokenExpiredException", "The PaginationToken parameter has expired.", 400};
    case Service::sts:
    case Service::ssm:
    case Service::sso:
    case Service::sso_oidc:
    case Service::sns:  // not here
    case Service::signin: break;
  }
  return {"InvalidNextToken", "The specified token isn't valid.", 400};
}

ServiceError access_denied(Service service, std::string message) {
  const bool json = service == Service::ssm || service == Service::tagging;
  if (json) return {"AccessDeniedException", std::move(message), 400};
  return {"AccessDenied", std::move(message), 403};
}

}  // namespace ssmb::sandbox
