#include "aws/auth/provider.h"

#include <utility>
#include <vector>

namespace ssmb::aws {
namespace {

constexpr Duration kEarly = std::chrono::minutes{5};
constexpr Duration kPause = std::chrono::seconds{30};
constexpr Duration kLongestFetch = std::chrono::minutes{1};

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
      auto wait = [this](Resume<bool> resume) { waiting_.push_back(std::move(resume)); };
      const bool fetched = co_await suspend<bool>(wait);
      // Somebody else's end is not ours: then it is our turn to ask.
      if (!fetched && failure_.kind == ErrorKind::credentials) co_return fail(failure_);
      if (auto open = check(runtime_, scope); !open) co_return fail(std::move(open).error());
    }
    refreshing_ = true;
    auto fetched = co_await provider_->fetch(scope.until(runtime_.steady() + kLongestFetch));
    co_return settle(std::move(fetched), scope);
  }

  std::string describe() const override { return provider_->describe(); }

 private:
  bool lasts(Duration duration) {
    return current_ && (!current_->expires || *current_->expires - runtime_.now() > duration);
  }

  // What a fetch brought: keeps it, and wakes those who wait for it.
  Result<Shared> settle(Result<Credentials> fetched, const CallScope& scope) {
    refreshing_ = false;
    const bool asked = fetched.has_value();
    if (asked)
      current_ = std::make_shared<const Credentials>(std::move(*fetched));
    else
      failure_ = judge(std::move(fetched).error(), scope);
    not_before_ = runtime_.steady() + kPause;  // also for credentials that live less than kEarly
    // What we have is better than an error as long as AWS takes it.
    const bool good = asked || lasts(Duration{0});
    for (auto& waiter : std::exchange(waiting_, {})) waiter(good);
    if (!good) return fail(failure_);
    if (!lasts(Duration{0}))
      return fail(ErrorKind::credentials, describe() + ": the credentials have expired already",
                  "renew them, and check this machine's clock");
    return current_;
  }

  Error judge(Error error, const CallScope& scope) {
    const bool ended = !check(runtime_, scope);
    if (!ended) error.kind = ErrorKind::credentials;
    return std::move(error).within("credentials from " + describe());
  }

  Runtime& runtime_;
  std::unique_ptr<Provider> provider_;
  Shared current_;
  SteadyTime not_before_{};
  bool refreshing_ = false;
  Error failure_;  // of the last refresh, if it failed
  std::vector<Resume<bool>> waiting_;
};

}  // namespace

std::unique_ptr<CredentialsSource> static_credentials(Credentials credentials) {
  return std::make_unique<StaticSource>(std::move(credentials));
}

std::unique_ptr<CredentialsSource> cached(Runtime& runtime, std::unique_ptr<Provider> provider) {
  return std::make_unique<CachedSource>(runtime, std::move(provider));
}

}  // namespace ssmb::aws
