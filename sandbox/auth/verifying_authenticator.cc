#include "sandbox/auth/verifying_authenticator.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sandbox/auth/authenticate.h"
#include "sandbox/auth/issue.h"
#include "sandbox/iam/access.h"
#include "sandbox/sso/logins.h"

namespace ssmb::sandbox {
namespace {

// Whose trust policy is it? A web identity token is taken as it is.
bool admits(const Role& role, const RoleRequest& request) {
  if (!request.caller) return true;
  const bool trusted = std::ranges::any_of(names_of(*request.caller), [&](const std::string& name) {
    return std::ranges::find(role.trusts, name) != role.trusts.end();
  });
  return trusted && (role.external_id.empty() || role.external_id == request.external_id);
}

// May the caller's own policies keep it from becoming the role? One that the role of the same
// account trusts by name, or with everyone, needs no leave of its own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
bool lets(const Role& role, const RoleRequest& request) {
  if (!request.caller) return true;
  const Caller& caller = *request.caller;
  switch (iam::identity_verdict(caller, {.action = "sts:AssumeRole", .resource = role.arn.str()})) {
    case iam::Verdict::deny: return false;
    case iam::Verdict::allow: return true;
    case iam::Verdict::delegate:
    case iam::Verdict::silent: break;
  }
  const std::vector<std::string> itself = arns_of(caller);
  return role.account == caller.account &&
         std::ranges::any_of(role.trusts, [&](const std::string& trusted) {
           return trusted == "*" || std::ranges::find(itself, trusted) != itself.end();
         });
}

// AWS does not say whether there is no such role, no trust, or another external id.
ServiceError not_authorized(const RoleRequest& request) {
  if (!request.caller)
    return {"AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403};
  return {"AccessDenied",
          fmt::format("User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                      request.caller->arn, request.role_arn),
          403};
}

class VerifyingAuthenticator final : public Authenticator {
 public:
  VerifyingAuthenticator(std::shared_ptr<Accounts> accounts, World& world)
      : accounts_(std::move(accounts)), world_(world) {}

  std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request,
                                                   const RequestContext& context) override {
    return sandbox::authenticate(request, protocol_of(context.service), *accounts_, context.time);
  }

  std::expected<IssuedCredentials, ServiceError> assume_role(const RoleRequest& request) override {
    auto session = session_of(request);
    if (!session) return std::unexpected(session.error());
    const Role* role = accounts_->find_role(Arn(request.role_arn));
    if (!role || !admits(*role, request) || !lets(*role, request))
      return std::unexpected(not_authorized(request));
    if (request.lifetime > role->longest)
      return std::unexpected(ServiceError{
          "ValidationError",
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400});
    session->rights = role->rights;
    return issue(*std::move(session), request.now + request.lifetime);
  }

  IssuedCredentials issue(Caller who, Time expires) override {
    IssuedCredentials issued =
        new_keys(std::move(who), expires, [this] { return world_.random(); });
    accounts_->add_key({.id = issued.credentials.access_key_id,
                        .secret = issued.credentials.secret_access_key,
                        .session_token = issued.credentials.session_token,
                        .expires = expires,
                        .account = issued.caller.account,
                        .arn = issued.caller.arn,
                        .user_id = issued.caller.user_id,
                        .rights = issued.caller.rights});
    return issued;
  }

 private:
  std::shared_ptr<Accounts> accounts_;
  World& world_;
};

}  // namespace

void use_accounts(World& world, Accounts accounts) {
  world.set_logins(Logins(accounts.take_logins()));
  auto shared = std::make_shared<Accounts>(std::move(accounts));
  world.keys().set_oracle(
      [shared](const Caller& caller, const Region& region, const KmsKeyId& key) {
        return shared->find_kms_key(caller, region, key);
      });
  world.set_authenticator(std::make_unique<VerifyingAuthenticator>(shared, world));
}

}  // namespace ssmb::sandbox
