// The world's seam for "who may call". The open one (here) takes any key for one account; the
// verifying one (over sandbox/auth/) reads keys, accounts and roles from a file and checks
// signatures.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/auth/credentials.h"
#include "aws/http/message.h"
#include "sandbox/context.h"

namespace ssmb::sandbox {

// An error as an AWS service answers it; each protocol writes it in its own shape.
struct ServiceError {
  std::string code;  // "ParameterNotFound"
  std::string message;
  int status = 400;
};

// Temporary keys and who they stand for.
struct IssuedCredentials {
  aws::Credentials credentials;
  Caller caller;  // without a Region and a service
};

// Who wants to be a role.
struct RoleRequest {
  std::string role_arn;
  std::string session_name;
  std::string external_id;
  std::optional<Caller> caller;  // nullopt: whoever a web identity token stands for
  std::chrono::seconds lifetime{3600};
  Time now;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // `context` has service, region, request_id and time; caller is what this finds. Refusals carry
  // the service's own code: MissingAuthenticationToken, UnrecognizedClientException (S3:
  // InvalidAccessKeyId), InvalidSignatureException (S3: SignatureDoesNotMatch), ...
  // An aws-chunked body is replaced by its content, its trailer's headers are added.
  virtual std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request,
                                                           const RequestContext& context) = 0;

  // Temporary keys for a role. Which roles there are, who may assume them and for how long, is the
  // implementation's to say; the request's form was checked before.
  virtual std::expected<IssuedCredentials, ServiceError> assume_role(
      const RoleRequest& request) = 0;
  // Temporary keys for one who has proven who it is elsewhere (IAM Identity Center, AWS Sign-In).
  // authenticate() knows these and those of assume_role() afterwards.
  virtual IssuedCredentials issue(Caller who, Time expires) = 0;
};

// Any key at all, or none, is user "sandbox" of account 123456789012; keys that assume_role() has
// issued are their role's session. `random` gives 64 bits a call.
std::unique_ptr<Authenticator> open_authenticator(std::function<std::uint64_t()> random);

}  // namespace ssmb::sandbox
