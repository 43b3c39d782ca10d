// Credentials of a role in IAM Identity Center (SSO), for whom `aws sso login` has signed in.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "aws/auth/provider.h"
#include "aws/endpoints.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

struct SsoRole {
  std::string profile;  // for messages
  std::string session;  // of the [sso-session]; empty for the older form, without one
  std::string start_url;
  Region region;  // of Identity Center
  AccountId account;
  std::string role;
  std::filesystem::path cache;                          // ~/.aws/sso/cache
  std::function<void(const std::string&)> notice = {};  // told that a renewed token cannot be kept
};

// GetRoleCredentials of the portal with the cached access token. A token of an sso-session that
// ends within 15 minutes is renewed first, if the cache has what that takes, and written back.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
// https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
std::unique_ptr<Provider> sso_provider(Runtime& runtime, Transport& transport,
                                       const Endpoints& endpoints, SsoRole role);

}  // namespace ssmb::aws
