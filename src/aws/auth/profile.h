// The shared configuration and credentials files (~/.aws/config, ~/.aws/credentials), read with
// aws-c-sdkutils.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

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
  std::string mfa_serial;
  std::string web_identity_token_file;
  bool sso = false;    // sso_session or sso_start_url
  bool login = false;  // login_session
};

struct ProfileFiles {
  std::string config;  // their texts; "" for a missing file
  SecretBytes credentials;
};

// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, by default below $HOME/.aws. A file that is not
// there is empty; one that cannot be read is an error (credentials).
Result<ProfileFiles> read_profile_files(const std::map<std::string, std::string>& environment);

// nullopt: neither file has such a profile. Errors: credentials, for a file that is not of this
// form; no content of it is quoted.
Result<std::optional<Profile>> find_profile(const ProfileFiles& files, const std::string& name);

// The profile that is meant: `flag` (--profile), else AWS_PROFILE, else "default".
struct ProfileChoice {
  std::string name;
  enum class By { flag, variable, fallback } by = By::fallback;
};
ProfileChoice choose_profile(const std::optional<std::string>& flag,
                             const std::map<std::string, std::string>& environment);

}  // namespace ssmb::aws
