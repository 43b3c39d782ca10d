#include <fmt/format.h>

#include <map>

#include "sandbox/auth/authenticate.h"
#include "sandbox/auth/issue.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox {
namespace {

class OpenAuthenticator final : public Authenticator {
 public:
  explicit OpenAuthenticator(std::function<std::uint64_t()> random) : random_(std::move(random)) {}

  std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request,
                                                   const RequestContext& context) override {
    if (context.service == aws::Service::s3) {
      // No signature is checked, but an aws-chunked body is unwrapped and a payload hash must hold.
      auto checked =
          sandbox::authenticate(request, AuthProtocol::s3, Accounts::open(), context.time);
      if (!checked) return checked;
    }
    const auto claimed = claimed_scope(request);
    Caller caller{.account = AccountId(Accounts::kOpenAccount),
                  .arn = Arn(fmt::format("arn:aws:iam::{}:user/sandbox", Accounts::kOpenAccount)),
                  .user_id = "AIDASANDBOXSANDBOX",
                  .access_key_id = claimed ? claimed->access_key_id : "",
                  .region = context.region,
                  .service = std::string(aws::signing_name(context.service))};
    const auto issued = issued_.find(caller.access_key_id);
    if (issued == issued_.end()) return caller;
    caller.account = issued->second.account;
    caller.arn = issued->second.arn;
    caller.user_id = issued->second.user_id;
    return caller;
  }

  // Every role exists, and anyone may assume it.
  std::expected<IssuedCredentials, ServiceError> assume_role(const RoleRequest& request) override {
    auto session = session_of(request);
    if (!session) return std::unexpected(session.error());
    return issue(*std::move(session), request.now + request.lifetime);
  }

  IssuedCredentials issue(Caller who, Time expires) override {
    IssuedCredentials issued = new_keys(std::move(who), expires, random_);
    issued_[issued.caller.access_key_id] = issued.caller;
    return issued;
  }

 private:
  std::function<std::uint64_t()> random_;
  std::map<std::string, Caller> issued_;
};

}  // namespace

std::unique_ptr<Authenticator> open_authenticator(std::function<std::uint64_t()> random) {
  return std::make_unique<OpenAuthenticator>(std::move(random));
}

}  // namespace ssmb::sandbox
