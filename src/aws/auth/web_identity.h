// Credentials for a token that an identity provider gave us (EKS, GitHub, ...), from STS.
#pragma once

#include <memory>
#include <string>

#include "aws/auth/provider.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

struct WebIdentity {
  std::string token_file;  // read at each fetch: it is rotated
  std::string role_arn;
  std::string session_name;  // empty: default_session_name()
  Region region;             // for messages; `endpoint` is its STS
  Endpoint endpoint;
};

// AssumeRoleWithWebIdentity, unsigned, of Regional STS (a token of the global one does not work in
// opt-in Regions).
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
std::unique_ptr<Provider> web_identity_provider(Runtime& runtime, Transport& transport,
                                                WebIdentity identity);

}  // namespace ssmb::aws
