// Bucket policies, as far as the sandbox evaluates them: principals, actions and resources with
// globs, and the conditions below. What it cannot evaluate is refused when the policy is put.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "sandbox/s3/fault.h"

namespace ssmb::sandbox::s3 {

// Bool, Null, String[Not]Equals, String[Not]EqualsIgnoreCase, String[Not]Like, each with IfExists.
Outcome<void> check_policy(std::string_view text);

struct PolicyQuestion {
  Arn principal;
  AccountId account;
  std::string action;    // "s3:PutObject"
  std::string resource;  // ARN
  // The value of a condition key ("aws:SecureTransport"), by its name in lower case.
  std::function<std::optional<std::string>(std::string_view)> value_of;
};

enum class PolicyVerdict { silent, allow, deny };
// `text` has passed check_policy(). A Deny beats any Allow.
PolicyVerdict evaluate(std::string_view text, const PolicyQuestion& question);

}  // namespace ssmb::sandbox::s3
