// The world's seam for "who may call". The open one (here) takes any key for one account; the
// verifying one (over sandbox/auth/) reads keys, accounts and roles from a file and checks
// signatures.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
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

// What AssumeRoleWithWebIdentity hands out.
struct IssuedCredentials {
  aws::Credentials credentials;
  Caller caller;  // the assumed role's session
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

  // Temporary keys for a role, good until `expires`; authenticate() knows them afterwards.
  virtual std::expected<IssuedCredentials, ServiceError> assume_role(std::string role_arn,
                                                                     std::string session_name,
                                                                     Time expires) = 0;
};

// Any key at all, or none, is user "sandbox" of account 123456789012; keys that assume_role() has
// issued are their role's session. `random` gives 64 bits a call.
std::unique_ptr<Authenticator> open_authenticator(std::function<std::uint64_t()> random);

}  // namespace ssmb::sandbox
