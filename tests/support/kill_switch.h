// A process that is killed at its nth request: nothing is answered from then on.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include "aws/http/transport.h"

namespace ssmb::testing {

class KillSwitch final : public aws::Transport {
 public:
  explicit KillSwitch(aws::Transport& inner) : inner_(inner) {}

  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  enum class Effect {
    none,  // the request never arrives
    made,  // it does, and its answer is lost
  };

  // At the request of that number, from 0; `on_death` sees what the process has left behind.
  void kill_at(std::uint64_t number, Effect effect, std::function<void()> on_death) {
    at_ = number;
    effect_ = effect;
    on_death_ = std::move(on_death);
  }
  std::uint64_t requests() const { return requests_; }
  bool dead() const { return dead_; }

  ResultTask<aws::HttpResponse> send(aws::HttpRequest request, CallScope scope) override {
    const bool fatal = !dead_ && requests_ == at_;
    if (fatal) die();
    if (dead_ && (!fatal || effect_ != Effect::made)) co_return gone();
    ++requests_;
    auto response = co_await inner_.send(std::move(request), std::move(scope));
    // What was under way takes its course; nobody is there to hear of it.
    if (dead_) co_return gone();
    co_return response;
  }

 private:
  void die() {
    dead_ = true;
    if (on_death_) on_death_();
  }
  static std::unexpected<Error> gone() { return fail(ErrorKind::cancelled, "killed"); }

  aws::Transport& inner_;
  std::uint64_t requests_ = 0;
  std::uint64_t at_ = kNever;
  Effect effect_ = Effect::none;
  std::function<void()> on_death_;
  bool dead_ = false;
};

}  // namespace ssmb::testing
