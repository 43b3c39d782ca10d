// What the rules of faults may look at in a request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/http/message.h"
#include "base/ids.h"
#include "sandbox/context.h"

namespace ssmb::sandbox {

struct FaultSubject {
  std::string operation;
  Region region;
  std::vector<std::string> parameters = {};  // names in the request, without selectors
  std::optional<std::string> key = {};       // of an S3 object
  bool has_token = false;                    // a listing that goes on
};

FaultSubject subject_of(const aws::HttpRequest& request, const RequestContext& context);

}  // namespace ssmb::sandbox
