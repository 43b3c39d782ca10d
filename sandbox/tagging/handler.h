// The Resource Groups Tagging API's part of dispatch().
#pragma once

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::tagging {

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context);

}  // namespace ssmb::sandbox::tagging
