#include "aws/auth/provider.h"

#include <fmt/format.h>

#include <tuple>
#include <utility>
#include <vector>

namespace ssmb::aws {
namespace {

constexpr Duration kEarly = std::chrono::minutes{5};
constexpr Duration kPause = std::chrono::seconds{30};
constexpr Duration kLongestFetch = std::chrono::minutes{1};
// A clock is wrong by hours where its zone is; not by more.
constexpr Duration kWrongClock = std::chrono::hours{24};

class StaticSource final : public CredentialsSource {
 public:
  explicit StaticSource(Credentials credentials)
      : credentials_(std::make_shared<const Credentials>(std::move(credentials))) {}
  ResultTask<std::shared_ptr<const Credentials>> get(CallScope /*scope*/) override {
    co_return credentials_;
  }
  std::string describe() const override { return "fixed credentials"; }

 private:
  std::shared_ptr<const Credentials> credentials_;
};

class CachedSource final : public CredentialsSource {
 public:
  using Shared = std::shared_ptr<const Credentials>;

  CachedSource(Runtime& runtime, std::unique_ptr<Provider> provider)
      : runtime_(runtime), provider_(std::move(provider)) {}

  ResultTask<Shared> get(CallScope scope) override {
    while (true) {
      if (lasts(kEarly) || (lasts(Duration{0}) && runtime_.steady() < not_before_))
        co_return current_;
      if (!refreshing_) break;
      const bool settled = co_await wait_for_fetch(scope);
      // Somebody else's end is not ours: then it is our turn to ask.
      if (settled && !good_ && failure_.kind == ErrorKind::credentials) co_return fail(failure_);
      if (auto open = check(runtime_, scope); !open) co_return fail(std::move(open).error());
    }
    refreshing_ = true;
    auto fetched = co_await provider_->fetch(scope.until(runtime_.steady() + kLongestFetch));
    co_return settle(std::move(fetched), scope);
  }

  std::string describe() const override { return provider_->describe(); }

 private:
  bool lasts(Duration duration) {
    return current_ && (!current_->expires || end_ - runtime_.steady() > duration);
  }

  // When what was just handed out ends. Its date is by AWS's clock: where ours is ahead, it seems
  // to have ended before it began. Then it is used for a while, and AWS refuses what is really
  // over.
  SteadyTime end_of(const Credentials& credentials) {
    if (!credentials.expires) return SteadyTime::max();
    const Duration left = *credentials.expires - runtime_.now();
    const bool believed = left > Duration{0} || left < -kWrongClock;
    return runtime_.steady() + (believed ? left : kEarly);
  }

  // False when the scope ended first.
  Task<bool> wait_for_fetch(CallScope scope) {
    auto over = std::make_shared<std::stop_source>();
    waiting_.push_back(over);
    const std::uint64_t fetch = fetches_;
    const std::stop_callback on_stop(scope.stop, [over] { over->request_stop(); });
    // settle() ends this sleep; its outcome says nothing that the caller does not ask itself.
    std::ignore = co_await runtime_.sleep(2 * kLongestFetch,
                                          {.deadline = scope.deadline, .stop = over->get_token()});
    co_return fetches_ != fetch;
  }

  // What a fetch brought: keeps it, and wakes those who wait for it.
  Result<Shared> settle(Result<Credentials> fetched, const CallScope& scope) {
    refreshing_ = false;
    ++fetches_;
    const bool asked = fetched.has_value();
    if (asked) {
      current_ = std::make_shared<const Credentials>(std::move(*fetched));
      end_ = end_of(*current_);
    } else {
      failure_ = judge(std::move(fetched).error(), scope);
    }
    not_before_ = runtime_.steady() + kPause;  // also for credentials that live less than kEarly
    // What we have is better than an error as long as AWS takes it.
    good_ = asked || lasts(Duration{0});
    for (const auto& waiter : std::exchange(waiting_, {})) waiter->request_stop();
    if (!good_) return fail(failure_);
    if (!lasts(Duration{0}))
      return fail(ErrorKind::credentials, describe() + ": the credentials have expired already",
                  "renew them, and check this machine's clock");
    return current_;
  }

  Error judge(Error error, const CallScope& scope) {
    const bool ended = !check(runtime_, scope);
    if (!ended) {
      // The minute was ours to give: --deadline would not lengthen it.
      if (error.kind == ErrorKind::timeout) {
        error.what = "no answer within a minute";
        error.next.clear();
      }
      error.kind = ErrorKind::credentials;
    }
    return std::move(error).within("credentials from " + describe());
  }

  Runtime& runtime_;
  std::unique_ptr<Provider> provider_;
  Shared current_;
  SteadyTime end_{};  // of current_, where it has one
  SteadyTime not_before_{};
  bool refreshing_ = false;
  std::uint64_t fetches_ = 0;  // that are over
  bool good_ = false;          // is there something to use after the last one?
  Error failure_;              // of the last one, if it failed
  std::vector<std::shared_ptr<std::stop_source>> waiting_;
};

}  // namespace

std::unique_ptr<CredentialsSource> static_credentials(Credentials credentials) {
  return std::make_unique<StaticSource>(std::move(credentials));
}

std::string default_session_name(Runtime& runtime) {
  const auto now = std::chrono::floor<std::chrono::seconds>(runtime.now());
  return fmt::format("ssm-backup-{}", now.time_since_epoch().count());
}

std::unique_ptr<CredentialsSource> cached(Runtime& runtime, std::unique_ptr<Provider> provider) {
  return std::make_unique<CachedSource>(runtime, std::move(provider));
}

}  // namespace ssmb::aws
