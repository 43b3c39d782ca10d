// The shared configuration and credentials files (~/.aws/config, ~/.aws/credentials), read with
// aws-c-sdkutils.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/endpoints.h"
#include "base/error.h"
#include "base/secret.h"

namespace ssmb::aws {

// What one profile says; the credentials file wins over the configuration file. Empty: absent.
struct Profile {
  std::string name;
  std::string region;
  std::string access_key_id;
  SecretText secret_access_key;
  SecretText session_token;
  std::string credential_process;
  std::string role_arn;
  std::string source_profile;
  std::string credential_source;
  std::string external_id;
  std::string role_session_name;
  std::string duration_seconds;
  std::string mfa_serial;
  std::string web_identity_token_file;
  std::string sso_session;
  std::string sso_start_url;
  std::string sso_region;
  std::string sso_account_id;
  std::string sso_role_name;
  std::string login_session;
};

// What a section [sso-session NAME] says.
struct SsoSession {
  std::string start_url;
  std::string region;
};

struct ProfileFiles {
  SecretBytes config;  // their texts; empty for a missing file
  SecretBytes credentials;
};

// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, by default below $HOME/.aws. A file that is not
// there is empty; one that cannot be read is an error (credentials).
Result<ProfileFiles> read_profile_files(const std::map<std::string, std::string>& environment);

// nullopt: neither file has such a profile. Errors: credentials, for a file that is not of this
// form; no content of it is quoted.
Result<std::optional<Profile>> find_profile(const ProfileFiles& files, const std::string& name);

Result<std::optional<SsoSession>> find_sso_session(const ProfileFiles& files,
                                                   const std::string& name);

// What the profile says of endpoints; nothing where there is no such profile. Errors: as
// find_profile(); configuration where its `services` names a section that is not there.
Result<ProfileEndpoints> find_endpoints(const ProfileFiles& files, const std::string& profile);

// `file` below ~/.aws, as "sso/cache"; empty without HOME: never one of the working directory's.
std::filesystem::path aws_home(const std::map<std::string, std::string>& environment,
                               std::string_view file);

// The profile that is meant: `flag` (--profile), else AWS_PROFILE, else "default".
struct ProfileChoice {
  std::string name;
  enum class By { flag, variable, fallback } by = By::fallback;
};
ProfileChoice choose_profile(const std::optional<std::string>& flag,
                             const std::map<std::string, std::string>& environment);

}  // namespace ssmb::aws
