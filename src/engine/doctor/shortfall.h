// What keeps a snapshot from being a good one, and what to do about it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/doctor/region_case.h"
#include "snapshot/reader.h"

namespace ssmb::engine::doctor {

struct Shortfall {
  std::string words;  // "2 parameters could not be read: /a, /b"
  std::string next;
};
// `entry` is one that snapshot::complete_as_of() passes over; `last_good`: how many parameters the
// newest good one before it holds. What --accept-unreadable let go is not counted.
Shortfall shortfall_of(const RegionCase& at, const snapshot::Entry& entry,
                       std::optional<std::uint64_t> last_good);

// The run that writes it may not have come to its end yet.
bool may_be_under_way(const RegionCase& at, const snapshot::Entry& entry);

std::string backup_command(const RegionCase& at);

}  // namespace ssmb::engine::doctor
