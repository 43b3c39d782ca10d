// Completion scripts for shells, from the table of commands.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ssmb::cli {

std::string bash_completion(std::span<const Command> commands);
std::string zsh_completion(std::span<const Command> commands);

}  // namespace ssmb::cli
