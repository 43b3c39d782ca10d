#include "sandbox/auth/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/partition.h"

namespace ssmb::sandbox {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::any_of(list,
                             [&](const std::string& item) { return item == "*" || item == text; });
}

// What an id, an ARN or an alias names.
struct KeyName {
  std::string account;  // empty: the caller's
  std::string region;   // empty: the request's
  std::string name;     // id, or "alias/..."
};

KeyName read_key_name(std::string_view text) {
  // arn:aws:kms:us-east-1:123456789012:key/1234 or ...:alias/x
  if (!text.starts_with("arn:")) return {.account = {}, .region = {}, .name = std::string(text)};
  std::vector<std::string> parts;
  std::string_view rest = text;
  for (int i = 0; i < 5; ++i) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return {};
    parts.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  if (rest.starts_with("key/")) rest.remove_prefix(4);
  return {.account = parts[4], .region = parts[3], .name = std::string(rest)};
}

}  // namespace

Accounts Accounts::open() { return {}; }

const AccessKey* Accounts::find_key(std::string_view access_key_id) const {
  const auto found = keys_.find(access_key_id);
  return found == keys_.end() ? nullptr : &found->second;
}

const Role* Accounts::find_role(const Arn& arn) const {
  const auto found = std::ranges::find(roles_, arn, &Role::arn);
  return found == roles_.end() ? nullptr : &*found;
}

void Accounts::add_key(AccessKey key) {
  std::string id = key.id;
  keys_.insert_or_assign(std::move(id), std::move(key));
}

KmsLookup Accounts::find_kms_key(const Caller& caller, const Region& region,
                                 const KmsKeyId& key) const {
  if (!verifies_) return {};
  KmsLookup unknown{.use = KmsUse::unknown, .customer_key = {}};
  const KeyName wanted = read_key_name(key.view());
  if (wanted.name.empty()) return unknown;
  if (!wanted.region.empty() && wanted.region != region.view()) return unknown;
  const std::string& account = wanted.account.empty() ? caller.account.str() : wanted.account;
  for (const KmsKey& known : kms_keys_) {
    const bool named = known.id == wanted.name || std::ranges::count(known.aliases, wanted.name);
    if (!named || known.account.str() != account) continue;
    if (!known.region.empty() && known.region != region) continue;
    const bool denied = holds(known.denies, caller.arn.view());
    return {.use = denied ? KmsUse::denied : KmsUse::allowed,
            .customer_key = Arn(fmt::format("arn:{}:kms:{}:{}:key/{}", partition_of(region).id,
                                            region, account, known.id))};
  }
  return wanted.name.starts_with("alias/aws/") ? KmsLookup() : unknown;
}

}  // namespace ssmb::sandbox
