// One seed: a store that was backed up and has changed since, and a restore of it that is killed
// and run again; judged by what the same restore does where nobody kills it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/restore/plan.h"

namespace ssmb::simulation {

struct RestoreVerdict {
  std::vector<std::string> wrong;  // empty: as it must be
  std::uint64_t kills = 0;
  // Of the plan of the restore that nobody kills.
  std::map<engine::restore::Action, std::uint64_t> steps;
  std::string story;  // what the seed means: for a failing one
};

RestoreVerdict simulate_restore(std::uint64_t seed);

}  // namespace ssmb::simulation
