// Are we safe, and what is to be done? Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/doctor/finding.h"
#include "engine/overview/overview.h"

namespace ssmb::engine::overview {

struct Verdict {
  enum class State {
    safe,       // every Region has a good snapshot within the objective, and nothing is amiss
    attention,  // every Region has, and something else is amiss
    unsafe,     // a Region has none, or nobody knows
  } state = State::unsafe;
  std::string sentence;
};
std::string_view to_string(Verdict::State state);  // "safe", "attention", "unsafe"

struct Judged {
  Verdict verdict;
  std::vector<doctor::Finding> findings;  // what is amiss first; then by Region
};

Judged judge(const Overview& overview);

// By the Regions, and by how many findings are amiss.
Verdict verdict(const Overview& overview, std::size_t amiss);

// Has the Region a good snapshot within the objective?
bool is_safe(const Overview& overview, const RegionView& region);

}  // namespace ssmb::engine::overview
