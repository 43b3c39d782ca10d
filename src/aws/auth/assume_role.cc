#include "aws/auth/assume_role.h"

#include <fmt/format.h>

#include "base/try.h"

namespace ssmb::aws {
namespace {

constexpr Duration kAttempt = std::chrono::seconds{15};

class AssumeRoleProvider final : public Provider {
 public:
  AssumeRoleProvider(Runtime& runtime, Transport& transport, Endpoints endpoints, AssumedRole role,
                     std::unique_ptr<CredentialsSource> source)
      : source_(std::move(source)),
        role_(std::move(role)),
        session_{.runtime = runtime,
                 .transport = transport,
                 .credentials = *source_,
                 .endpoints = std::move(endpoints),
                 .attempt_timeout = kAttempt} {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    sts::RoleRequest request = role_.role;
    if (request.session_name.empty()) request.session_name = default_session_name(session_.runtime);
    sts::Client client(session_, role_.region);
    auto credentials = co_await client.assume_role(std::move(request), std::move(scope));
    if (!credentials) co_return fail(explain(std::move(credentials).error()));
    co_return std::move(*credentials);
  }
  std::string describe() const override {
    return fmt::format("profile {} ({})", role_.profile, role_.role.role_arn);
  }

 private:
  // STS's denial does not say which of the two sides refuses.
  Error explain(Error error) const {
    if (!error.fault || error.fault->code.empty()) return error;
    const std::string& message = error.fault->message;
    if (message.contains("role chaining") || message.contains("DurationSeconds exceeds")) {
      error.next = fmt::format(
          "lower duration_seconds in profile {}: a role that another role assumes lasts an hour "
          "at most, any other as long as its maximum session duration",
          role_.profile);
    } else if (error.kind == ErrorKind::denied && !message.contains("explicit deny")) {
      error.next = fmt::format(
          "the trust policy of {} must admit {}{}, and that identity needs sts:AssumeRole on it",
          role_.role.role_arn, source_->describe(),
          role_.role.external_id.empty() ? "" : " with the external_id of the profile");
    }
    return error;
  }

  std::unique_ptr<CredentialsSource> source_;
  AssumedRole role_;
  Session session_;
};

}  // namespace

std::unique_ptr<Provider> assume_role_provider(Runtime& runtime, Transport& transport,
                                               Endpoints endpoints, AssumedRole role,
                                               std::unique_ptr<CredentialsSource> source) {
  return std::make_unique<AssumeRoleProvider>(runtime, transport, std::move(endpoints),
                                              std::move(role), std::move(source));
}

}  // namespace ssmb::aws
