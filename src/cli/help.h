// What --help prints, from the table of commands.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ssmb::cli {

// The list of commands, how to go on, and the exit codes; 80 columns.
std::string overview(std::span<const Command> commands);

// The commands whose names begin with `group`: "infra". 80 columns.
std::string group_help(std::string_view group, std::span<const Command> commands);

// Usage, flags, common flags, examples and exit codes of one command; 80 columns.
std::string command_help(const Command& command);

// docs/commands.md: the same for all commands, as Markdown.
std::string reference(std::span<const Command> commands);

}  // namespace ssmb::cli
