// What the Regions, buckets and keys of a role's policy follow from: a stack file, or the metadata.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/selection.h"
#include "engine/iam/policy.h"
#include "engine/infra/documents.h"

namespace ssmb::cli {

struct IamGround {
  Selection selection;
  AccountId account;
  std::optional<Region> home;
  // What a stack file alone tells: its buckets, that of a copy included, with keys and roles.
  std::vector<engine::BucketSpec> specs;
  // Of infra: the buckets in this account, the roles in others, and what options need.
  std::vector<snapshot::S3Address> stack;
  std::vector<Arn> other_roles;
  engine::iam::Uses infra;
  std::vector<std::string> notes;  // on what is not known, one line each
};

// `account`: as --account says it; empty: that of the credentials. With one, AWS is asked nothing.
ResultTask<IamGround> ground_of_file(Context& context, std::string account, std::string file);
ResultTask<IamGround> ground_of_metadata(Context& context, std::string account,
                                         engine::iam::Uses uses);

// The keys with which the stack's own buckets encrypt, of those that the request reads or writes.
// A note for each that policies cannot name, unless a key of its Region is there already.
void add_bucket_keys(const IamGround& ground, engine::iam::PolicyRequest& request,
                     std::vector<std::string>& notes);

}  // namespace ssmb::cli
