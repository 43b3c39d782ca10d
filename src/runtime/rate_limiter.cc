#include "runtime/rate_limiter.h"

#include <utility>

namespace ssmb {

ResultTask<SteadyTime> RateLimiter::acquire(CallScope scope) {
  if (taken_) {
    auto wait = [this](Resume<bool> resume) { waiting_.push_back(std::move(resume)); };
    co_await suspend<bool>(wait);
  }
  taken_ = true;
  auto let_go = co_await take_turn(std::move(scope));
  pass_on();
  co_return let_go;
}

ResultTask<SteadyTime> RateLimiter::take_turn(CallScope scope) {
  auto waited = RateControl::Waited::no;
  while (true) {
    if (auto open = check(runtime_, scope); !open) co_return fail(std::move(open).error());
    // Anew after each wait: a throttle may have come meanwhile.
    const Duration wait = control_.wait(runtime_.steady());
    if (wait <= Duration{0}) break;
    waited = RateControl::Waited::yes;
    if (auto slept = co_await runtime_.sleep(wait, scope); !slept)
      co_return fail(std::move(slept).error());
  }
  const SteadyTime now = runtime_.steady();
  control_.sent(now, waited);
  co_return now;
}

// The one who is woken is at the front: taken_ stays.
void RateLimiter::pass_on() {
  if (waiting_.empty()) {
    taken_ = false;
    return;
  }
  const Resume<bool> next = std::move(waiting_.front());
  waiting_.pop_front();
  next(true);
}

}  // namespace ssmb
