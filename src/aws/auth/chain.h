// Which identity we act as: the sources of credentials in their order.
//
// 1. environment   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
// 2. web identity  AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME
// 3. profile       AWS_PROFILE, else "default": a role (behind source_profile, which may have a
// role
//                  too, or credential_source), web identity, SSO, keys, login, credential_process
// 4. container     AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI
// 5. instance      IMDSv2
//
// What was set for this process alone comes before what lies on the machine, and that before what
// the machine is: the order of the Java, Rust and C SDKs. The first source that is *there* is the
// one: if it fails, that is an error, never a reason to act as somebody else. A profile that
// somebody named (--profile, AWS_PROFILE) must exist and hold credentials; --profile skips the
// environment, 1 and 2. The default profile counts as there when it holds any of these.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "aws/auth/credentials.h"
#include "aws/endpoints.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

struct CredentialsOptions {
  std::optional<std::string> profile;  // --profile
  // A snapshot of the environment, taken once by main: nothing here calls getenv. A
  // credential_process inherits it.
  std::map<std::string, std::string> environment;
  Endpoints endpoints;                     // where STS and SSO answer
  std::optional<Region> home_region = {};  // --home-region: before the SDK's, for STS too
  // Told what the user should know though nothing has failed yet.
  std::function<void(const std::string&)> notice = {};
};

// Reads the profile files, asks nobody yet. `runtime` and `transport` outlive the source. Errors:
// credentials; configuration for a malformed address in the environment.
Result<std::unique_ptr<CredentialsSource>> make_credentials(Runtime& runtime, Transport& transport,
                                                            const CredentialsOptions& options);

// The home Region: the option's, AWS_REGION, AWS_DEFAULT_REGION, the profile's region; nullopt:
// none (a profile that does not exist has none: make_credentials says so). Errors: credentials,
// when the files cannot be read.
Result<std::optional<Region>> sdk_region(const CredentialsOptions& options);

// Endpoints::from() with what the chosen profile says. Errors: credentials besides, when the files
// cannot be read.
Result<Endpoints> sdk_endpoints(const std::optional<std::string>& flag,
                                const std::optional<std::string>& profile,
                                const std::map<std::string, std::string>& environment);

}  // namespace ssmb::aws
