// How fast calls of one quota group may go: a token bucket that learns. Pure: time is handed in.
//
// The service keeps a token bucket of unknown size, shared with everybody of the account. We keep
// one like it, and correct it by what we see:
// - at share 1 (all of the quota) the pace is raised until the service throttles. Between two
//   throttles its bucket was empty at both ends, so the calls taken in between, over the time, are
//   its rate to within one call: the longer the distance, the surer. Each throttle doubles the
//   distance or so, so there are few of them.
// - at a smaller share we are a guest: the pace stays below the share of what is known, a throttle
//   means that others are short, and halves it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "runtime/runtime.h"

namespace ssmb {

// What is known of a quota before the first call.
struct Quota {
  double rate = 1;   // calls a second, of everybody together
  double burst = 1;  // calls at once, after a rest
  enum class Trust {
    reported,    // hearsay: the pace may grow beyond
    documented,  // the service's own documentation
    measured,    // an earlier run met its end there
  } trust = Trust::reported;
  double sure = 0;  // the rate that is there whatever an earlier run believed; 0: `rate`

  bool operator==(const Quota&) const = default;
};

class RateControl {
 public:
  // `share` in (0, 1]: how much of the quota is ours.
  RateControl(Quota quota, double share, SteadyTime now);

  // How long until the next call may go; zero: now.
  Duration wait(SteadyTime now);
  // A call goes. `waited`: it would have gone earlier if it could.
  enum class Waited { no, yes };
  void sent(SteadyTime now, Waited waited);

  enum class Answer {
    taken,      // the service let it through, whatever it said of it
    throttled,  // by the quota
    lost,       // nobody knows
  };
  void answered(SteadyTime sent, SteadyTime now, Answer answer);

  // The quota is another than was thought. Keeps what was counted.
  void assume(Quota quota, SteadyTime now);

  const Quota& quota() const { return quota_; }
  double rate() const { return pace_; }  // calls a second, now
  std::uint64_t calls() const { return calls_; }
  std::uint64_t throttles() const { return throttles_; }
  // How long so many more calls take at today's pace, or at the known one where that is a search.
  Duration time_for(std::uint64_t calls, SteadyTime now);
  // What the next run should begin with: measured, or only grown to (Trust::reported), or what we
  // had been told by an earlier run that measured it, or, where that was too much, what is left of
  // it (Trust::reported). nullopt: no more than was known.
  std::optional<Quota> learned() const;

 private:
  // A throttle: the service's bucket was empty.
  struct Empty {
    SteadyTime at;
    std::uint64_t taken;  // calls let through before
  };

  void refill(SteadyTime now);
  void grow(SteadyTime now);
  void grow_as_guest(double passed);
  void slow_down(SteadyTime now);
  void meet_the_end(SteadyTime now);
  void estimate(const Empty& here);
  double prior() const;
  double silence() const;
  bool is_all() const { return share_ >= 1; }

  Quota quota_;
  double share_;
  double pace_ = 1;
  double doubt_ = 0;          // how much too low the pace may be, a second
  bool known_holds_ = false;  // what is counted does not contradict the known rate
  double capacity_ = 1;
  double tokens_ = 1;
  SteadyTime refilled_;
  SteadyTime begun_;
  SteadyTime grown_;
  SteadyTime adapted_ = SteadyTime::min();  // calls sent before say nothing new
  SteadyTime last_sent_ = SteadyTime::min();
  bool saturated_ = false;
  bool rested_ = false;   // since the last throttle
  bool counted_ = false;  // the pace rests on a count
  int in_flight_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t throttles_ = 0;
  std::optional<Empty> first_;  // of all
  std::deque<Empty> empties_;   // since the quota seems to be what it is now
};

}  // namespace ssmb
