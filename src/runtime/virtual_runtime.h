// Virtual time: when no coroutine can go on, the clock jumps to the next one that sleeps.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <random>

#include "runtime/runtime.h"

namespace ssmb {

// Deterministic: one thread, FIFO, ties between sleepers in order of their call. The wall clock
// and the steady clock advance together.
class VirtualRuntime final : public Runtime {
 public:
  explicit VirtualRuntime(std::uint64_t seed, Time start = default_start());

  Time now() override { return start_ + elapsed_; }
  SteadyTime steady() override { return SteadyTime(elapsed_); }
  ResultTask<void> sleep(Duration duration, CallScope scope) override;
  std::uint64_t random() override { return generator_(); }
  boost::asio::any_io_executor executor() override { return context_.get_executor(); }

  // Runs until nothing is ready and nobody sleeps.
  void run_until_idle();

  // Runs one task to its end. nullopt when everything waits for something that cannot come: a
  // deadlock, which the test then reports.
  template <class T>
  std::optional<T> run(Task<T> task) {
    struct Outcome {
      std::optional<T> value;
      std::exception_ptr thrown;
    };
    // Shared: after a deadlock the task may still end one day.
    auto outcome = std::make_shared<Outcome>();
    boost::asio::co_spawn(context_, std::move(task), [outcome](std::exception_ptr error, T result) {
      outcome->thrown = error;
      outcome->value.emplace(std::move(result));
    });
    run_until_idle();
    if (outcome->thrown) std::rethrow_exception(outcome->thrown);
    return std::move(outcome->value);
  }

  // 2026-11-22 13:00:00 UTC, when the daily job starts.
  static Time default_start();

 private:
  struct Sleeper;
  using Queue = std::multimap<Duration, std::shared_ptr<Sleeper>>;

  boost::asio::io_context context_{1};
  std::mt19937_64 generator_;
  Time start_;
  Duration elapsed_{0};
  Queue sleepers_;
};

}  // namespace ssmb
