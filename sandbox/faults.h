// Faults: what else may become of a request than its answer.
//
//   world.faults().set({{.fault = Fault::reset_after, .operation = "s3:PutObject", .count = 1},
//                       {.fault = Fault::throttle, .operation = "ssm:*", .probability = 0.1}});
//   ...
//   world.faults().fired()
//
// A call is held against the rules in their order; the first that strikes is its fault. A rule
// counts the calls that it matches, lets `skip` of them pass, and then strikes each with its
// probability until it has done so `count` times. Chance is the world's: the same seed and the same
// requests meet the same faults.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "sandbox/fault.h"
#include "sandbox/fault_subject.h"

namespace ssmb::sandbox {

struct FaultRule {
  Fault fault = Fault::throttle;
  // Globs. What a fault does not fit it never strikes, whatever the glob says.
  std::string operation = "*";
  std::string region = "*";
  std::string parameter = {};  // empty: any; else a name in the request must fit
  std::string key = {};        // S3's, likewise
  std::uint64_t skip = 0;
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
  double probability = 1;
  std::string message = {};  // access_denied: the service's words
  int status = 0;            // html: 200 or 502; huge_error: 400 or 500
  Duration seconds{0};       // slow_body: in all; wrong_clock: how far the service is ahead
};

// The format is that of sandbox/README.md. Errors: configuration, naming the rule.
Result<std::vector<FaultRule>> parse_faults(std::string_view text);

class Faults {
 public:
  using Chance = std::function<double()>;  // in [0, 1)

  explicit Faults(Chance chance) : chance_(std::move(chance)) {}
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  // In place of those before; what has fired stays counted.
  void set(std::vector<FaultRule> rules);
  bool any() const { return !rules_.empty(); }

  // What strikes this call at this stage, good until set(); nullptr: nothing.
  const FaultRule* pick(FaultStage stage, const FaultSubject& subject);

  // By fault, operation and Region.
  using Counters = std::map<std::tuple<Fault, std::string, Region>, std::uint64_t>;
  const Counters& fired() const { return fired_; }
  void reset_counters() { fired_.clear(); }

 private:
  struct Entry {
    FaultRule rule;
    std::uint64_t matched = 0;
    std::uint64_t struck = 0;
  };

  bool strikes(Entry& entry);

  Chance chance_;
  std::vector<Entry> rules_;
  Counters fired_;
};

}  // namespace ssmb::sandbox
