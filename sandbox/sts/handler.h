// STS's part of dispatch().
#pragma once

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::sts {

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context);

// <ErrorResponse>, as the query protocol has it.
aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error);

}  // namespace ssmb::sandbox::sts
