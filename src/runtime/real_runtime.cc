#include <openssl/rand.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdlib>
#include <optional>

#include "runtime/runtime.h"

namespace ssmb {
namespace {

class RealRuntime final : public Runtime {
 public:
  explicit RealRuntime(boost::asio::io_context& context) : context_(context) {}

  Time now() override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  SteadyTime steady() override {
    return SteadyTime(
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }

  ResultTask<void> sleep(Duration duration, CallScope scope) override {
    if (auto open = check(*this, scope); !open) co_return open;
    const Duration left =
        scope.deadline == SteadyTime::max() ? Duration::max() : scope.deadline - steady();
    auto timer = std::make_shared<boost::asio::steady_timer>(context_);
    timer->expires_after(std::min(duration, left));
    // A stop may come from a signal handler's thread: the timer is cancelled on its own executor.
    std::stop_callback on_stop(scope.stop, [timer] {
      boost::asio::post(timer->get_executor(), [timer] { timer->cancel(); });
    });
    boost::system::error_code ignored;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
    co_await timer->async_wait(token);
    if (scope.stop.stop_requested() || duration > left) co_return fail(scope_ended(scope));
    co_return Result<void>{};
  }

  std::uint64_t random() override {
    std::uint64_t bits = 0;
    // Without random numbers there are no fresh ids: nothing sensible can follow.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) != 1) std::abort();
    return bits;
  }

  boost::asio::any_io_executor executor() override { return context_.get_executor(); }

 private:
  boost::asio::io_context& context_;
};

}  // namespace

std::unique_ptr<Runtime> make_real_runtime(boost::asio::io_context& context) {
  return std::make_unique<RealRuntime>(context);
}

}  // namespace ssmb
