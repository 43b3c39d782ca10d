// What each command asks of AWS: the one table from which policies are made.
#pragma once

#include <span>
#include <string_view>

namespace ssmb::engine::iam {

// What a role is for; a policy is made for some of these.
enum class Use : unsigned {
  backup = 1,      // and list, show, verify, diff, history, regions
  restore = 2,     // and what looks into repositories
  deletion = 4,    // restore --delete-extra
  drill = 8,       // and what looks into repositories
  drill_aws = 16,  // drill --aws --under
  infra = 32,
  infra_lock = 64,       // of a stack with the option objectLock
  infra_logs = 128,      // with access logs
  infra_deletion = 256,  // infra destroy --delete-backups
  drill_record = 512,    // drill --record
};
struct Uses {
  unsigned bits = 0;

  Uses() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a use is a set of one
  Uses(Use use) : bits(static_cast<unsigned>(use)) {}
  Uses operator|(Uses other) const {
    Uses both;
    both.bits = bits | other.bits;
    return both;
  }
  bool any_of(Uses other) const { return (bits & other.bits) != 0; }
};
inline Uses operator|(Use a, Use b) { return Uses(a) | Uses(b); }

// The resources of a statement.
enum class Place {
  everything,    // for actions that know no resources
  settings,      // Parameter Store's service settings
  metadata,      // /jenkins/<env>/backup/ in the home Region
  parameters,    // those that are backed up or restored
  scratch_root,  // --under of a drill: the path as such
  scratch_path,  // below --under of a drill
  keys,          // of SecureStrings, through SSM only
  buckets,       // of snapshots
  objects,       // in them
  records,       // of drills, in them
  copies,        // buckets of copies
  copied,        // objects in them
  bucket_keys,   // with which buckets encrypt, through S3 only
  stack,         // the buckets that infra makes
  stored,        // objects in them
  other_roles,   // that infra becomes, for buckets of other accounts
};

struct Grant {
  std::string_view sid;  // says what it is for; rows of one statement follow each other
  Place place;
  std::string_view action;
  Uses uses;
};

// Left out where the parameters that are read hold the metadata.
inline constexpr std::string_view kReadMetadata = "ReadMetadata";

// Resources and actions as in the Service Authorization Reference:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
// sts:GetCallerIdentity is not there: "No permissions are required to perform this operation".
std::span<const Grant> grants();

}  // namespace ssmb::engine::iam
