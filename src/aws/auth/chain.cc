#include "aws/auth/chain.h"

#include <fmt/format.h>

#include "aws/auth/child_process.h"
#include "aws/auth/document.h"
#include "aws/auth/metadata.h"
#include "aws/auth/profile.h"
#include "aws/auth/provider.h"
#include "aws/auth/shell_words.h"
#include "aws/auth/web_identity.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

using Source = std::unique_ptr<CredentialsSource>;
using MaybeSource = Result<Source>;  // a null pointer: this source is not there

class FixedProvider final : public Provider {
 public:
  FixedProvider(Credentials credentials, std::string name)
      : credentials_(std::move(credentials)), name_(std::move(name)) {}
  ResultTask<Credentials> fetch(CallScope /*scope*/) override { co_return credentials_; }
  std::string describe() const override { return name_; }

 private:
  Credentials credentials_;
  std::string name_;
};

class ProcessProvider final : public Provider {
 public:
  ProcessProvider(Runtime& runtime, std::string command, std::string profile,
                  std::map<std::string, std::string> environment)
      : runtime_(runtime),
        command_(std::move(command)),
        profile_(std::move(profile)),
        environment_(std::move(environment)) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    SSMB_CO_TRY(words, split_shell_words(command_));
    SSMB_CO_TRY(output, co_await run_for_output(runtime_, std::move(words), environment_, scope));
    co_return parse_process_document(output.view());
  }
  std::string describe() const override { return "the credential_process of " + profile_; }

 private:
  Runtime& runtime_;
  std::string command_;
  std::string profile_;
  std::map<std::string, std::string> environment_;
};

// Everything that the sources are made from.
struct Builder {
  Runtime& runtime;
  Transport& transport;
  const CredentialsOptions& options;

  std::string variable(const std::string& name) const {
    const auto found = options.environment.find(name);
    return found == options.environment.end() ? std::string() : std::string(trim(found->second));
  }

  Source fixed(Credentials credentials, std::string name) const {
    return cached(runtime,
                  std::make_unique<FixedProvider>(std::move(credentials), std::move(name)));
  }

  MaybeSource from_environment() const;
  MaybeSource from_web_identity() const;
  MaybeSource web_identity(std::string token_file, std::string role_arn,
                           std::string session_name) const;
  MaybeSource from_named_profile(const ProfileChoice& choice) const;
  MaybeSource from_profile(const Profile& profile) const;
  MaybeSource from_container() const;
  MaybeSource from_instance() const;
};

MaybeSource Builder::from_environment() const {
  const std::string id = variable("AWS_ACCESS_KEY_ID");
  const std::string secret = variable("AWS_SECRET_ACCESS_KEY");
  if (id.empty() && secret.empty()) return Source();
  if (id.empty() || secret.empty())
    return fail(ErrorKind::credentials,
                fmt::format("credentials from the environment: {} is missing",
                            id.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"),
                "set both, or neither and choose a profile with --profile");
  std::string token = variable("AWS_SESSION_TOKEN");
  if (token.empty()) token = variable("AWS_SECURITY_TOKEN");
  return fixed({.access_key_id = id,
                .secret_access_key = SecretText(secret),
                .session_token = SecretText(token),
                .expires = std::nullopt},
               "the environment");
}

MaybeSource Builder::from_web_identity() const {
  const std::string file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string role = variable("AWS_ROLE_ARN");
  if (file.empty()) return Source();  // a role alone is no identity
  if (role.empty())
    return fail(ErrorKind::credentials,
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
                "set AWS_ROLE_ARN to the role that the token is for");
  return web_identity(file, role, variable("AWS_ROLE_SESSION_NAME"));
}

MaybeSource Builder::web_identity(std::string token_file, std::string role_arn,
                                  std::string session_name) const {
  SSMB_TRY(region, sdk_region(options));
  if (!region)
    return fail(ErrorKind::credentials,
                "credentials for a web identity token come from a Region's STS, and no Region is "
                "set",
                "set AWS_REGION");
  return cached(runtime, web_identity_provider(
                             runtime, transport,
                             {.token_file = std::move(token_file),
                              .role_arn = std::move(role_arn),
                              .session_name = std::move(session_name),
                              .region = *region,
                              .endpoint = options.endpoints.regional(Service::sts, *region)}));
}

MaybeSource Builder::from_named_profile(const ProfileChoice& choice) const {
  const bool named = choice.by != ProfileChoice::By::fallback;
  SSMB_TRY(files, read_profile_files(options.environment));
  SSMB_TRY(profile, find_profile(files, choice.name));
  if (!profile) {
    if (!named) return Source();
    return fail(ErrorKind::configuration, fmt::format("there is no profile {}", choice.name),
                "`aws configure list-profiles` shows those that exist; the files are "
                "~/.aws/config and ~/.aws/credentials, unless AWS_CONFIG_FILE and "
                "AWS_SHARED_CREDENTIALS_FILE name others");
  }
  SSMB_TRY(source, from_profile(*profile));
  if (!source && named)
    return fail(ErrorKind::credentials, fmt::format("profile {} holds no credentials", choice.name),
                "give it aws_access_key_id and aws_secret_access_key, or credential_process");
  return std::move(source);
}

// The one line for what we cannot do, with the way around it.
std::unexpected<Error> unsupported(const Profile& profile, std::string_view what) {
  return fail(ErrorKind::configuration, fmt::format("profile {} {}", profile.name, what),
              fmt::format("let the AWS CLI do it: eval \"$(aws configure export-credentials "
                          "--profile {} --format env)\", then run again without --profile",
                          profile.name));
}

MaybeSource Builder::from_profile(const Profile& profile) const {
  if (!profile.role_arn.empty() && !profile.web_identity_token_file.empty())
    return web_identity(profile.web_identity_token_file, profile.role_arn, {});
  if (!profile.role_arn.empty() && !profile.mfa_serial.empty())
    return unsupported(profile, "assumes a role with MFA, and nobody is asked for a code here");
  if (!profile.role_arn.empty())
    return unsupported(profile, "assumes a role (role_arn), which is not supported yet");
  if (profile.sso)
    return unsupported(profile,
                       "uses IAM Identity Center (SSO), which is not "
                       "supported yet");
  if (profile.login) return unsupported(profile, "uses `aws login`, which is not supported yet");
  const bool id = !profile.access_key_id.empty();
  const bool secret = !profile.secret_access_key.empty();
  if (id != secret)
    return fail(ErrorKind::credentials,
                fmt::format("profile {} has no {}", profile.name,
                            id ? "aws_secret_access_key" : "aws_access_key_id"),
                "a profile needs both");
  if (id)
    return fixed({.access_key_id = profile.access_key_id,
                  .secret_access_key = profile.secret_access_key,
                  .session_token = profile.session_token,
                  .expires = std::nullopt},
                 "profile " + profile.name);
  if (profile.credential_process.empty()) return Source();
  return cached(runtime,
                std::make_unique<ProcessProvider>(runtime, profile.credential_process,
                                                  "profile " + profile.name, options.environment));
}

MaybeSource Builder::from_container() const {
  SSMB_TRY(address, container_address(options.environment));
  if (!address) return Source();
  return cached(runtime, container_provider(runtime, transport, std::move(*address)));
}

MaybeSource Builder::from_instance() const {
  SSMB_TRY(endpoint, instance_address(options.environment));
  if (!endpoint)
    return fail(ErrorKind::credentials,
                "no credentials: none in the environment, no profile, and the instance's metadata "
                "service is switched off (AWS_EC2_METADATA_DISABLED)",
                std::string(kNoCredentialsNext));
  return cached(runtime, instance_provider(runtime, transport, std::move(*endpoint)));
}

}  // namespace

MaybeSource make_credentials(Runtime& runtime, Transport& transport,
                             const CredentialsOptions& options) {
  const Builder builder{runtime, transport, options};
  const ProfileChoice choice = choose_profile(options.profile, options.environment);
  if (choice.by == ProfileChoice::By::flag) return builder.from_named_profile(choice);
  SSMB_TRY(environment, builder.from_environment());
  if (environment) return std::move(environment);
  SSMB_TRY(web, builder.from_web_identity());
  if (web) return std::move(web);
  SSMB_TRY(profile, builder.from_named_profile(choice));
  if (profile) return std::move(profile);
  SSMB_TRY(container, builder.from_container());
  if (container) return std::move(container);
  return builder.from_instance();
}

Result<std::optional<Region>> sdk_region(const CredentialsOptions& options) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto found = options.environment.find(name);
    if (found != options.environment.end() && !trim(found->second).empty())
      return Region(trim(found->second));
  }
  const ProfileChoice choice = choose_profile(options.profile, options.environment);
  SSMB_TRY(files, read_profile_files(options.environment));
  SSMB_TRY(profile, find_profile(files, choice.name));
  if (!profile || profile->region.empty()) return std::nullopt;
  return Region(profile->region);
}

}  // namespace ssmb::aws
