#include "sandbox/auth/issue.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kAssumedRole = "assumed-role/";

// "AWS's" alphabet for key ids: base 32.
std::string random_key_id(std::string_view prefix, const std::function<std::uint64_t()>& random) {
  std::string id(prefix);
  for (std::uint64_t bits = random(); id.size() < prefix.size() + 12; bits >>= 5)
    id.push_back("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits & 31]);
  return id + "SNDB";
}

}  // namespace

std::expected<Caller, ServiceError> session_of(const RoleRequest& request) {
  const auto parts = split(request.role_arn, ':');
  if (parts.size() != 6 || parts[0] != "arn" || !parts[5].starts_with("role/"))
    return std::unexpected(ServiceError{"ValidationError", request.role_arn + " is invalid", 400});
  const std::string_view role = parts[5].substr(parts[5].rfind('/') + 1);
  return Caller{.account = AccountId(parts[4]),
                .arn = Arn(fmt::format("arn:{}:sts::{}:{}{}/{}", parts[1], parts[4], kAssumedRole,
                                       role, request.session_name)),
                .user_id = request.session_name,
                .access_key_id = {},
                .region = {},
                .service = {}};
}

IssuedCredentials new_keys(Caller who, Time expires, const std::function<std::uint64_t()>& random) {
  who.access_key_id = random_key_id("ASIA", random);
  who.user_id = fmt::format("{}:{}", random_key_id("AROA", random), who.user_id);
  return {.credentials = {.access_key_id = who.access_key_id,
                          .secret_access_key = SecretText(fmt::format(
                              "{:016x}{:016x}{:08x}", random(), random(), random() >> 32)),
                          .session_token = SecretText(
                              fmt::format("FwoGZXIvYXdz{:016x}{:016x}", random(), random())),
                          .expires = expires},
          .caller = std::move(who)};
}

std::vector<std::string> arns_of(const Caller& caller) {
  std::vector<std::string> arns{caller.arn.str()};
  if (is_role_session(caller)) {
    const auto parts = split(caller.arn.view(), '/');
    arns.push_back(fmt::format("arn:aws:iam::{}:role/{}", caller.account, parts[1]));
  }
  return arns;
}

std::vector<std::string> names_of(const Caller& caller) {
  std::vector<std::string> names = arns_of(caller);
  names.insert(names.end(),
               {"*", caller.account.str(), fmt::format("arn:aws:iam::{}:root", caller.account)});
  return names;
}

bool is_role_session(const Caller& caller) {
  return caller.arn.view().contains(fmt::format(":{}", kAssumedRole));
}

}  // namespace ssmb::sandbox
