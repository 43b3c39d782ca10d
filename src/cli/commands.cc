#include "cli/commands.h"

#include <vector>

namespace ssmb::cli {

CommonOptions common_options(const Command& command) {
  CommonOptions options;
  options.quota_share = command.defaults.quota_share;
  options.deadline = command.defaults.deadline;
  return options;
}

std::span<const Command> commands() {
  static const std::vector<Command> table = [] {
    std::vector<Command> out;
    out.reserve(kCommandTable.size());
    for (const auto& make : kCommandTable) out.push_back(make());
    return out;
  }();
  return table;
}

}  // namespace ssmb::cli
