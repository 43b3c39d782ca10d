// The one seam for clock, sleep, randomness and cancellation.
//
// Nothing else in this project reads a clock, sleeps or draws a random number. RealRuntime does it
// for programs, VirtualRuntime (virtual_runtime.h) for tests: there, hours pass in milliseconds and
// the same seed gives the same run.
//
// Threads: all coroutines of a run live on the one executor; only Resume (task.h) may be called
// from elsewhere.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>

#include "base/error.h"
#include "base/time.h"
#include "runtime/task.h"

namespace ssmb {

// A point on the clock that never jumps; for deadlines and durations.
struct SteadyClockTag {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<SteadyClockTag, Duration>;
  static constexpr bool is_steady = true;
};
using SteadyTime = SteadyClockTag::time_point;

// How long a call may take, and who may interrupt it. Handed down by value; a child's deadline
// lies inside its parent's.
struct CallScope {
  SteadyTime deadline = SteadyTime::max();
  std::stop_token stop;
  // Whose deadline it is: zero: the user's, else one of ours, so long.
  Duration limit{0};

  CallScope until(SteadyTime earlier) const {
    CallScope scope = *this;
    scope.deadline = deadline < earlier ? deadline : earlier;
    return scope;
  }
  // From now on for so long at most: when that ends it, the error says so, and not --deadline.
  CallScope limited(Duration limit_of_ours, SteadyTime now) const {
    if (deadline - limit_of_ours <= now) return *this;
    return {.deadline = now + limit_of_ours, .stop = stop, .limit = limit_of_ours};
  }
};

class Runtime {
 public:
  virtual ~Runtime() = default;

  virtual Time now() = 0;           // wall clock, UTC
  virtual SteadyTime steady() = 0;  // since an arbitrary start
  // Waits, but no longer than the scope allows: then the error is timeout or cancelled.
  virtual ResultTask<void> sleep(Duration duration, CallScope scope) = 0;
  // 64 uniform random bits. In RealRuntime from the system's generator: fit for run ids and keys.
  virtual std::uint64_t random() = 0;
  virtual boost::asio::any_io_executor executor() = 0;

  double random_unit() { return static_cast<double>(random() >> 11) * 0x1.0p-53; }  // [0, 1)
  // 128 random bits as 32 hex digits.
  std::string random_id();
};

// Over an io_context that the caller runs, on one thread.
std::unique_ptr<Runtime> make_real_runtime(boost::asio::io_context& context);

// The error for a scope that has ended: cancelled if it was stopped, else timeout ("no answer
// within 10 s" where the limit was ours).
Error scope_ended(const CallScope& scope);
// An error if the scope is stopped or its deadline has passed.
Result<void> check(Runtime& runtime, const CallScope& scope);

}  // namespace ssmb
