// Which pointers a finished snapshot may move, and their moving: one rule for the repository that
// it was written to and for every copy of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "snapshot/writer.h"

namespace ssmb::snapshot {

// Judged by what lies in `repository`, not by what another one says.
struct Promoted {
  Shrink shrink = Shrink::none;
  std::optional<std::uint64_t> last_good_count;
  std::vector<PointerReport> pointers;  // those that were due, and those kept for a reason
};

// Does the guard keep the pointers from it?
inline bool is_held(Shrink shrink, AcceptShrink accept) {
  return shrink != Shrink::none && accept == AcceptShrink::no;
}

// A partial snapshot moves none, an incomplete one latest-incomplete-<region>.txt alone; see
// docs/format.md. Both arguments by reference outlive the call. Never fails as a whole.
Task<Promoted> promote(Repository& repository, const Manifest& manifest, ScopeFrom scope_from,
                       AcceptShrink accept_shrink, DefaultRegion default_region, CallScope scope);

}  // namespace ssmb::snapshot
