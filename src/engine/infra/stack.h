// The stack's configuration, Pulumi.<env>.yaml: what infra makes, as the Pulumi program
// (deploy/pulumi) makes it of the same file. Keys, options and rules: its README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::engine {

// S3's default retention of an object: mode and days (PutObjectLockConfiguration).
struct ObjectLock {
  std::string mode;  // "GOVERNANCE" or "COMPLIANCE"
  int days = 0;

  bool operator==(const ObjectLock&) const = default;
};

// A bucket in another Region, or in another account, for `backup --copy-to`.
struct CopyOption {
  struct OtherAccount {
    AccountId id;
    Arn role;                          // may make buckets there
    std::vector<std::string> writers;  // principals of the backup's account that may add copies
  };
  Region region;
  std::optional<OtherAccount> account;  // nullopt: the backup's own
  KmsKeyId kms_key;                     // empty: AES256
  BucketName access_log_bucket;         // empty: none
};

struct Stack {
  std::string project;
  Environment env;
  std::vector<Region> regions;  // in order, without repeats
  Region default_region;        // one of them
  Region home_region;           // where the metadata parameters lie
  int retention_days = 30;
  std::optional<ObjectLock> object_lock;
  std::map<Region, KmsKeyId> kms_keys;              // empty: AES256
  std::map<Region, BucketName> access_log_buckets;  // empty: none
  std::optional<CopyOption> copy;
};

// Reads the keys `jenkins-ssm-backup-s3:...` and `aws:region` under `config:` of the stack file,
// and, where it does not have one, of the project's own (Pulumi.yaml's text; empty: there is none).
// Errors are of kind configuration and name the key; an unknown key is one.
Result<Stack> parse_stack(std::string_view yaml, std::string_view project_yaml = {});

// <project>-ssm-backup-<env>-<account>-<region>
BucketName bucket_name(const Stack& stack, const AccountId& account, const Region& region);
// The same in the copy's Region, with "-copy" behind it. `account`: that of the backups, wherever
// the copy lies, so that no two accounts share a bucket.
BucketName copy_bucket_name(const Stack& stack, const AccountId& account);

}  // namespace ssmb::engine
