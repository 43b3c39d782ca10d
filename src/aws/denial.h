// Whose word a denial is.
#pragma once

#include "base/error.h"

namespace ssmb::aws {

// Of a denied call: may a policy of the caller's identity be what is lacking? Not where an explicit
// deny is named, or a policy of the organization: whatever the identity is allowed, they outweigh.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
bool may_be_allowed_by_iam(const ServiceFault& fault);

}  // namespace ssmb::aws
