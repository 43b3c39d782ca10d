#include "sandbox/auth/verifying_authenticator.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sandbox/auth/authenticate.h"

namespace ssmb::sandbox {
namespace {

class VerifyingAuthenticator final : public Authenticator {
 public:
  VerifyingAuthenticator(std::shared_ptr<Accounts> accounts, World& world)
      : accounts_(std::move(accounts)), world_(world) {}

  std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request,
                                                   const RequestContext& context) override {
    return sandbox::authenticate(request, protocol_of(context.service), *accounts_, context.time);
  }

  std::expected<IssuedCredentials, ServiceError> assume_role(std::string role_arn,
                                                             std::string session_name,
                                                             Time expires) override {
    const Role* role = accounts_->find_role(Arn(role_arn));
    if (!role) {
      return std::unexpected(
          ServiceError{.code = "AccessDenied",
                       .message = "Not authorized to perform sts:AssumeRoleWithWebIdentity",
                       .status = 403});
    }
    const std::string name = role_arn.substr(role_arn.rfind('/') + 1);
    AccessKey key{.id = fmt::format("ASIA{:016X}", world_.random()),
                  .secret = SecretText(fmt::format("{:016x}{:016x}{:08x}", world_.random(),
                                                   world_.random(), world_.random() >> 32)),
                  .session_token =
                      SecretText(fmt::format("{:016x}{:016x}", world_.random(), world_.random())),
                  .expires = expires,
                  .account = role->account,
                  .arn = Arn(fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", role->account.view(),
                                         name, session_name)),
                  .user_id = fmt::format("AROA{:016X}:{}", world_.random(), session_name)};
    IssuedCredentials issued{.credentials = {.access_key_id = key.id,
                                             .secret_access_key = key.secret,
                                             .session_token = key.session_token,
                                             .expires = expires},
                             .caller = {.account = key.account,
                                        .arn = key.arn,
                                        .user_id = key.user_id,
                                        .access_key_id = key.id,
                                        .region = {},
                                        .service = {}}};
    accounts_->add_key(std::move(key));
    return issued;
  }

 private:
  std::shared_ptr<Accounts> accounts_;
  World& world_;
};

}  // namespace

void use_accounts(World& world, Accounts accounts) {
  auto shared = std::make_shared<Accounts>(std::move(accounts));
  world.keys().set_oracle(
      [shared](const Caller& caller, const Region& region, const KmsKeyId& key) {
        return shared->kms_use(caller, region, key);
      });
  world.set_authenticator(std::make_unique<VerifyingAuthenticator>(shared, world));
}

}  // namespace ssmb::sandbox
