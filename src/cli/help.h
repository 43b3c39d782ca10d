// What --help and `help` print, from the tables of commands and of topics; all for 80 columns.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"
#include "cli/topics.h"

namespace ssmb::cli {

// The list of commands, the names of topics, how to go on, and the exit codes.
std::string overview(std::span<const Command> commands, std::span<const Topic> topics);

// The commands whose names begin with `group`: "infra".
std::string group_help(std::string_view group, std::span<const Command> commands);

// Usage, flags, common flags, examples and exit codes of one command, and its topics.
std::string command_help(const Command& command);

// One topic; what to type next stands last.
std::string topic_help(const Topic& topic);

// The topics with their summaries.
std::string topic_list(std::span<const Topic> topics);

// Name and value as they are typed: "-f, --file FILE".
std::string label(const Flag& flag);
// The help of a flag, its default behind it.
std::string explanation(const Flag& flag);
// "ssm-backup show [NAME] [flags]"
std::string usage_line(const Command& command);

// docs/commands.md: the help of all commands, as Markdown.
std::string reference(std::span<const Command> commands);

}  // namespace ssmb::cli
