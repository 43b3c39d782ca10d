// Tells how far a Region is, also while nothing comes: without it, one that answers nothing would
// be silent until its deadline.
#pragma once

#include <vector>

#include "aws/client.h"
#include "engine/events.h"

namespace ssmb::engine {

inline constexpr Duration kBeat = std::chrono::seconds{1};

// The events of one Region, on their way to the listener: what it has been told last is told again
// at each beat, with what the calls under way and the quotas say by then.
class Heartbeat final : public Events {
 public:
  // `asked`: where its calls go, the Region itself and that of its bucket.
  Heartbeat(aws::Session& session, Events& listener, Region region, std::vector<Region> asked)
      : session_(session),
        listener_(listener),
        region_(std::move(region)),
        asked_(std::move(asked)) {}

  void region_started(const Region& region) override { listener_.region_started(region); }
  void progress(const Region& region, const RegionProgress& progress) override;
  void note(const Region& region, Gravity gravity, const std::string& text) override {
    listener_.note(region, gravity, text);
  }

  // Until the scope ends.
  Task<void> beat(CallScope scope);
  // As it was told last, brought up to now.
  RegionProgress now();

 private:
  Duration quota_left() const;

  aws::Session& session_;
  Events& listener_;
  Region region_;
  std::vector<Region> asked_;
  RegionProgress last_;
};

// How many names there will be, as far as that is known; nullopt: nothing says so. Pure.
std::optional<std::uint64_t> names_in_all(const RegionProgress& progress);
// Those that are dealt with. Pure.
std::uint64_t names_done(const RegionProgress& progress);

// What a deadline's error says beyond itself: how far it came, and how long all would have taken.
// Pure.
std::string how_far(const RegionProgress& progress, Duration elapsed);

}  // namespace ssmb::engine
