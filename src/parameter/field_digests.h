// Keyed digests of every field, for whoever compares by either rule; print.h has those of a restore
// alone, in less room.
#pragma once

#include <array>
#include <cstdint>

#include "parameter/print.h"

namespace ssmb {

struct FieldDigests {
  std::array<std::uint64_t, kFieldCount> digests{};  // by place in kFields; 0: empty, or not there
  FieldSet captured;  // a field that was not captured takes no part in a comparison
};

// By after_restore: those of print_of(). By exact: of each field to the byte.
FieldDigests digests_of(const Parameter& parameter, const PrintKey& key, Comparison comparison);
// The fields that both have captured and that differ.
FieldSet differing(const FieldDigests& a, const FieldDigests& b);

}  // namespace ssmb
