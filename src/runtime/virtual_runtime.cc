#include "runtime/virtual_runtime.h"

#include <algorithm>

namespace ssmb {

struct VirtualRuntime::Sleeper {
  explicit Sleeper(Resume<bool> r) : resume(std::move(r)) {}
  Resume<bool> resume;
  bool done = false;
};

VirtualRuntime::VirtualRuntime(std::uint64_t seed, Time start) : generator_(seed), start_(start) {}

Time VirtualRuntime::default_start() {
  using namespace std::chrono;
  return sys_days{year{2026} / November / 22} + hours{13};
}

ResultTask<void> VirtualRuntime::sleep(Duration duration, CallScope scope) {
  if (auto open = check(*this, scope); !open) co_return open;
  const Duration left =
      scope.deadline == SteadyTime::max() ? Duration::max() : scope.deadline - steady();
  const Duration wait = std::max(Duration{0}, std::min(duration, left));
  std::shared_ptr<Sleeper> sleeper;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  auto begin = [&](Resume<bool> resume) {
    sleeper = std::make_shared<Sleeper>(std::move(resume));
    sleepers_.emplace(elapsed_ + wait, sleeper);
    on_stop.emplace(scope.stop, [sleeper] {
      if (std::exchange(sleeper->done, true)) return;
      sleeper->resume(false);
    });
  };
  co_await suspend<bool>(begin);
  if (scope.stop.stop_requested() || duration > left) co_return fail(scope_ended(scope));
  co_return Result<void>{};
}

void VirtualRuntime::run_until_idle() {
  while (true) {
    // The work guards of suspended coroutines keep the context alive; poll() runs what is ready.
    context_.restart();
    while (context_.poll() != 0) context_.restart();
    while (!sleepers_.empty() && sleepers_.begin()->second->done)
      sleepers_.erase(sleepers_.begin());
    if (sleepers_.empty()) return;
    const auto first = sleepers_.begin();
    elapsed_ = std::max(elapsed_, first->first);
    const auto sleeper = first->second;
    sleepers_.erase(first);
    sleeper->done = true;
    sleeper->resume(true);
  }
}

}  // namespace ssmb
