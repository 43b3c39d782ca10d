// S3's part of dispatch().
#pragma once

#include <string>
#include <vector>

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::s3 {

// The operation a request asks for, from method, path, query and headers: "s3:PutObject",
// "s3:GetBucketVersioning"; "s3:Unknown" where nothing fits.
std::string operation_of(const aws::HttpRequest& request);

// "s3:PutObject" and all its like.
std::vector<std::string> operations();

// Path style and virtual-host style ("bucket.s3.region.amazonaws.com"). The caller is known.
aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context);

// <Error><Code>...; no body where the request was a HEAD.
aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error);

}  // namespace ssmb::sandbox::s3
