#include "aws/auth/sources.h"

#include <fmt/format.h>

#include "aws/auth/child_process.h"
#include "aws/auth/document.h"
#include "aws/auth/shell_words.h"
#include "aws/auth/web_identity.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

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

}  // namespace

std::string Sources::variable(const std::string& name) const {
  const auto found = options.environment.find(name);
  return found == options.environment.end() ? std::string() : std::string(trim(found->second));
}

Source Sources::fixed(Credentials credentials, std::string name) const {
  return cached(runtime, std::make_unique<FixedProvider>(std::move(credentials), std::move(name)));
}

Source Sources::process(std::string command, std::string profile) const {
  return cached(runtime, std::make_unique<ProcessProvider>(
                             runtime, std::move(command), std::move(profile), options.environment));
}

Result<Region> Sources::sts_region(std::string_view who) const {
  SSMB_TRY(region, sdk_region(options));
  if (region && !is_region_name(*region))
    return fail(ErrorKind::configuration, fmt::format("'{}' is not the name of a Region", *region),
                "correct AWS_REGION, or the profile's region");
  if (region) return *region;
  return fail(ErrorKind::credentials,
              fmt::format("{} from a Region's STS, and no Region is set", who), "set AWS_REGION");
}

MaybeSource Sources::from_environment() const {
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

MaybeSource Sources::from_web_identity() const {
  const std::string file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string role = variable("AWS_ROLE_ARN");
  if (file.empty()) return Source();  // a role alone is no identity
  if (role.empty())
    return fail(ErrorKind::credentials,
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
                "set AWS_ROLE_ARN to the role that the token is for");
  return web_identity(file, role, variable("AWS_ROLE_SESSION_NAME"));
}

MaybeSource Sources::web_identity(std::string token_file, std::string role_arn,
                                  std::string session_name) const {
  SSMB_TRY(region, sts_region("credentials for a web identity token come"));
  return cached(runtime, web_identity_provider(
                             runtime, transport,
                             {.token_file = std::move(token_file),
                              .role_arn = std::move(role_arn),
                              .session_name = std::move(session_name),
                              .region = region,
                              .endpoint = options.endpoints.regional(Service::sts, region)}));
}

MaybeSource Sources::from_container() const {
  SSMB_TRY(address, container_address(options.environment));
  if (!address) return Source();
  return cached(runtime, container_provider(runtime, transport, std::move(*address)));
}

MaybeSource Sources::from_instance(InstanceRole why) const {
  SSMB_TRY(endpoint, instance_address(options.environment));
  if (endpoint)
    return cached(runtime, instance_provider(runtime, transport, std::move(*endpoint), why));
  const std::string off =
      "the instance's metadata service is switched off (AWS_EC2_METADATA_DISABLED)";
  if (why == InstanceRole::meant) return fail(ErrorKind::credentials, off, "switch it on");
  return fail(ErrorKind::credentials,
              "no credentials: none in the environment, no profile, and " + off,
              std::string(kNoCredentialsNext));
}

}  // namespace ssmb::aws
