// The bucket's policy: no access without TLS, no object without encryption; for a copy in another
// account, who may add to it. Pure; fields.h is what others use.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace ssmb::engine {

struct PolicyFacts {
  BucketName bucket;
  Region region;                     // tells the partition
  std::string algorithm;             // "AES256" or "aws:kms"
  std::vector<std::string> writers;  // principals of another account that may add objects
};
std::string desired_policy(const PolicyFacts& facts);

// "Statement[DenyInsecureConnections]/Condition/Bool/aws:SecureTransport": "false"; a list as
// JSON, sorted, and a list of one as its item, for IAM takes them for the same.
std::map<std::string, std::string> policy_fields(std::string_view text);

// Ours (known by their Sid) with the others' statements behind them.
std::string merged_policy(const std::string& desired, const std::string& observed);

}  // namespace ssmb::engine
