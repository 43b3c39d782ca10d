#include "sandbox/tagging/index.h"

#include <utility>

namespace ssmb::sandbox::tagging {

void Index::record(Time when, Arn arn, Tags tags) {
  pending_.push_back({when, std::move(arn), std::move(tags)});
}

const std::map<Arn, Tags>& Index::as_of(Time until) {
  for (; !pending_.empty() && pending_.front().when <= until; pending_.pop_front()) {
    Change& change = pending_.front();
    if (change.tags.empty()) {
      visible_.erase(change.arn);
    } else {
      visible_[change.arn] = std::move(change.tags);
    }
  }
  return visible_;
}

}  // namespace ssmb::sandbox::tagging
