#include "cli/topics.h"

#include <algorithm>

namespace ssmb::cli {

std::span<const Topic> topics() {
  static const std::vector<Topic> table = [] {
    std::vector<Topic> out;
    out.reserve(kTopicTable.size());
    for (const auto& make : kTopicTable) out.push_back(make());
    return out;
  }();
  return table;
}

std::vector<const Topic*> topics_of(const Command& command) {
  std::vector<const Topic*> found;
  for (const Topic& topic : topics()) {
    if (std::ranges::find(topic.commands, command.name) != topic.commands.end())
      found.push_back(&topic);
  }
  return found;
}

}  // namespace ssmb::cli
