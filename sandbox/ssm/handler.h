// SSM's part of dispatch().
#pragma once

#include <string>
#include <vector>

#include "aws/http/message.h"
#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::ssm {

// "ssm:GetParameters" and all its like, in order.
std::vector<std::string> operations();

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context);

}  // namespace ssmb::sandbox::ssm
