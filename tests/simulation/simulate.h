// One seed: a world with other writers, quotas and faults, a backup in it, and the judgement.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chaos.h"

namespace ssmb::simulation {

struct Verdict {
  int exit_code = -1;
  std::vector<std::string> wrong;  // empty: as it must be
  // How often each fault fired.
  std::map<Cell, std::uint64_t> faults;
  std::uint64_t changes = 0;  // by other writers, while the backup ran
  std::uint64_t fenced = 0;   // complete snapshots with --fence,
  std::uint64_t fences_reached = 0;
  std::string story;  // what the seed means, and what the program said: for a failing one
};

Verdict simulate(std::uint64_t seed);

}  // namespace ssmb::simulation
