// The least that a role needs: an IAM policy for what is configured, from the table in grants.h.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "engine/iam/grants.h"
#include "snapshot/address.h"

namespace ssmb::engine::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t kMostCharacters = 6144;  // of a managed policy, without white space

struct PolicyRequest {
  Uses uses;
  Environment env;
  AccountId account;
  std::optional<Region> home_region;  // nullopt: the metadata is not read
  std::vector<Region> regions;        // of the parameters
  std::vector<std::string> names;     // globs of their names (base/text.h)
  std::vector<Arn> keys;              // of SecureStrings; empty: all of the account, there
  std::string under;                  // the drill's path; empty: none
  std::map<Region, snapshot::RepositoryAddress> repositories;
  std::vector<snapshot::RepositoryAddress> copies;
  std::vector<Arn> bucket_keys;            // of buckets that encrypt with KMS
  std::vector<snapshot::S3Address> stack;  // what infra makes in this account, with Regions
  std::vector<Arn> other_roles;            // that make its buckets in other accounts
};

struct Policy {
  boost::json::object document;
  std::size_t characters = 0;  // as IAM counts them
  // What is wider than a list of all Regions would be, and why; one line each.
  std::vector<std::string> notes;
};

// Regions are named one by one where that fits. Where it does not, ARNs have '*' in that place and
// the condition aws:RequestedRegion names the Regions; buckets that differ in their Region only are
// one pattern, in this account alone; so are the keys of one id, through S3 in their Regions alone;
// and statements about the same Regions are one. usage: nothing is needed, or it is too long all
// the same.
Result<Policy> make_policy(const PolicyRequest& request);

// usage: no ARN of a key. IAM's policies know no aliases.
Result<Arn> parse_key_arn(std::string_view text);
// The ARN of a bucket's key, which lies in this Region, and, where it is said by its id alone, in
// this account: there S3 looks for it. nullopt: it is an alias.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
std::optional<Arn> arn_of_key(const KmsKeyId& key, const Region& region, const AccountId& account);
// "/x" as globs of names: itself and what lies below. usage.
Result<std::vector<std::string>> path_globs(std::string_view path);

}  // namespace ssmb::engine::iam
