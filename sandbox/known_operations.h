// Every operation that the sandbox has, as IAM would spell it: "ssm:GetParameters". For what names
// operations by globs: a glob that fits none of them is a slip of the pen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssmb::sandbox {

const std::vector<std::string>& known_operations();

bool fits_known_operation(std::string_view glob);

}  // namespace ssmb::sandbox
