// KMS, as far as SSM's callers see it: which keys exist, and what may not be decrypted.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "sandbox/auth/accounts.h"

namespace ssmb::sandbox {

class KeyPolicy {
 public:
  // Which keys exist and who may use them: Accounts::find_kms_key of a world with a file of
  // accounts. Without an oracle every key exists and may be used by all.
  using Oracle = std::function<KmsLookup(const Caller&, const Region&, const KmsKeyId&)>;
  void set_oracle(Oracle oracle) { oracle_ = std::move(oracle); }
  KmsLookup find(const Caller& caller, const Region& region, const KmsKeyId& key) const;
  KmsUse use(const Caller& caller, const Region& region, const KmsKeyId& key) const {
    return find(caller, region, key).use;
  }

  // kms:Decrypt denied for a parameter (by its name) or for a key (by its id), whoever asks; "*"
  // as Region means all. A denied parameter fails the whole GetParameters call it is part of.
  void deny_decrypt(const Region& region, const std::string& parameter_or_key);
  void allow_decrypt(const Region& region, const std::string& parameter_or_key);
  bool may_decrypt(const Caller& caller, const Region& region, std::string_view parameter,
                   const KmsKeyId& key) const;

 private:
  Oracle oracle_;
  std::set<std::pair<Region, std::string>> denied_;
};

}  // namespace ssmb::sandbox
