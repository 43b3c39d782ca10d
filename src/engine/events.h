// What happens in a run, told as it happens: report/progress.h shows it, tests listen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "base/units.h"

namespace ssmb::engine {

struct RegionProgress {
  enum class Listing { going_on, ended } listing = Listing::going_on;
  std::uint64_t pages = 0;     // of the listing
  std::uint64_t listed = 0;    // names of the scope so far
  std::uint64_t left_out = 0;  // names outside the scope
  std::uint64_t asked = 0;     // names whose values have been asked for
  std::uint64_t read = 0;      // in the snapshot
  std::uint64_t unreadable = 0;
  std::uint64_t vanished = 0;
  std::uint64_t throttled = 0;  // calls that the service asked to make later
  ByteCount bytes;              // of the document
  // Names of the scope that there will be, if there are as many as at the last run.
  std::optional<std::uint64_t> expected = {};
  bool with_history = false;  // each costs a call for its labels or older versions
  bool tags_singly = false;   // and one for its tags
  // Filled in by Heartbeat.
  Duration quota_left{0};   // so long the slowest quota holds back what is still to come
  Duration silence{0};      // so long nothing was answered,
  std::string silent = {};  // and this has waited longest: "ssm:GetParameters"
};

// As long as that nobody need be told that answers do not come.
inline constexpr Duration kSilence = std::chrono::seconds{10};

enum class Gravity { info, warning };

// All calls come from the run's one executor. A listener never blocks for long.
class Events {
 public:
  virtual ~Events() = default;
  virtual void region_started(const Region& region) = 0;
  // After each page and each batch: often; and every second at least (heartbeat.h).
  virtual void progress(const Region& region, const RegionProgress& progress) = 0;
  // One line for the log.
  virtual void note(const Region& region, Gravity gravity, const std::string& text) = 0;
};

}  // namespace ssmb::engine
