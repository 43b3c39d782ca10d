// What is left to restore from where a run brought no new latest snapshot: whoever reads "FAILED"
// at night asks that first.
#pragma once

#include <string>

#include "engine/repositories.h"
#include "snapshot/writer.h"

namespace ssmb::engine {

struct Remaining {
  ObjectKey key;    // of the good snapshot that the Region's pointer names; empty: see why
  Time time;        // of it
  Duration age{0};  // then
  std::string unknown_because;  // "latest-us-west-2.txt does not exist"
};

// It must not hold up the bad news for long.
inline constexpr Duration kRemainingLimit = std::chrono::seconds{5};

// Asks the pointer; where the address names no owner, and the request no caller, STS before it.
Task<Remaining> find_remaining(aws::Session& session, RepositoryRequest request, Environment env,
                               snapshot::DefaultRegion default_region, std::stop_token stop);

}  // namespace ssmb::engine
