// Retries as three values: how often (RetryPolicy), how long between (Backoff), and whether a
// call whose answer was lost may be sent again (Idempotency).
//
// The delays are those of botocore's standard mode: rand(0,1) * min(base * 2^(attempt-1), cap).
// Throttles have no limit of attempts: the scope's deadline ends them.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <utility>

#include "base/error.h"
#include "runtime/runtime.h"

namespace ssmb {

struct RetryPolicy {
  int attempts = 5;  // for transient errors; the first try counts
};

struct Backoff {
  Duration base = std::chrono::seconds{1};
  Duration cap = std::chrono::seconds{20};

  // The wait before try `attempt` + 1; `unit` is uniform in [0, 1).
  Duration delay(int attempt, double unit) const;
};

// May a call be repeated when it is not known whether it took effect?
enum class Idempotency {
  safe,    // reads, and writes that give the same state when repeated
  unsafe,  // only repeated when the service certainly did nothing (throttled, not connected)
};

struct Retry {
  RetryPolicy policy;
  Backoff backoff;
};

enum class Verdict { again, give_up };
// The rule, pure: is a call that failed like this worth another try?
Verdict judge(const Error& error, Idempotency idempotency, int attempt, const RetryPolicy& policy);

// May this failure be the scope's own end, seen from the connection?
bool breaks_off(const Error& error);
// The scope's end first, then what the last try met; with that one's service.
Error broken_off(Error ended, Error last, int tries);

// Calls `attempt(n)` (n from 1, returns ResultTask<T>) until it succeeds or the rule says stop. A
// final error names its cause: "after 5 tries". Watches `scope` between tries.
template <class Attempt>
auto with_retries(Runtime& runtime, Retry retry, Idempotency idempotency, CallScope scope,
                  Attempt attempt) -> decltype(attempt(1)) {
  for (int tries = 1;; ++tries) {
    auto outcome = co_await attempt(tries);
    if (outcome) co_return outcome;
    if (breaks_off(outcome.error())) {
      // A connection that breaks because we end is no news.
      if (auto ended = check(runtime, scope); !ended)
        co_return fail(broken_off(std::move(ended).error(), std::move(outcome).error(), tries));
    }
    if (judge(outcome.error(), idempotency, tries, retry.policy) == Verdict::give_up) {
      if (tries > 1) outcome.error().what += " (after " + std::to_string(tries) + " tries)";
      co_return outcome;
    }
    const Duration pause = retry.backoff.delay(tries, runtime.random_unit());
    auto slept = co_await runtime.sleep(pause, scope);
    if (slept) continue;
    co_return fail(broken_off(std::move(slept).error(), std::move(outcome).error(), tries));
  }
}

}  // namespace ssmb
