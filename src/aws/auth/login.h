// Credentials that `aws login` has left on this machine, renewed where they can be.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "aws/auth/provider.h"
#include "aws/endpoints.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

struct LoginSession {
  std::string profile;          // for messages
  std::string session;          // the profile's login_session
  Region region;                // asked where the login does not say its own; may be empty
  std::filesystem::path cache;  // ~/.aws/login/cache
  std::function<void(const std::string&)> notice = {};  // told that a renewed one cannot be kept
};

// The cached credentials; those that end within 5 minutes are renewed first (CreateOAuth2Token of
// AWS Sign-In, with a proof of possession) and written back.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
std::unique_ptr<Provider> login_provider(Runtime& runtime, Transport& transport,
                                         Endpoints endpoints, LoginSession session);

}  // namespace ssmb::aws
