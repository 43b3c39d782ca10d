// Who may call the sandbox: accounts, access keys, roles and KMS keys. Either anyone (`--auth
// open`) or those that a file names (`--auth FILE`, its format in sandbox/README.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "sandbox/iam/policy.h"

namespace ssmb::sandbox {

// What a user or role may do; nullptr: everything.
using Rights = std::shared_ptr<const iam::Policies>;

// Who sent a request, as far as the sandbox cares.
struct Caller {
  AccountId account;
  Arn arn;              // "arn:aws:iam::123456789012:user/backup"
  std::string user_id;  // "AIDA..." or "AROA...:session"
  std::string access_key_id;
  Region region;        // the credential scope's; "us-east-1" when there is none
  std::string service;  // the credential scope's signing name; may be empty
  Rights rights = nullptr;
};

struct AccessKey {
  std::string id;
  SecretText secret;
  SecretText session_token;  // empty for long-lived keys
  std::optional<Time> expires;
  AccountId account;
  Arn arn;
  std::string user_id;
  Rights rights = nullptr;
};

struct Role {
  Arn arn;
  AccountId account;
  std::vector<std::string> trusts;  // ARNs or account ids that may assume it; "*" for anyone
  std::string external_id;          // empty: none is asked for
  std::chrono::seconds longest{3600};
  Rights rights = nullptr;  // of its sessions
};

// Somebody who has signed in: with IAM Identity Center, whose portal then gives keys for `roles`,
// or with `aws login`, which gives keys of `arn`.
struct Login {
  std::string user;
  SecretText access_token;
  std::optional<Time> expires;     // of the access token
  std::vector<std::string> roles;  // "111122223333/Restore"
  Arn arn;
  SecretText refresh_token;  // good once
  std::string client_id;
  SecretText client_secret;
};

struct KmsKey {
  std::string id;  // the key id, without ARN
  AccountId account;
  Region region;                     // empty: in every Region
  std::vector<std::string> aliases;  // "alias/backup"
  std::vector<std::string> denies;   // ARNs of callers that may not use it; "*" for all
};

enum class KmsUse { allowed, unknown, denied };

// What an id, an ARN or an alias of a key names, and whether its own policy lets the caller use it.
struct KmsLookup {
  KmsUse use = KmsUse::allowed;
  // A customer's key, whose policy leaves the decision to IAM; empty: AWS's own, alias/aws/...,
  // whose policy admits whoever in the account comes through the service.
  Arn customer_key;
};

class Accounts {
 public:
  // Any access key is account 123456789012, any KMS key exists, no signature is checked.
  static Accounts open();
  // YAML or JSON text. Errors: configuration, naming the entry.
  static Result<Accounts> parse(std::string_view text);

  static constexpr std::string_view kOpenAccount = "123456789012";

  bool verifies() const { return verifies_; }
  // nullptr: unknown.
  const AccessKey* find_key(std::string_view access_key_id) const;
  const Role* find_role(const Arn& arn) const;
  // Those that the file names; once.
  std::vector<Login> take_logins() { return std::exchange(logins_, {}); }
  // For the keys that STS hands out.
  void add_key(AccessKey key);

  // May the caller use this key in its account and this Region? `key` is an id, an ARN or an
  // alias; alias/aws/* always exists. What the caller's own policies say of it: iam/access.h.
  KmsLookup find_kms_key(const Caller& caller, const Region& region, const KmsKeyId& key) const;
  KmsUse kms_use(const Caller& caller, const Region& region, const KmsKeyId& key) const {
    return find_kms_key(caller, region, key).use;
  }

 private:
  bool verifies_ = false;
  std::map<std::string, AccessKey, std::less<>> keys_;
  std::vector<Role> roles_;
  std::vector<KmsKey> kms_keys_;
  std::vector<Login> logins_;
};

}  // namespace ssmb::sandbox
