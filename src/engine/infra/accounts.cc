#include <fmt/format.h>

#include "aws/auth/assume_role.h"
#include "engine/infra/observe.h"

namespace ssmb::engine {
namespace {

// The caller's credentials, lent: they outlive whoever borrows them.
class Lent final : public aws::CredentialsSource {
 public:
  explicit Lent(aws::CredentialsSource& source) : source_(source) {}
  ResultTask<std::shared_ptr<const aws::Credentials>> get(CallScope scope) override {
    return source_.get(std::move(scope));
  }
  std::string describe() const override { return source_.describe(); }

 private:
  aws::CredentialsSource& source_;
};

}  // namespace

struct StackAccounts::Other {
  Other(const aws::Session& base, const Arn& role, const Region& region)
      : source(aws::cached(base.runtime, provider(base, role, region))),
        session{.runtime = base.runtime,
                .transport = base.transport,
                .credentials = *source,
                .endpoints = base.endpoints,
                .retry = base.retry,
                .attempt_timeout = base.attempt_timeout,
                .short_attempt_timeout = base.short_attempt_timeout,
                .clock_skew = base.clock_skew,
                .notice = base.notice,
                .limits = base.limits} {}

  static std::unique_ptr<aws::Provider> provider(const aws::Session& base, const Arn& role,
                                                 const Region& region) {
    return aws::assume_role_provider(base.runtime, base.transport, base.endpoints,
                                     {.profile = fmt::format("the stack's {}", role),
                                      .role = {.role_arn = role.str()},
                                      .region = region},
                                     std::make_unique<Lent>(base.credentials));
  }

  std::unique_ptr<aws::CredentialsSource> source;
  aws::Session session;
};

StackAccounts::StackAccounts(aws::Session& session) : session_(session) {}
StackAccounts::~StackAccounts() = default;

aws::Session& StackAccounts::session_for(const Arn& role, const Region& region) {
  if (role.empty()) return session_;
  auto& other = others_[role];
  if (!other) other = std::make_unique<Other>(session_, role, region);
  return other->session;
}

}  // namespace ssmb::engine
