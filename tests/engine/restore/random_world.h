// A snapshot and a live store at random, with all that a restore may meet between them.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/restore/store_model.h"

namespace ssmb::engine::restore::testing {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
  bool percent(std::size_t of_hundred) { return below(100) < of_hundred; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

struct World {
  PlanOptions options;
  rules::Store facts;
  std::vector<Parameter> snapshot;
  StoreModel store{rules::Store{}};
  std::set<ParameterName> begun;
  std::set<ParameterName> unreadable;
  bool nearly_full = false;
};

// The same for the same seed. 3 to 12 parameters.
World random_world(std::uint64_t seed);

}  // namespace ssmb::engine::restore::testing
