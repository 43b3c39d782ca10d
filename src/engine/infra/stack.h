// The stack's configuration, Pulumi.<env>.yaml: what infra makes.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::engine {

struct Stack {
  std::string project;
  Environment env;
  std::vector<Region> regions;  // in order, without repeats
  Region default_region;        // one of them
  Region home_region;           // where the metadata parameters lie
};

// Reads the keys `jenkins-ssm-backup-s3:...` under `config:`. Errors are of kind configuration and
// name the key.
Result<Stack> parse_stack(std::string_view yaml);

// <project>-ssm-backup-<env>-<account>-<region>
BucketName bucket_name(const Stack& stack, const AccountId& account, const Region& region);

}  // namespace ssmb::engine
