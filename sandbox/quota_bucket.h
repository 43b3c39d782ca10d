// One token bucket, whose rate may change and on which others may draw. Times are seconds since
// the quotas were set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace ssmb::sandbox {

// From `at` on the bucket fills at this rate.
struct RateChange {
  Duration at{0};
  double rate = 1;
};

// Calls evenly spaced, the first one at `from`, the last one before `to`; what is refused is not
// tried again.
struct OtherConsumer {
  double rate = 1;  // calls a second
  Duration from{0};
  Duration to{0};
};

struct ConsumerCount {
  std::uint64_t wanted = 0;
  std::uint64_t got = 0;
};

class QuotaBucket {
 public:
  // Full.
  QuotaBucket(double rate, double burst, std::vector<RateChange> changes,
              const std::vector<OtherConsumer>& others);

  // Takes a token if there is one. Time that has gone back is time that stands still. Another
  // consumer's call of the same moment comes first.
  bool take(double now);
  // Lets the others do what they did until now.
  void advance(double now);

  const ConsumerCount& others() const { return count_; }
  void reset_count() { count_ = {}; }

 private:
  struct Consumer {
    double rate;
    double from;
    double to;
    std::uint64_t sent = 0;

    double next() const { return from + static_cast<double>(sent) / rate; }
    bool lasts() const { return next() < to; }
  };

  Consumer* due(double now);
  void refill(double now);
  void accrue(double now);
  bool take_one();

  double rate_;
  double burst_;
  double tokens_;
  double at_ = 0;
  std::vector<RateChange> changes_;
  std::size_t changed_ = 0;  // how many of them lie behind
  std::vector<Consumer> consumers_;
  ConsumerCount count_;
};

}  // namespace ssmb::sandbox
