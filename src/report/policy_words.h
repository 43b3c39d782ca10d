// A resource policy in a few words: to whom it gives what. It names other accounts, which are no
// secret. Grammar: IAM User Guide, "Grammar of the IAM JSON policy language". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ssm/types.h"

namespace ssmb::report {

// "allow 222233334444: ssm:GetParameter, ssm:GetParameters"; statements are parted by "; ".
std::string policy_words(std::string_view policy);
// Of all; "nobody" where there are none.
std::string policies_words(const std::vector<aws::ssm::ResourcePolicy>& policies);

// The policy without spaces, as one argument of a shell; nullopt: it is no JSON.
std::optional<std::string> policy_argument(std::string_view policy);

}  // namespace ssmb::report
