// A stack file as the user names it, and what AWS has of it.
#pragma once

#include <string>

#include "cli/context.h"
#include "engine/infra/stack.h"

namespace ssmb::cli {

// `file`, with the Pulumi.yaml beside it where there is one. Errors of kind usage or configuration
// name the file.
Result<engine::Stack> read_stack_file(const std::string& file);

}  // namespace ssmb::cli
