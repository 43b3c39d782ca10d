#include "cli/described.h"

#include <algorithm>

#include "base/text.h"

namespace ssmb::cli {

std::vector<Flag> Described::all() const {
  std::vector<Flag> flags = own;
  flags.insert(flags.end(), common.begin(), common.end());
  flags.push_back({.name = "-h,--help",
                   .value = {},
                   .help = "show the flags and examples of this command",
                   .arity = Flag::Arity::none,
                   .choices = {},
                   .shown_default = {},
                   .set = {}});
  return flags;
}

Described describe(const Command& command) {
  const Declaration declaration = command.declare();
  CommonOptions options = common_options(command);
  FlagSet common;
  add_common_flags(common, options, command.needs);
  Described out{.arguments = declaration.flags.arguments(),
                .own = declaration.flags.flags(),
                .common = common.flags()};
  // Their targets end here.
  for (Argument& argument : out.arguments) argument.set = {};
  for (Flag& flag : out.own) flag.set = {};
  for (Flag& flag : out.common) flag.set = {};
  return out;
}

std::string long_name(const Flag& flag) { return flag.name.substr(flag.name.find("--")); }

std::string short_name(const Flag& flag) {
  const auto comma = flag.name.find(',');
  return comma == std::string::npos ? std::string() : flag.name.substr(0, comma);
}

std::vector<Offer> first_words(std::span<const Command> commands) {
  std::vector<Offer> out;
  for (const Command& command : commands) {
    const std::string first(split(command.name, ' ').front());
    if (std::ranges::find(out, first, &Offer::word) != out.end()) continue;
    const auto members = members_of(commands, first);
    out.push_back(
        {first, members.empty() ? std::string(command.summary) : join(members, ", "), {}});
  }
  return out;
}

std::vector<std::string> members_of(std::span<const Command> commands, std::string_view group) {
  std::vector<std::string> members;
  const std::string prefix = std::string(group) + ' ';
  for (const Command& command : commands) {
    if (command.name.starts_with(prefix)) members.emplace_back(command.name.substr(prefix.size()));
  }
  return members;
}

}  // namespace ssmb::cli
