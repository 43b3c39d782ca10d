// Credentials of a role that another identity may assume, from STS.
#pragma once

#include <memory>
#include <string>

#include "aws/auth/provider.h"
#include "aws/http/transport.h"
#include "aws/sts/client.h"

namespace ssmb::aws {

struct AssumedRole {
  std::string profile;    // for messages
  sts::RoleRequest role;  // without a session name: "ssm-backup-<seconds since 1970>"
  Region region;          // whose STS is asked: tokens of the global one fail in opt-in Regions
};

// AssumeRole, signed by `source`, which may itself be an assumed role. Nobody else is asked when
// either fails.
std::unique_ptr<Provider> assume_role_provider(Runtime& runtime, Transport& transport,
                                               Endpoints endpoints, AssumedRole role,
                                               std::unique_ptr<CredentialsSource> source);

}  // namespace ssmb::aws
