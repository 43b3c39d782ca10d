// What infra would do: the difference between what the stack asks for and what is there. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/infra/documents.h"
#include "engine/infra/stack.h"

namespace ssmb::engine {

struct ObservedBucket {
  enum class Presence { absent, ours } presence = Presence::absent;
  std::map<aws::s3::BucketDocument, std::optional<std::string>> documents;
  enum class Content { empty, objects } content = Content::empty;
};

struct ObservedParameter {
  std::string value;
  std::vector<Tag> tags;
};

struct Observed {
  AccountId account;
  std::map<Region, ObservedBucket> buckets;
  std::map<ParameterName, ObservedParameter> parameters;  // those that exist
};

struct MetadataParameter {
  ParameterName name;
  std::string value;
  std::vector<Tag> tags;
};
std::vector<MetadataParameter> desired_parameters(const Stack& stack, const AccountId& account);

struct Step {
  enum class Action {
    create_bucket,
    put_document,
    create_parameter,
    update_parameter,
    tag_parameter,
    delete_parameter,
    delete_bucket,
    keep_bucket,  // holds objects: destroy leaves it
  } action;
  Region region;       // where the call goes
  BucketName bucket;   // of a bucket's step
  ParameterName name;  // of a parameter's step
  aws::s3::BucketDocument document = aws::s3::BucketDocument::versioning;
  std::string text;  // the document or the parameter's value
  std::vector<Tag> tags;
  std::string managed_by;  // who else manages what is changed or deleted; empty: nobody
};
std::string_view to_string(Step::Action action);
// "create bucket x in us-west-2", "put lifecycle of bucket x (ManagedBy Pulumi)".
std::string describe(const Step& step);

// In the order in which they are done: buckets Region by Region, then parameters. Empty: nothing
// differs.
std::vector<Step> plan_apply(const Stack& stack, const Observed& observed);
// Parameters first, so that nobody finds a bucket that is about to go.
std::vector<Step> plan_destroy(const Stack& stack, const Observed& observed);

}  // namespace ssmb::engine
