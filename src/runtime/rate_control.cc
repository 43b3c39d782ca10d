#include "runtime/rate_control.h"

#include <algorithm>
#include <cmath>

namespace ssmb {
namespace {

constexpr double kSearchGrowth = 0.4;  // a second, until the first throttle
constexpr double kAfterSearch = 0.8;   // of the pace that was too fast
constexpr double kQuietGrowth = 0.001;
constexpr double kQuietPace =
    10;  // calls a second: slower ones grow less, for a throttle costs more
constexpr double kLateGrowth = 0.01;  // after a long time without a throttle:
constexpr double kLate = 30;          // seconds,
constexpr double kLateCalls = 60;     // and calls
constexpr double kGuestGrowth = 0.02;
constexpr double kGuestLateGrowth = 0.002;  // once others were short
constexpr double kGuestBrake = 0.5;
constexpr double kBrake = 0.7;
constexpr double kBlind = 0.2;    // how wrong a pace may be that rests on no count
constexpr double kLeast = 0.05;   // of the rate that is surely there
constexpr double kOneStep = 1;    // seconds, or a call's worth: what one late answer may bring
constexpr double kBurstPace = 4;  // times the known rate, while others are under way
constexpr double kForget = 120;   // seconds after which an old throttle counts no more
constexpr double kCounted = 10;   // calls that an estimate must rest on to be told to the next run
constexpr double kDoubt = 0.25;   // calls by which an estimate may be too low, in the time it took
constexpr double kOutgrown = 1.25;
constexpr double kContradicted = 4;  // calls more or less than the estimate foresaw

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
Duration of_seconds(double value) {
  // Rounded up: a wait that ends a microsecond early is no wait.
  return Duration{static_cast<Duration::rep>(std::ceil(value * 1e6))};
}

}  // namespace

RateControl::RateControl(Quota quota, double share, SteadyTime now)
    : share_(share), refilled_(now), begun_(now), grown_(now) {
  assume(quota, now);
  tokens_ = capacity_;
}

void RateControl::assume(Quota quota, SteadyTime now) {
  refill(now);
  quota_ = quota;
  const double before = capacity_;
  capacity_ = std::max(1.0, quota.burst * share_);
  tokens_ += std::max(0.0, capacity_ - before);
  pace_ = quota.rate * share_;
  empties_.clear();
  rested_ = counted_ = false;
  doubt_ = 0;
  grown_ = now;
}

void RateControl::refill(SteadyTime now) {
  tokens_ = std::min(capacity_, tokens_ + pace_ * seconds(now - refilled_));
  refilled_ = now;
  // The service's bucket is full by now, too: what it gained since it was empty cannot be counted.
  if (tokens_ >= capacity_ && !empties_.empty()) rested_ = true;
}

Duration RateControl::wait(SteadyTime now) {
  refill(now);
  const double missing = 1 - tokens_;
  double wait = missing > 1e-9 ? missing / pace_ : 0;
  // A burst that the service does not have would be answered by as many throttles as there are
  // calls under way: they follow one another closely, but not all at once.
  if (in_flight_ > 0 && last_sent_ != SteadyTime::min()) {
    const double spacing = 1 / (kBurstPace * std::max(quota_.rate, pace_));
    wait = std::max(wait, spacing - seconds(now - last_sent_));
  }
  return wait > 0 ? of_seconds(wait) : Duration{0};
}

void RateControl::sent(SteadyTime now, Waited waited) {
  refill(now);
  tokens_ -= 1;
  last_sent_ = now;
  ++calls_;
  ++in_flight_;
  saturated_ = waited == Waited::yes && tokens_ < 1;
}

void RateControl::answered(SteadyTime sent, SteadyTime now, Answer answer) {
  --in_flight_;
  if (answer == Answer::taken) {
    ++taken_;
    if (saturated_) grow(now);
    grown_ = now;
  }
  if (answer != Answer::throttled) return;
  ++throttles_;
  if (sent <= adapted_) return;
  adapted_ = now;
  refill(now);
  tokens_ = std::min(tokens_, 0.0);
  slow_down(now);
}

void RateControl::grow(SteadyTime now) {
  const double passed = std::min(seconds(now - grown_), std::max(kOneStep, 1 / pace_));
  if (!is_all()) return grow_as_guest(passed);
  double growth = kQuietGrowth * std::min(1.0, pace_ / kQuietPace);
  if (empties_.empty()) {
    if (quota_.trust != Quota::Trust::measured) growth = kSearchGrowth;
  } else if (seconds(now - empties_.back().at) > silence()) {
    growth = kLateGrowth;
  } else {
    growth += doubt_;
  }
  pace_ *= std::exp(growth * passed);
}

void RateControl::grow_as_guest(double passed) {
  const bool may_exceed = quota_.trust == Quota::Trust::reported;
  const double most = may_exceed ? pace_ * 2 : quota_.rate * share_;
  const double growth = throttles_ == 0 ? kGuestGrowth : kGuestLateGrowth;
  pace_ = std::max(pace_, std::min(most, pace_ * std::exp(growth * passed)));
}

double RateControl::silence() const { return std::max(kLate, kLateCalls / pace_); }

void RateControl::slow_down(SteadyTime now) {
  if (is_all()) {
    meet_the_end(now);
  } else {
    pace_ *= kGuestBrake;
    // The pace may grow back to the share of what is known: so that gives way, too.
    if (quota_.sure > 0 && quota_.rate > quota_.sure)
      quota_.rate = std::max(quota_.sure, kGuestBrake * quota_.rate);
  }
  // A belief that is too high must not keep the pace up.
  const double sure = quota_.sure > 0 ? std::min(quota_.sure, quota_.rate) : quota_.rate;
  pace_ = std::max(pace_, kLeast * sure * share_);
}

void RateControl::meet_the_end(SteadyTime now) {
  const Empty here{.at = now, .taken = taken_};
  if (!first_) first_ = here;
  if (rested_) {
    // A burst has ended; the pace after it is as good as it was.
    rested_ = false;
    empties_.clear();
  } else if (!empties_.empty()) {
    estimate(here);
  } else {
    // Did the service let more through than the known quota has?
    const double foreseen = quota_.burst + quota_.rate * seconds(now - begun_);
    known_holds_ =
        quota_.trust != Quota::Trust::reported && static_cast<double>(taken_) <= 1.25 * foreseen;
    pace_ = known_holds_ ? std::min(pace_, quota_.rate) : kAfterSearch * pace_;
    doubt_ = known_holds_ ? 0 : kBlind;
  }
  empties_.push_back(here);
  while (empties_.size() > 2 && seconds(now - empties_.front().at) > kForget) empties_.pop_front();
}

// What the known rate weighs, in seconds of counting.
double RateControl::prior() const {
  if (!known_holds_) return 0;
  return quota_.trust == Quota::Trust::measured ? 10 : 3;
}

void RateControl::estimate(const Empty& here) {
  // Rather one too few: what we leave in the service's bucket is not lost, a throttle is.
  const auto count = [&here](const Empty& there) {
    return std::max(0.5, static_cast<double>(here.taken - there.taken) - 1);
  };
  const auto time = [&here](const Empty& there) {
    return std::max(1e-3, seconds(here.at - there.at));
  };
  const auto off = [&](const Empty& there, double rate) {
    const double foreseen = rate * time(there);
    return std::abs(count(there) - foreseen) > kContradicted + std::sqrt(foreseen);
  };
  const auto rate_since = [&](const Empty& there) {
    return (count(there) + prior() * quota_.rate) / (time(there) + prior());
  };
  if (off(empties_.front(), quota_.rate)) known_holds_ = false;
  const double rate = rate_since(empties_.front());
  // After a long silence the pace may have grown far beyond what it was: a search of its own.
  if (time(empties_.back()) > silence() && pace_ > kOutgrown * rate) {
    known_holds_ = false;
    empties_.clear();
    pace_ *= kAfterSearch;
    doubt_ = kBlind;
    return;
  }
  // A stretch up to now that does not fit: the quota has changed since, or others came.
  for (auto there = empties_.end(); there-- != empties_.begin() + 1;) {
    if (!off(*there, rate)) continue;
    known_holds_ = false;
    empties_.erase(empties_.begin(), there);
    break;
  }
  const Empty& base = empties_.front();
  if (count(base) < 2 && prior() == 0) {
    pace_ *= kBrake;
    doubt_ = kBlind;
    return;
  }
  pace_ = rate_since(base);
  counted_ = counted_ || count(base) >= kCounted;
  const double span = time(base) + prior();
  doubt_ = kDoubt / (pace_ * span) / std::max(1.0, span);
}

Duration RateControl::time_for(std::uint64_t calls, SteadyTime now) {
  refill(now);
  // A pace that searches for more than is known is a question, no promise.
  const bool searches = is_all() && empties_.empty() && quota_.trust != Quota::Trust::measured;
  const double rate = searches ? std::min(pace_, quota_.rate) : pace_;
  return of_seconds(std::max(0.0, static_cast<double>(calls) - tokens_) / rate);
}

std::optional<Quota> RateControl::learned() const {
  using enum Quota::Trust;
  if (is_all() && counted_) {
    const double at_once =
        static_cast<double>(first_->taken) - pace_ * seconds(first_->at - begun_);
    return Quota{.rate = pace_, .burst = std::max(1.0, at_once), .trust = measured};
  }
  const double whole = pace_ / share_;
  if (throttles_ != 0 && quota_.trust != documented && (!is_all() || whole <= quota_.rate))
    return Quota{.rate = std::max(whole, quota_.sure), .burst = quota_.burst, .trust = reported};
  if (quota_.trust == measured) return quota_;
  if (throttles_ == 0 && whole > 1.05 * quota_.rate)
    return Quota{.rate = whole, .burst = quota_.burst, .trust = reported};
  return std::nullopt;
}

}  // namespace ssmb
