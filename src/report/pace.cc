#include "report/pace.h"

namespace ssmb::report {
namespace {

constexpr Duration kGrain = std::chrono::milliseconds{250};

}  // namespace

void Pace::note(SteadyTime now, std::uint64_t done) {
  // A fence reads from the beginning again.
  if (!seen_.empty() && done < seen_.back().done) seen_.clear();
  // Of what comes often, the newest is enough.
  if (seen_.size() >= 2 && now - seen_[seen_.size() - 2].at < kGrain) seen_.pop_back();
  seen_.push_back({.at = now, .done = done});
  while (seen_.size() > 2 && now - seen_[1].at >= window_) seen_.pop_front();
}

double Pace::rate() const {
  if (seen_.size() < 2) return 0;
  const double seconds = std::chrono::duration<double>(seen_.back().at - seen_.front().at).count();
  const auto done = static_cast<double>(seen_.back().done - seen_.front().done);
  return seconds > 0 ? done / seconds : 0;
}

}  // namespace ssmb::report
