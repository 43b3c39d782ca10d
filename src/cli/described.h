// A command as help, man pages and completion show it: what it declares, without what sets it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace ssmb::cli {

struct Described {
  std::vector<Argument> arguments;
  std::vector<Flag> own;
  std::vector<Flag> common;

  std::vector<Flag> all() const;  // with --help, which every command takes
};

// Nothing can be set through the flags and arguments of it.
Described describe(const Command& command);

// "--file" and "-f" of "-f,--file"; the short one may be empty.
std::string long_name(const Flag& flag);
std::string short_name(const Flag& flag);

// What may stand first on the command line, in the table's order: "backup", "infra". Of a group it
// says which commands it has.
std::vector<Offer> first_words(std::span<const Command> commands);

// "plan", "apply", "destroy" of "infra"; empty where nothing is called so.
std::vector<std::string> members_of(std::span<const Command> commands, std::string_view group);

}  // namespace ssmb::cli
