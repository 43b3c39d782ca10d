// The control path, "/_sandbox/...": what tests and the demo ask of the sandbox itself. JSON in,
// JSON out; README.md lists the requests.
#pragma once

#include "aws/http/message.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

bool is_control(const aws::HttpRequest& request);
aws::HttpResponse control(World& world, const aws::HttpRequest& request);

}  // namespace ssmb::sandbox
