#include "sandbox/quota_bucket.h"

#include <algorithm>
#include <utility>

namespace ssmb::sandbox {
namespace {

double to_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

}  // namespace

QuotaBucket::QuotaBucket(double rate, double burst, std::vector<RateChange> changes,
                         const std::vector<OtherConsumer>& others)
    : rate_(rate), burst_(burst), tokens_(burst), changes_(std::move(changes)) {
  std::ranges::sort(changes_, {}, &RateChange::at);
  for (const OtherConsumer& other : others)
    consumers_.push_back(
        {.rate = other.rate, .from = to_seconds(other.from), .to = to_seconds(other.to)});
}

bool QuotaBucket::take(double now) {
  advance(now);
  return take_one();
}

void QuotaBucket::advance(double now) {
  while (Consumer* consumer = due(now)) {
    refill(consumer->next());
    ++consumer->sent;
    ++count_.wanted;
    if (take_one()) ++count_.got;
  }
  refill(now);
}

QuotaBucket::Consumer* QuotaBucket::due(double now) {
  Consumer* first = nullptr;
  for (Consumer& consumer : consumers_) {
    if (!consumer.lasts() || consumer.next() > now) continue;
    if (!first || consumer.next() < first->next()) first = &consumer;
  }
  return first;
}

void QuotaBucket::refill(double now) {
  for (; changed_ < changes_.size() && to_seconds(changes_[changed_].at) <= now; ++changed_) {
    accrue(to_seconds(changes_[changed_].at));
    rate_ = changes_[changed_].rate;
  }
  accrue(now);
}

void QuotaBucket::accrue(double now) {
  if (now <= at_) return;
  tokens_ = std::min(burst_, tokens_ + (now - at_) * rate_);
  at_ = now;
}

bool QuotaBucket::take_one() {
  // A tenth of a second at ten a second is one token, whatever doubles make of it.
  constexpr double kRounding = 1e-9;
  if (tokens_ < 1 - kRounding) return false;
  tokens_ = std::max(0.0, tokens_ - 1);
  return true;
}

}  // namespace ssmb::sandbox
