// The last good snapshot, as far as the shrink guard needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "snapshot/repository.h"

namespace ssmb::snapshot {

struct LastGood {
  ObjectKey target;  // what the pointer names; empty: nothing, or it could not be read
  std::optional<std::uint64_t> parameter_count;
};

// Follows the pointer to its manifest, or to the head of an old document. Whatever cannot be read
// is unknown: moving the pointer will report the trouble.
Task<LastGood> find_last_good(Repository& repository, ObjectKey pointer, CallScope scope);

// "parameter_count" as the old pipeline writes it, before the parameters.
std::optional<std::uint64_t> count_of_old_document(std::string_view head);

}  // namespace ssmb::snapshot
