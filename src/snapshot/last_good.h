// The last good snapshot, as far as the shrink guard needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "snapshot/writer.h"

namespace ssmb::snapshot {

struct LastGood {
  ObjectKey target;  // what the pointer names; empty: nothing, or it could not be read
  // nullopt with no reason: there is no earlier good snapshot, its pointer names nothing that is
  // there.
  std::optional<std::uint64_t> parameter_count;
  std::string unknown_because;  // there may be one, but its count could not be read
};

// Follows latest-<region>.txt, for the default Region latest.txt where there is none, to the
// manifest or, where that cannot be read, to the document.
Task<LastGood> find_last_good(Repository& repository, Region region, DefaultRegion default_region,
                              CallScope scope);

// "parameter_count" as the old pipeline writes it, before the parameters.
std::optional<std::uint64_t> count_of_old_document(std::string_view head);

}  // namespace ssmb::snapshot
