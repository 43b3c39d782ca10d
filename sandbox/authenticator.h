// Who may call. The open one (here) takes any key for one account; the verifying one
// (sandbox/auth/) reads keys, accounts and roles from a file and checks signatures.
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

// The scope of a signature, read without checking it: from the Authorization header, or from
// X-Amz-Credential in the query of a presigned URL. Empty where there is none.
struct CredentialScope {
  std::string access_key_id;
  std::string date;  // "20261122"
  std::string region;
  std::string service;  // "ssm", "s3", "sts", "tagging"
  bool empty() const { return access_key_id.empty(); }
};
CredentialScope credential_scope(const aws::HttpRequest& request);

// What AssumeRoleWithWebIdentity hands out.
struct IssuedCredentials {
  aws::Credentials credentials;
  Identity identity;  // the assumed role's session
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // `context` has service, region, request_id and time; caller is what this finds. Refusals carry
  // the service's own code: MissingAuthenticationToken, UnrecognizedClientException (S3:
  // InvalidAccessKeyId), InvalidSignatureException (S3: SignatureDoesNotMatch), ...
  virtual std::expected<Identity, ServiceError> authenticate(const aws::HttpRequest& request,
                                                             const RequestContext& context) = 0;

  // Temporary keys for a role, good until `expires`; authenticate() knows them afterwards.
  virtual std::expected<IssuedCredentials, ServiceError> assume_role(std::string role_arn,
                                                                     std::string session_name,
                                                                     Time expires) = 0;
};

inline constexpr const char* kOpenAccount = "123456789012";

// Any key at all, or none, is user "sandbox" of account 123456789012; keys that assume_role() has
// issued are their role's session. `random` gives 64 bits a call.
std::unique_ptr<Authenticator> open_authenticator(std::function<std::uint64_t()> random);

}  // namespace ssmb::sandbox
