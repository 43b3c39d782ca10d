#include "runtime/retry.h"

namespace ssmb {

Duration Backoff::delay(int attempt, double unit) const {
  const double full = static_cast<double>(base.count()) * std::exp2(std::min(attempt - 1, 30));
  const double limited = std::min(full, static_cast<double>(cap.count()));
  return Duration{static_cast<Duration::rep>(unit * limited)};
}

Verdict judge(const Error& error, Idempotency idempotency, int attempt, const RetryPolicy& policy) {
  if (error.kind == ErrorKind::throttled) return Verdict::again;
  const bool had_no_effect = error.kind == ErrorKind::unreachable;
  if (!had_no_effect && error.kind != ErrorKind::transient) return Verdict::give_up;
  if (!had_no_effect && idempotency == Idempotency::unsafe) return Verdict::give_up;
  return attempt < policy.attempts ? Verdict::again : Verdict::give_up;
}

bool breaks_off(const Error& error) {
  return error.kind == ErrorKind::transient || error.kind == ErrorKind::unreachable;
}

Error broken_off(Error ended, Error last, int tries) {
  ended.what += " after " + std::to_string(tries) + (tries == 1 ? " try" : " tries") +
                "; the last one: " + last.what;
  ended.fault = std::move(last.fault);
  if (!last.next.empty()) ended.next = last.next + (ended.next.empty() ? "" : "; or " + ended.next);
  return ended;
}

}  // namespace ssmb
