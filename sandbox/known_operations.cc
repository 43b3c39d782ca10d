#include "sandbox/known_operations.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/s3/handler.h"
#include "sandbox/ssm/handler.h"

namespace ssmb::sandbox {

const std::vector<std::string>& known_operations() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names = ssm::operations();
    names.insert(names.end(), {"tag:GetResources", "sts:GetCallerIdentity", "sts:AssumeRole",
                               "sts:AssumeRoleWithWebIdentity", "sso:GetRoleCredentials",
                               "sso-oauth:CreateToken", "signin:CreateOAuth2Token"});
    for (std::string& name : s3::operations()) names.push_back(std::move(name));
    return names;
  }();
  return all;
}

bool fits_known_operation(std::string_view glob) {
  return std::ranges::any_of(known_operations(),
                             [&](const std::string& name) { return glob_match(glob, name); });
}

}  // namespace ssmb::sandbox
