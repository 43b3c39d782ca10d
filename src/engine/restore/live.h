// The live store, as far as a restore must know it.
#pragma once

#include <optional>

#include "aws/ssm/client.h"
#include "engine/events.h"
#include "engine/restore/plan.h"
#include "snapshot/manifest.h"

namespace ssmb::engine::restore {

// One parameter whole: value, metadata and labels of one moment (engine/reading.h), and its tags.
// nullopt: there is none. `depth` history reads the older versions too. An error also where a part
// of it could not be read.
ResultTask<std::optional<Parameter>> read_live(aws::ssm::Client ssm, ParameterName name,
                                               snapshot::Depth depth, CallScope scope);

// What the account and Region are like, for the rules: counts by tier come from the listing.
struct LiveStore {
  std::uint64_t listed = 0;
  std::uint64_t standard = 0;
  std::uint64_t advanced = 0;
  snapshot::TagsMode tags = snapshot::TagsMode::strict;  // how they were read
  snapshot::RegionFacts facts;                           // its settings, as far as they are known
};

struct LiveQuery {
  Region region;
  // At most 20 names, which are asked one by one; empty: the whole Region is listed.
  std::vector<ParameterName> few;
  snapshot::Depth depth = snapshot::Depth::current;
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;
  int concurrency = 16;
};
inline constexpr std::size_t kFew = 20;

// Tells the planner of everything live: names it wants with all their fields, others by name.
ResultTask<LiveStore> read_live_store(aws::Session& session, LiveQuery query, Planner& planner,
                                      Events& events, CallScope scope);

}  // namespace ssmb::engine::restore
