#include "aws/auth/profile.h"

#include <aws/common/string.h>
#include <aws/sdkutils/aws_profile.h>
#include <fmt/format.h>

#include <filesystem>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/handle.h"
#include "aws/crt/network.h"
#include "base/files.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

using Collection = crt::Handle<aws_profile_collection, aws_profile_collection_release>;
using String = crt::Handle<aws_string, aws_string_destroy>;
using Environment = std::map<std::string, std::string>;

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::filesystem::path path_of(const Environment& environment, const std::string& variable,
                              std::string_view file) {
  std::string named = value_of(environment, variable);
  if (named.empty()) return aws_home(environment, file);
  if (!named.starts_with("~/")) return named;
  const std::filesystem::path home = value_of(environment, "HOME");
  return home.empty() ? home : home / named.substr(2);
}

Result<SecretBytes> read_if_there(const std::filesystem::path& path) {
  if (path.empty()) return SecretBytes();
  auto text = read_secret_file(path);
  if (text) return text;
  if (text.error().kind == ErrorKind::not_found) return SecretBytes();
  Error error = std::move(text).error();
  error.kind = ErrorKind::credentials;
  return fail(std::move(error));
}

Result<Collection> parse(std::string_view text, aws_profile_source_type type,
                         std::string_view what) {
  const aws_byte_buf buffer = aws_byte_buf_from_array(text.data(), text.size());
  Collection collection(
      aws_profile_collection_new_from_buffer(crt::wiping_allocator(), &buffer, type));
  if (!collection)
    return fail(
        ErrorKind::credentials,
        "the shared " + std::string(what) + " file is not of the form [section] and key = value",
        "compare it with `aws configure list-profiles`");
  return collection;
}

// Sections other than profiles stand in the configuration file alone. (Merged, one that is called
// like a profile is missing: aws-c-sdkutils looks it up among the profiles.)
Result<Collection> configuration(const ProfileFiles& files) {
  crt::start_libraries();
  return parse(files.config.view(), AWS_PST_CONFIG, "configuration");
}

// Both files in one; the credentials file wins.
Result<Collection> merge(const ProfileFiles& files) {
  crt::start_libraries();
  SSMB_TRY(config, parse(files.config.view(), AWS_PST_CONFIG, "configuration"));
  SSMB_TRY(credentials, parse(files.credentials.view(), AWS_PST_CREDENTIALS, "credentials"));
  return Collection(aws_profile_collection_new_from_merge(crt::wiping_allocator(), config.get(),
                                                          credentials.get()));
}

// nullptr: there is no such section.
const aws_profile* find(const Collection& collection, aws_profile_section_type type,
                        const std::string& name) {
  if (!collection) return nullptr;
  const String key(aws_string_new_from_c_str(crt::wiping_allocator(), name.c_str()));
  return aws_profile_collection_get_section(collection.get(), type, key.get());
}

class Reader {
 public:
  explicit Reader(const aws_profile* profile) : profile_(profile) {}
  explicit operator bool() const { return profile_ != nullptr; }

  std::string_view text(std::string_view name) const {
    const aws_profile_property* property = find(name);
    return property == nullptr ? std::string_view()
                               : view(aws_profile_property_get_value(property));
  }
  // One level below the property, indented.
  std::string_view text(std::string_view name, std::string_view below) const {
    const aws_profile_property* property = find(name);
    if (property == nullptr) return {};
    return view(aws_profile_property_get_sub_property(property, string(below).get()));
  }

 private:
  static String string(std::string_view text) {
    return String(aws_string_new_from_array(
        crt::wiping_allocator(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  static std::string_view view(const aws_string* text) {
    if (text == nullptr) return {};
    return {aws_string_c_str(text), text->len};
  }
  const aws_profile_property* find(std::string_view name) const {
    return aws_profile_get_property(profile_, string(name).get());
  }

  const aws_profile* profile_;
};

}  // namespace

Result<ProfileFiles> read_profile_files(const Environment& environment) {
  ProfileFiles files;
  SSMB_TRY(config, read_if_there(path_of(environment, "AWS_CONFIG_FILE", "config")));
  files.config = std::move(config);
  SSMB_TRY(credentials,
           read_if_there(path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")));
  files.credentials = std::move(credentials);
  return files;
}

Result<std::optional<Profile>> find_profile(const ProfileFiles& files, const std::string& name) {
  SSMB_TRY(merged, merge(files));
  const Reader read(find(merged, AWS_PROFILE_SECTION_TYPE_PROFILE, name));
  if (!read) return std::nullopt;
  const auto text = [&](std::string_view property) { return std::string(read.text(property)); };
  return Profile{.name = name,
                 .region = text("region"),
                 .access_key_id = text("aws_access_key_id"),
                 .secret_access_key = SecretText(read.text("aws_secret_access_key")),
                 .session_token = SecretText(read.text("aws_session_token")),
                 .credential_process = text("credential_process"),
                 .role_arn = text("role_arn"),
                 .source_profile = text("source_profile"),
                 .credential_source = text("credential_source"),
                 .external_id = text("external_id"),
                 .role_session_name = text("role_session_name"),
                 .duration_seconds = text("duration_seconds"),
                 .mfa_serial = text("mfa_serial"),
                 .web_identity_token_file = text("web_identity_token_file"),
                 .sso_session = text("sso_session"),
                 .sso_start_url = text("sso_start_url"),
                 .sso_region = text("sso_region"),
                 .sso_account_id = text("sso_account_id"),
                 .sso_role_name = text("sso_role_name"),
                 .login_session = text("login_session")};
}

Result<std::optional<SsoSession>> find_sso_session(const ProfileFiles& files,
                                                   const std::string& name) {
  SSMB_TRY(config, configuration(files));
  const Reader read(find(config, AWS_PROFILE_SECTION_TYPE_SSO_SESSION, name));
  if (!read) return std::nullopt;
  return SsoSession{.start_url = std::string(read.text("sso_start_url")),
                    .region = std::string(read.text("sso_region"))};
}

Result<ProfileEndpoints> find_endpoints(const ProfileFiles& files, const std::string& name) {
  SSMB_TRY(merged, merge(files));
  const Reader read(find(merged, AWS_PROFILE_SECTION_TYPE_PROFILE, name));
  if (!read) return ProfileEndpoints();
  ProfileEndpoints found{.profile = name,
                         .url = std::string(read.text("endpoint_url")),
                         .section = std::string(read.text("services")),
                         .services = {},
                         .ignore = std::string(read.text("ignore_configured_endpoint_urls"))};
  if (found.section.empty()) return found;
  SSMB_TRY(config, configuration(files));
  const Reader services(find(config, AWS_PROFILE_SECTION_TYPE_SERVICES, found.section));
  if (!services)
    return fail(ErrorKind::configuration,
                fmt::format("profile {} wants [services {}], which no file has", name,
                            printable(found.section, 80)),
                "write that section into the configuration file, or take `services` out of the "
                "profile");
  for (const std::string& id : service_ids())
    if (const std::string_view url = services.text(id, "endpoint_url"); !url.empty())
      found.services.emplace(id, url);
  return found;
}

std::filesystem::path aws_home(const Environment& environment, std::string_view file) {
  const std::filesystem::path home = value_of(environment, "HOME");
  return home.empty() ? home : home / ".aws" / file;
}

ProfileChoice choose_profile(const std::optional<std::string>& flag,
                             const Environment& environment) {
  if (flag) return {.name = *flag, .by = ProfileChoice::By::flag};
  for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (std::string value = value_of(environment, name); !value.empty())
      return {.name = std::move(value), .by = ProfileChoice::By::variable};
  }
  return {.name = "default", .by = ProfileChoice::By::fallback};
}

}  // namespace ssmb::aws
