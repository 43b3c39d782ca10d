// Splitting a command line into words without a shell. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ssmb::aws {

// As Python's shlex.split, with which botocore splits credential_process: quotes '...' and "..."
// (a backslash inside the latter escapes " and \ only), a backslash outside takes the next
// character as it is. Nothing is expanded. Errors: credentials (an open quote, no word at all).
Result<std::vector<std::string>> split_shell_words(std::string_view text);

}  // namespace ssmb::aws
