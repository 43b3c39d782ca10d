#include "aws/pulse.h"

#include <algorithm>

namespace ssmb::aws {

bool Pulse::has_heard(const Region& region, Service service, SteadyTime since) const {
  const auto last = heard_.find({region, service});
  return last != heard_.end() && last->second >= since;
}

std::optional<Silence> Pulse::silence(const Region& region, SteadyTime now) const {
  const auto oldest = std::ranges::find_if(
      waiting_, [&region](const auto& each) { return each.second.region == region; });
  if (oldest == waiting_.end()) return std::nullopt;
  SteadyTime since = oldest->second.since;
  for (const auto& [where, when] : heard_) {
    if (where.first == region) since = std::max(since, when);
  }
  return Silence{.operation = oldest->second.operation, .lasting = now - since};
}

}  // namespace ssmb::aws
