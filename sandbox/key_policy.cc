#include "sandbox/key_policy.h"

namespace ssmb::sandbox {

KmsLookup KeyPolicy::find(const Caller& caller, const Region& region, const KmsKeyId& key) const {
  return oracle_ ? oracle_(caller, region, key) : KmsLookup();
}

void KeyPolicy::deny_decrypt(const Region& region, const std::string& parameter_or_key) {
  denied_.emplace(region, parameter_or_key);
}

void KeyPolicy::allow_decrypt(const Region& region, const std::string& parameter_or_key) {
  denied_.erase({region, parameter_or_key});
}

bool KeyPolicy::may_decrypt(const Caller& caller, const Region& region, std::string_view parameter,
                            const KmsKeyId& key) const {
  const Region everywhere("*");
  for (const Region& place : {region, everywhere}) {
    if (denied_.contains({place, std::string(parameter)}) || denied_.contains({place, key.str()}))
      return false;
  }
  return use(caller, region, key) == KmsUse::allowed;
}

}  // namespace ssmb::sandbox
