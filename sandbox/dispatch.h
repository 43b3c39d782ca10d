// From an HTTP request to the answer and how it is delivered: pure but for the World; no sockets,
// no coroutines.
//
//   serve()     finds service, Region, operation and caller, asks quotas and faults, writes ids and
//               dates into the answer;
//   dispatch()  hands the request to its service's handler.
//
// Service and Region come from the claimed scope of the signature (as moto does; presigned
// queries too), else from the host name, else s3 in us-east-1. JSON 1.1 requests are told by
// X-Amz-Target, STS by its form body, logins by their paths (sso/handler.h), everything else is S3.
// Paths under "/_sandbox/" are the control path (control.h) and need no signature.
#pragma once

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/delivery.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

Served serve(World& world, aws::HttpRequest request, Arrival arrival);

// `context` is complete: the caller is known. Counts the call.
aws::HttpResponse dispatch(World& world, const aws::HttpRequest& request,
                           const RequestContext& context);

// Where a request goes, by itself; pure.
struct Route {
  aws::Service service = aws::Service::s3;
  Region region;
  std::string operation;  // "ssm:GetParameters"
};
Route route_of(const aws::HttpRequest& request);

// The route, a request id and the time; the caller is still empty.
RequestContext classify(World& world, const aws::HttpRequest& request, Arrival arrival);

// `error` in the shape of the context's service: JSON, or XML for STS and S3.
aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error);

}  // namespace ssmb::sandbox
