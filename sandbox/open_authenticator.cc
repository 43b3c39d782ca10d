#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "sandbox/auth/authenticate.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox {
namespace {

// "AWS's" alphabet for key ids: base 32.
std::string random_key_id(std::string_view prefix, const std::function<std::uint64_t()>& random) {
  std::string id(prefix);
  for (std::uint64_t bits = random(); id.size() < prefix.size() + 12; bits >>= 5)
    id.push_back("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits & 31]);
  return id + "SNDB";
}

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

  // arn:aws:iam::<account>:role/<path/name> becomes arn:aws:sts::<account>:assumed-role/<name>/...
  std::expected<IssuedCredentials, ServiceError> assume_role(std::string role_arn,
                                                             std::string session_name,
                                                             Time expires) override {
    const auto parts = split(role_arn, ':');
    if (parts.size() != 6 || parts[0] != "arn" || !parts[5].starts_with("role/"))
      return std::unexpected(ServiceError{"ValidationError", role_arn + " is invalid", 400});
    const std::string_view role = parts[5].substr(parts[5].rfind('/') + 1);
    IssuedCredentials issued;
    issued.credentials.access_key_id = random_key_id("ASIA", random_);
    issued.credentials.secret_access_key =
        SecretText(fmt::format("{:016x}{:016x}{:08x}", random_(), random_(), random_() >> 32));
    issued.credentials.session_token =
        SecretText(fmt::format("FwoGZXIvYXdz{:016x}{:016x}", random_(), random_()));
    issued.credentials.expires = expires;
    issued.caller.account = AccountId(parts[4]);
    issued.caller.arn = Arn(
        fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", parts[1], parts[4], role, session_name));
    issued.caller.user_id = fmt::format("{}:{}", random_key_id("AROA", random_), session_name);
    issued.caller.access_key_id = issued.credentials.access_key_id;
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
