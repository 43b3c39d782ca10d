// The live store, as far as a restore must know it.
#pragma once

#include <optional>

#include "aws/ssm/client.h"
#include "engine/events.h"
#include "engine/restore/plan.h"
#include "snapshot/manifest.h"

namespace ssmb::engine::restore {

// One parameter whole: GetParameterHistory's newest entry (value and metadata of one moment), the
// labels of every version, and ListTagsForResource. nullopt: there is none. `depth` history keeps
// the older versions too.
ResultTask<std::optional<Parameter>> read_live(aws::ssm::Client ssm, ParameterName name,
                                               snapshot::Depth depth, CallScope scope);

// What the account and Region are like, for the rules: counts by tier come from the listing.
struct LiveStore {
  std::uint64_t listed = 0;
  std::uint64_t standard = 0;
  std::uint64_t advanced = 0;
};

// Tells the planner of everything live: names it wants with all their fields, others by name. Lists
// the whole Region unless `few` (at most 20 names), which are asked one by one.
ResultTask<LiveStore> read_live_store(aws::Session& session, Region region, Planner& planner,
                                      std::vector<ParameterName> few, snapshot::Depth depth,
                                      int concurrency, Events& events, CallScope scope);

}  // namespace ssmb::engine::restore
