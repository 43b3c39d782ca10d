// The limiter against a token bucket like AWS's, in virtual time: does it use what there is,
// without running into it?
#include "runtime/rate_limiter.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/concurrency.h"
#include "runtime/virtual_runtime.h"

namespace ssmb {
namespace {

using std::chrono::milliseconds;
using Trust = Quota::Trust;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// The service's side.
struct Bucket {
  double rate;
  double burst;
  double tokens;
  Duration at{0};

  bool take(Duration now) {
    tokens = std::min(burst, tokens + rate * seconds(now - at));
    at = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }
};

struct Service {
  VirtualRuntime runtime{7};
  Bucket bucket;
  RateLimiter limiter;
  int left;
  int taken = 0;
  int throttled = 0;
  int broken = 0;     // by the scope
  int refused = 0;    // of another consumer's calls,
  int wanted = 0;     // of so many
  int slow_call = 0;  // this one is answered after `stall`
  Duration stall{0};
  int sent = 0;
  double change_at = 1e9;
  double change_to = 0;

  Service(Bucket b, Quota known, double share, int calls)
      : bucket(b), limiter(runtime, known, share), left(calls) {}

  ResultTask<bool> call(CallScope scope) {
    auto turn = co_await limiter.acquire(scope);
    if (!turn) co_return fail(std::move(turn).error());
    const bool slow = ++sent == slow_call;
    const Duration latency = milliseconds{2 + static_cast<int>(runtime.random() % 10)};
    (void)co_await runtime.sleep(latency / 2, {});
    const Duration now = runtime.steady().time_since_epoch();
    if (seconds(now) > change_at) bucket.rate = change_to;
    const bool let_through = bucket.take(now);
    (void)co_await runtime.sleep(slow ? stall : latency / 2, {});
    limiter.answered(*turn,
                     let_through ? RateControl::Answer::taken : RateControl::Answer::throttled);
    co_return let_through;
  }

  Task<void> worker(CallScope scope) {
    while (left > 0) {
      --left;
      while (true) {
        const auto let_through = co_await call(scope);
        if (!let_through) ++broken;
        if (let_through && *let_through) ++taken;
        if (!let_through || *let_through) break;
        ++throttled;
      }
    }
  }

  // Another consumer, who wants `rate` calls a second.
  Task<void> other(double rate) {
    for (; left > 0; ++wanted) {
      if (!bucket.take(runtime.steady().time_since_epoch())) ++refused;
      (void)co_await runtime.sleep(Duration{static_cast<int>(1e6 / rate)}, {});
    }
  }

  // Until all calls are made.
  double run(int workers, double other_rate = 0, CallScope scope = {}) {
    auto all = [](Service& self, int n, CallScope s, double rate) -> ResultTask<void> {
      TaskGroup group(self.runtime.executor());
      for (int i = 0; i < n; ++i) group.spawn(self.worker(s));
      if (rate > 0) group.spawn(self.other(rate));
      co_await group.join();
      co_return Result<void>{};
    };
    (void)runtime.run(all(*this, workers, scope, other_rate));
    return seconds(runtime.steady().time_since_epoch());
  }
};

const Quota kGet{.rate = 40, .burst = 40, .trust = Trust::documented};
const Quota kDescribe{.rate = 1, .burst = 20, .trust = Trust::reported};

struct Row {
  const char* name;
  Bucket bucket;
  Quota known;
  int calls;
  int workers;
  int most_throttled;
  double most_time = 1.03;  // times what the quota allows
};

TEST(RateLimiter, UsesAllOfTheQuotaAndIsRarelyThrottled) {
  const Row rows[] = {
      {"get as documented", {40, 40, 40}, kGet, 1000, 16, 10},
      {"get as documented, long", {40, 40, 40}, kGet, 10000, 16, 100},
      {"get, a small burst", {40, 10, 10}, kGet, 2000, 16, 20},
      {"get, a large burst", {40, 200, 200}, kGet, 2000, 16, 20},
      {"get, more than documented", {100, 100, 100}, kGet, 10000, 16, 100},
      {"get, far more than documented", {1000, 1000, 1000}, kGet, 50000, 16, 500, 1.2},
      {"get, less than documented", {15, 15, 15}, kGet, 2000, 16, 30},
      {"get, measured before", {40, 40, 40}, {39.7, 40, Trust::measured}, 1000, 16, 5},
      {"describe, twice the hearsay", {2, 20, 20}, kDescribe, 200, 1, 10},
      {"describe, as by hearsay", {1, 20, 20}, kDescribe, 200, 1, 12},
      {"describe, a large burst", {2, 60, 60}, kDescribe, 200, 1, 12},
      {"describe, half the hearsay", {0.5, 20, 20}, kDescribe, 200, 1, 16},
      {"describe, ten times the hearsay", {10, 20, 20}, kDescribe, 1000, 1, 16},
      {"describe, measured before", {2, 20, 20}, {1.98, 20, Trust::measured}, 200, 1, 5},
      {"describe, few", {2, 20, 20}, kDescribe, 40, 1, 5, 1.15},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Service service(row.bucket, row.known, 1, row.calls);
    const double took = service.run(row.workers);
    EXPECT_EQ(service.taken, row.calls);
    const double bound = (row.calls - row.bucket.burst) / row.bucket.rate;
    EXPECT_LE(took, row.most_time * bound);
    EXPECT_LE(service.throttled, row.most_throttled);
    EXPECT_EQ(service.limiter.control().throttles(), static_cast<std::uint64_t>(service.throttled));
  }
}

TEST(RateLimiter, LeavesRoomAtHalfTheQuota) {
  struct Guest {
    const char* name;
    Bucket bucket;
    Quota known;
    int calls;
    int workers;
    double least_rate;  // ours, of the quota
  };
  const Guest rows[] = {
      {"get as documented", {40, 40, 40}, kGet, 1000, 16, 0.5},
      {"get, half of the documented", {20, 20, 20}, kGet, 1000, 16, 0.4},
      {"describe, twice the hearsay", {2, 20, 20}, kDescribe, 200, 1, 0.3},
      {"describe, as by hearsay", {1, 20, 20}, kDescribe, 200, 1, 0.3},
      {"describe, half the hearsay", {0.5, 20, 20}, kDescribe, 200, 1, 0.2},
  };
  for (const Guest& row : rows) {
    SCOPED_TRACE(row.name);
    Service service(row.bucket, row.known, 0.5, row.calls);
    const double took = service.run(row.workers, row.bucket.rate / 2);
    EXPECT_EQ(service.taken, row.calls);
    EXPECT_GE(row.calls / took, row.least_rate * row.bucket.rate);
    EXPECT_GT(service.wanted, 100);
    EXPECT_LE(service.refused, service.wanted / 10);
  }
}

TEST(RateLimiter, FollowsAQuotaThatChangesInMidRun) {
  struct Change {
    const char* name;
    double before;
    double after;
  };
  for (const Change& row : {Change{"to half", 40, 20}, Change{"to twice", 40, 80}}) {
    SCOPED_TRACE(row.name);
    Service service({row.before, 40, 40}, kGet, 1, 20000);
    service.change_at = 100;
    service.change_to = row.after;
    (void)service.run(16);
    EXPECT_NEAR(service.limiter.control().rate(), row.after, 0.05 * row.after);
    EXPECT_LE(service.throttled, 200);
  }
}

// The pace grew with the time since the last answer, however long that was.
TEST(RateLimiter, OneSlowAnswerDoesNotBlowUpThePace) {
  for (const int slow_call : {25, 28, 30, 35}) {
    for (const int stall : {8, 15, 30}) {
      SCOPED_TRACE(slow_call);
      SCOPED_TRACE(stall);
      Service service({2, 20, 20}, kDescribe, 1, 200);
      service.slow_call = slow_call;
      service.stall = std::chrono::seconds{stall};
      (void)service.run(1);
      EXPECT_LE(service.throttled, 16);
      const auto learned = service.limiter.control().learned();
      EXPECT_LE(learned ? learned->rate : 0, 4);
    }
  }
}

// Each day's manifest handed on what the days before believed.
TEST(RateLimiter, ARateThatWasTooHighIsUnlearned) {
  struct Row {
    const char* name;
    Quota told;
    Bucket bucket;
    double share;
  };
  const Row rows[] = {
      {"a guest, by hearsay", {4.03, 20, Trust::reported, 1}, {1, 20, 20}, 0.5},
      {"a guest, once measured", {1000, 1000, Trust::measured, 40}, {40, 40, 40}, 0.5},
      {"all of it, once measured", {1000, 1000, Trust::measured, 40}, {40, 40, 40}, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Quota told = row.told;
    for (int day = 0; day < 5; ++day) {
      Service service(row.bucket, told, row.share, 400);
      (void)service.run(8, row.bucket.rate / 3);
      const auto learned = service.limiter.control().learned();
      const double sure = told.sure;
      if (learned) told = *learned;
      told.sure = sure;
    }
    EXPECT_LE(told.rate, 2 * row.bucket.rate);
  }
}

TEST(RateLimiter, AGuestWithAWrongBeliefStillMakesRoom) {
  const Quota believed{.rate = 1000, .burst = 1000, .trust = Trust::measured, .sure = 40};
  Service service({40, 40, 40}, believed, 0.5, 4000);
  (void)service.run(16, 20);
  EXPECT_LE(service.refused, service.wanted / 10);
}

TEST(RateLimiter, TellsTheNextRunWhatItMeasured) {
  Service first({2, 20, 20}, kDescribe, 1, 200);
  (void)first.run(1);
  const auto measured = first.limiter.control().learned();
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->trust, Trust::measured);
  EXPECT_NEAR(measured->rate, 2, 0.1);
  EXPECT_NEAR(measured->burst, 20, 2);

  Service guest({40, 40, 40}, kGet, 0.5, 300);
  (void)guest.run(16);
  EXPECT_FALSE(guest.limiter.control().learned()) << "a guest never meets the end";
  Service easy({100, 20, 20}, kDescribe, 1, 60);
  (void)easy.run(1);
  const auto reached = easy.limiter.control().learned();
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->trust, Trust::reported);
  EXPECT_GT(reached->rate, 2) << "it was never throttled at that rate";
  Service told({2, 20, 20}, *measured, 0.5, 30);
  EXPECT_EQ(told.limiter.control().learned(), measured) << "handed on";
}

// The pace that looks for more than is known promised half the time.
TEST(RateLimiter, ForeseesWithWhatIsKnown) {
  struct Row {
    const char* name;
    Quota quota;
    double share;
    double seconds;  // for 440 calls
  };
  const Row rows[] = {
      {"all of what is documented", {40, 40, Trust::documented}, 1, 10},
      {"half of it", {40, 40, Trust::documented}, 0.5, 21},
      {"all of what was measured", {100, 40, Trust::measured}, 1, 4},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RateControl control(row.quota, row.share, SteadyTime{});
    EXPECT_NEAR(seconds(control.time_for(440, SteadyTime{})), row.seconds, 0.01);
  }
}

TEST(RateLimiter, EndsWithItsScope) {
  Service service({0.1, 1, 1}, {.rate = 0.1, .burst = 1, .trust = Trust::documented}, 1, 5);
  const double took = service.run(3, 0, {.deadline = SteadyTime(std::chrono::seconds{7})});
  EXPECT_LE(took, 7.1);
  EXPECT_EQ(service.taken, 1);
  EXPECT_EQ(service.broken, 4);
}

TEST(RateLimiter, WaitsInOrder) {
  VirtualRuntime runtime{1};
  RateLimiter limiter(runtime, {.rate = 1, .burst = 1, .trust = Trust::documented}, 0.5);
  std::vector<int> order;
  auto one = [](RateLimiter& l, std::vector<int>& o, int i) -> Task<void> {
    (void)co_await l.acquire({});
    o.push_back(i);
  };
  auto all = [&]() -> ResultTask<void> {
    TaskGroup group(runtime.executor());
    for (int i = 0; i < 5; ++i) group.spawn(one(limiter, order, i));
    co_await group.join();
    co_return Result<void>{};
  };
  (void)runtime.run(all());
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_NEAR(seconds(runtime.steady().time_since_epoch()), 8, 0.1) << "half a call a second";
}

}  // namespace
}  // namespace ssmb
