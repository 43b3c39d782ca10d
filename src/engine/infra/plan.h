// What infra would do: the difference between what the stack asks for and what is there, resource
// by resource and field by field, and the calls that mend it. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/infra/documents.h"
#include "engine/infra/fields.h"
#include "engine/infra/parameters.h"
#include "engine/infra/stack.h"

namespace ssmb::engine {

struct ObservedBucket {
  enum class Presence { absent, there } presence = Presence::absent;
  std::map<aws::s3::BucketDocument, std::optional<std::string>> documents;
  // Versions and delete markers of objects; how far they were counted, see observe().
  std::uint64_t versions = 0;
};

struct Observed {
  AccountId account;
  std::map<BucketName, ObservedBucket> buckets;
  std::map<ParameterName, ObservedParameter> parameters;  // below metadata_prefix()
};

// One call, or several of a kind.
struct Step {
  enum class Action {
    create_bucket,
    put_document,
    create_parameter,
    update_parameter,
    tag_parameter,
    delete_parameter,
    delete_versions,  // all that lie in the bucket, but no more than were counted
    delete_bucket,
  } action;
  Region region;      // where the call goes
  BucketName bucket;  // of a bucket's step, with its owner and, in another account, the role
  AccountId owner;
  Arn role;
  ParameterName name;  // of a parameter's step
  aws::s3::BucketDocument document = aws::s3::BucketDocument::versioning;
  std::string text;            // the document or the parameter's value
  std::uint64_t versions = 0;  // of delete_versions: how many were counted
  aws::s3::Client::ObjectLock lock = aws::s3::Client::ObjectLock::off;  // of create_bucket
  std::string description;
  std::vector<Tag> tags;
};
// "create bucket x in us-west-2", "put lifecycle of bucket x".
std::string describe(const Step& step);

struct Change {
  enum class Action { none, create, update, replace, remove, keep } action = Action::none;
  std::string kind;  // "bucket", a sub-resource of S3 ("lifecycle", "tagging"), "parameter"
  Region region;     // where it lies
  std::string name;  // the bucket's or the parameter's
  Fields desired;
  std::vector<FieldDifference> differences;  // of an update
  std::string managed_by;                    // who else manages it; empty: nobody
  std::string why;                           // of a removal or of what is kept
  std::vector<Step> steps;                   // empty for none and keep
};
std::string_view to_string(Change::Action action);

using Plan = std::vector<Change>;

// May what another manages be changed, and become ours?
enum class Adopt { no, yes };

// In the order in which it is done: bucket by bucket, then parameters, those of Regions that left
// the stack last. What differs nowhere is there, too, as `none`.
Plan plan_apply(const Stack& stack, const Observed& observed, Adopt adopt);

// Those that the metadata names at present; empty where it names none that can be read.
std::vector<Region> listed_regions(const Environment& env, const Observed& observed);

// Is a Region's retention about to become shorter than it is? S3 then deletes older backups by
// itself. "<bucket>: 90 -> 30 days"; empty: none is.
std::string shortened_retention(const Plan& plan);
// The first bucket of the plan's removals in which Object Lock keeps every version for some days;
// empty: none.
std::string locked_bucket(const Plan& plan, const Observed& observed);

struct DestroyOptions {
  // Only what belongs to these Regions, which the stack does not hold; empty: all of the stack.
  std::vector<Region> only;
  enum class Backups { keep, remove } backups = Backups::keep;
};
// Of which buckets a destruction has to know what is there.
std::vector<BucketSpec> specs_to_destroy(const Stack& stack, const AccountId& account,
                                         const DestroyOptions& options);
// Parameters first, so that nobody finds a bucket that is about to go.
Plan plan_destroy(const Stack& stack, const Observed& observed, const DestroyOptions& options);

std::vector<Step> steps_of(const Plan& plan);
// How many changes, kept ones and those of `none` left out.
std::size_t changes_in(const Plan& plan);
// Those that another manages and that the plan would change or delete.
std::vector<const Change*> foreign_in(const Plan& plan);

}  // namespace ssmb::engine
