// Calls of one quota group wait here for their turn, first come, first served.
#pragma once

#include <deque>

#include "runtime/rate_control.h"

namespace ssmb {

// One executor. `runtime` outlives it.
class RateLimiter {
 public:
  RateLimiter(Runtime& runtime, Quota quota, double share)
      : runtime_(runtime), control_(quota, share, runtime.steady()) {}
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  // Waits for the turn and returns when the call was let go. Each success is followed by one
  // answered(). Errors: timeout or cancelled, when the scope ends first.
  ResultTask<SteadyTime> acquire(CallScope scope);
  void answered(SteadyTime sent, RateControl::Answer answer) {
    control_.answered(sent, runtime_.steady(), answer);
  }

  RateControl& control() { return control_; }
  const RateControl& control() const { return control_; }

 private:
  ResultTask<SteadyTime> take_turn(CallScope scope);
  void pass_on();

  Runtime& runtime_;
  RateControl control_;
  bool taken_ = false;  // somebody is at the front
  std::deque<Resume<bool>> waiting_;
};

}  // namespace ssmb
