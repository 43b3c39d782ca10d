#include "cli/commands.h"

#include <vector>

namespace ssmb::cli {

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
