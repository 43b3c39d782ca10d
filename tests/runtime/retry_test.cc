#include "runtime/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/virtual_runtime.h"

namespace ssmb {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Error error_of(ErrorKind kind) {
  return {.kind = kind, .what = "asked", .fault = std::nullopt, .next = {}};
}

TEST(Retry, JudgeIsATable) {
  const struct {
    const char* name;
    ErrorKind kind;
    Idempotency idempotency;
    int attempt;
    Verdict verdict;
  } rows[] = {
      {"transient, safe", ErrorKind::transient, Idempotency::safe, 1, Verdict::again},
      {"transient, the last try", ErrorKind::transient, Idempotency::safe, 5, Verdict::give_up},
      {"transient, unsafe", ErrorKind::transient, Idempotency::unsafe, 1, Verdict::give_up},
      {"not connected, unsafe", ErrorKind::unreachable, Idempotency::unsafe, 1, Verdict::again},
      {"not connected, the last try", ErrorKind::unreachable, Idempotency::safe, 5,
       Verdict::give_up},
      {"throttled, unsafe", ErrorKind::throttled, Idempotency::unsafe, 1, Verdict::again},
      {"throttled has no limit of tries", ErrorKind::throttled, Idempotency::safe, 1000,
       Verdict::again},
      {"denied", ErrorKind::denied, Idempotency::safe, 1, Verdict::give_up},
      {"our deadline", ErrorKind::timeout, Idempotency::safe, 1, Verdict::give_up},
      {"interrupted", ErrorKind::cancelled, Idempotency::safe, 1, Verdict::give_up},
      {"conflict", ErrorKind::conflict, Idempotency::safe, 1, Verdict::give_up},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(judge(error_of(row.kind), row.idempotency, row.attempt, {.attempts = 5}),
              row.verdict);
  }
}

// botocore's standard mode: rand(0,1) * min(2^(attempt-1), 20 s).
TEST(Retry, BackoffDoublesUpToItsCap) {
  const Backoff backoff;
  const std::pair<int, Duration> rows[] = {{1, 1s},  {2, 2s},  {3, 4s},    {5, 16s},
                                           {6, 20s}, {9, 20s}, {1000, 20s}};
  for (const auto& [attempt, full] : rows) {
    EXPECT_EQ(backoff.delay(attempt, 1.0), full) << attempt;
    EXPECT_EQ(backoff.delay(attempt, 0.5), full / 2) << attempt;
    EXPECT_EQ(backoff.delay(attempt, 0.0), 0s) << attempt;
  }
}

// A call that fails as its script says, then succeeds; it notes when it was tried.
struct Script {
  std::vector<ErrorKind> failures;
  std::vector<SteadyTime> tries;
};

ResultTask<int> play(Runtime& runtime, Script& script, Retry retry, CallScope scope) {
  return with_retries(runtime, retry, Idempotency::safe, scope,
                      [&runtime, &script](int attempt) -> ResultTask<int> {
                        script.tries.push_back(runtime.steady());
                        const auto index = static_cast<std::size_t>(attempt - 1);
                        if (index < script.failures.size())
                          co_return fail(error_of(script.failures[index]));
                        co_return attempt;
                      });
}

TEST(Retry, WaitsAsTheBackoffSaysAndThenSucceeds) {
  VirtualRuntime runtime(3);
  VirtualRuntime twin(3);  // draws the same numbers
  Script script{.failures = {ErrorKind::transient, ErrorKind::throttled, ErrorKind::unreachable}};
  const auto outcome = runtime.run(play(runtime, script, {}, {}));
  EXPECT_EQ(**outcome, 4);
  ASSERT_EQ(script.tries.size(), 4U);
  const Backoff backoff;
  for (int attempt = 1; attempt < 4; ++attempt) {
    const auto at = static_cast<std::size_t>(attempt);
    EXPECT_EQ(script.tries[at] - script.tries[at - 1], backoff.delay(attempt, twin.random_unit()));
  }
}

TEST(Retry, TheFinalErrorNamesItsCause) {
  VirtualRuntime runtime(1);
  Script tired{.failures = std::vector(10, ErrorKind::transient)};
  const auto outcome = runtime.run(play(runtime, tired, {.policy = {.attempts = 3}}, {}));
  EXPECT_EQ(outcome->error().what, "asked (after 3 tries)");
  EXPECT_EQ(outcome->error().kind, ErrorKind::transient);
  EXPECT_EQ(tired.tries.size(), 3U);

  Script denied{.failures = {ErrorKind::denied}};
  EXPECT_EQ(runtime.run(play(runtime, denied, {}, {}))->error().what, "asked");
}

TEST(Retry, OnlyTheDeadlineEndsThrottling) {
  VirtualRuntime runtime(1);
  Script script{.failures = std::vector(100'000, ErrorKind::throttled)};
  CallScope scope;
  scope.deadline = runtime.steady() + 1h;
  const auto outcome = runtime.run(play(runtime, script, {.policy = {.attempts = 2}}, scope));
  EXPECT_EQ(outcome->error().kind, ErrorKind::timeout);
  EXPECT_THAT(outcome->error().what, HasSubstr("the deadline has passed after"));
  EXPECT_EQ(runtime.steady(), scope.deadline);
  EXPECT_GT(script.tries.size(), 200U);
}

TEST(Retry, AStopEndsTheWaiting) {
  VirtualRuntime runtime(1);
  Script script{.failures = std::vector(1000, ErrorKind::throttled)};
  std::stop_source stop;
  stop.request_stop();
  const CallScope scope{.deadline = SteadyTime::max(), .stop = stop.get_token()};
  const auto outcome = runtime.run(play(runtime, script, {}, scope));
  EXPECT_EQ(outcome->error().kind, ErrorKind::cancelled);
  EXPECT_EQ(script.tries.size(), 1U);
}

}  // namespace
}  // namespace ssmb
