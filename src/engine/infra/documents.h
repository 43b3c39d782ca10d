// A bucket as the stack wants it: its documents (XML, and JSON for the policy) and tags. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3/client.h"
#include "engine/infra/stack.h"
#include "parameter/parameter.h"

namespace ssmb::engine {

struct BucketSpec {
  BucketName name;
  Region region;
  Environment env;
  AccountId account;
  Arn role;                           // of another account, which makes it there; empty: the caller
  std::optional<int> retention_days;  // nullopt: nothing expires (a copy)
  KmsKeyId kms_key;                   // empty: AES256
  std::optional<ObjectLock> object_lock;
  BucketName access_log_bucket;      // empty: none
  std::vector<std::string> writers;  // principals of another account
};

// One for each Region in the stack's order, then the copy's. `account`: the caller's.
std::vector<BucketSpec> bucket_specs(const Stack& stack, const AccountId& account);

// Those that infra looks at, in the order in which they are put: the bucket is private before
// anything else, and says whose it is when it is complete.
const std::vector<aws::s3::BucketDocument>& managed_documents();

// nullopt: the stack does not ask for one (Object Lock, access logs), and infra leaves it alone.
std::optional<std::string> desired_document(const BucketSpec& bucket,
                                            aws::s3::BucketDocument document);

// The tag that says whose a thing is: a Pulumi stack's say "Pulumi".
inline constexpr std::string_view kManagedBy = "ManagedBy";
inline constexpr std::string_view kUs = "ssm-backup";

std::vector<Tag> bucket_tags(const BucketSpec& bucket);
std::string bucket_arn(const Region& region, const BucketName& bucket);

}  // namespace ssmb::engine
