// KMS, as far as SSM's callers see it: which keys exist, and what may not be decrypted.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "base/ids.h"

namespace ssmb::sandbox {

class KeyPolicy {
 public:
  // A key id, key ARN, "alias/..." or alias ARN. Until the first add_key() every key exists;
  // alias/aws/ssm always does.
  void add_key(const AccountId& account, const Region& region, const std::string& key_id);
  bool exists(const AccountId& account, const Region& region, std::string_view key_id) const;

  // kms:Decrypt is denied for a parameter (by its name) or for a key (by its id); "*" as Region
  // means all of them. A denied parameter fails the whole GetParameters call it is part of.
  void deny_decrypt(const Region& region, const std::string& parameter_or_key);
  void allow_decrypt(const Region& region, const std::string& parameter_or_key);
  bool may_decrypt(const Region& region, std::string_view parameter, std::string_view key_id) const;

 private:
  std::optional<std::set<std::tuple<AccountId, Region, std::string>>> known_;
  std::set<std::pair<Region, std::string>> denied_;
};

}  // namespace ssmb::sandbox
