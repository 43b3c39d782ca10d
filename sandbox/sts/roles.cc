#include "sandbox/sts/roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "base/time.h"
#include "sandbox/auth/issue.h"
#include "sandbox/query_protocol.h"

namespace ssmb::sandbox::sts {
namespace {

constexpr std::chrono::seconds kHour{3600};

std::unexpected<ServiceError> refuse(std::string message) {
  return std::unexpected(ServiceError{"ValidationError", std::move(message), 400});
}
std::unexpected<ServiceError> violated(std::string_view value, std::string_view member,
                                       std::string_view constraint) {
  return refuse(
      fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: "
                  "Member must {}",
                  value, member, constraint));
}

// 900 to 43,200 seconds, an hour unless said.
std::expected<std::chrono::seconds, ServiceError> duration_of(const Form& form) {
  const auto found = form.find("DurationSeconds");
  if (found == form.end()) return kHour;
  int seconds = 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  if (seconds < 900 || seconds > 43200)
    return violated(fmt::format("'{}'", found->second), "durationSeconds",
                    "have value between 900 and 43200");
  return std::chrono::seconds{seconds};
}

// 2 to `most` of \w + = , . @ - and those of `more`.
bool fits(std::string_view text, std::size_t most, std::string_view more) {
  return text.size() >= 2 && text.size() <= most && std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("_+=,.@-").contains(c) || more.contains(c);
         });
}

std::string camel(std::string member) {
  member[0] = static_cast<char>(member[0] | 0x20);
  return member;
}

std::expected<RoleRequest, ServiceError> read(const RequestContext& context, const Form& form,
                                              std::initializer_list<const char*> required) {
  for (const char* member : required) {
    if (!form.contains(member)) return violated("null", camel(member), "not be null");
  }
  const auto lifetime = duration_of(form);
  if (!lifetime) return std::unexpected(lifetime.error());
  const std::string& name = form.at("RoleSessionName");
  if (!fits(name, 64, ""))
    return violated(fmt::format("'{}'", name), "roleSessionName",
                    "satisfy regular expression pattern: [\\w+=,.@-]*");
  RoleRequest request{.role_arn = form.at("RoleArn"),
                      .session_name = name,
                      .external_id = {},
                      .caller = std::nullopt,
                      .lifetime = *lifetime,
                      .now = std::chrono::floor<std::chrono::seconds>(context.time)};
  const auto external = form.find("ExternalId");
  if (external == form.end()) return request;
  if (!fits(external->second, 1224, ":/"))
    return violated(fmt::format("'{}'", external->second), "externalId",
                    "satisfy regular expression pattern: [\\w+=,.@:\\/-]*");
  request.external_id = external->second;
  return request;
}

std::string written(const IssuedCredentials& issued) {
  const aws::Credentials& keys = issued.credentials;
  return fmt::format(
      "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>"
      "<SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>"
      "<AssumedRoleUser><Arn>{}</Arn><AssumedRoleId>{}</AssumedRoleId></AssumedRoleUser>",
      keys.access_key_id, xml_escape(keys.secret_access_key.reveal()),
      xml_escape(keys.session_token.reveal()), to_iso8601(*keys.expires),
      xml_escape(issued.caller.arn.view()), xml_escape(issued.caller.user_id));
}

}  // namespace

XmlAnswer assume_role(World& world, const RequestContext& context, const Form& form) {
  auto request = read(context, form, {"RoleArn", "RoleSessionName"});
  if (!request) return std::unexpected(request.error());
  if (is_role_session(context.caller) && request->lifetime > kHour)
    return refuse(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining");
  request->caller = context.caller;
  const auto issued = world.authenticator().assume_role(*request);
  if (!issued) return std::unexpected(issued.error());
  return written(*issued);
}

XmlAnswer assume_role_with_web_identity(World& world, const RequestContext& context,
                                        const Form& form) {
  const auto request = read(context, form, {"RoleArn", "RoleSessionName", "WebIdentityToken"});
  if (!request) return std::unexpected(request.error());
  const auto issued = world.authenticator().assume_role(*request);
  if (!issued) return std::unexpected(issued.error());
  return written(*issued) + "<SubjectFromWebIdentityToken>sandbox</SubjectFromWebIdentityToken>";
}

}  // namespace ssmb::sandbox::sts
