// How fast it goes just now: a mean since the start would hide both a stall and what follows it.
#pragma once

#include <cstdint>
#include <deque>

#include "runtime/runtime.h"

namespace ssmb::report {

class Pace {
 public:
  explicit Pace(Duration window = std::chrono::seconds{10}) : window_(window) {}
  // So many are done by now.
  void note(SteadyTime now, std::uint64_t done);
  // A second, over the window; 0 before anything is known.
  double rate() const;

 private:
  struct Seen {
    SteadyTime at;
    std::uint64_t done;
  };
  Duration window_;
  std::deque<Seen> seen_;
};

}  // namespace ssmb::report
