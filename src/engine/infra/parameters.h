// The metadata parameters as the stack wants them: which Regions there are, which is the default
// one, and their buckets. All lie in the home Region, whatever the Region they tell of. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/infra/fields.h"
#include "engine/infra/stack.h"
#include "parameter/parameter.h"

namespace ssmb::engine {

struct MetadataParameter {
  ParameterName name;
  std::string value;
  std::string description;  // empty: whatever it is
  std::vector<Tag> tags;
};

// In the order in which they are written: nobody shall read a Region from the list and not find
// its bucket.
std::vector<MetadataParameter> desired_parameters(const Stack& stack, const AccountId& account);

// As it is in the Region.
struct ObservedParameter {
  std::string type;
  std::string value;  // a SecureString's is not read
  std::string description;
  std::vector<Tag> tags;
};

// "Type", "Value", "Description" where it is asked for, "Tag[...]".
Fields fields_of(const MetadataParameter& parameter);
Fields fields_of(const ObservedParameter& parameter);

// "/jenkins/<env>/backup/": below it lies all metadata, and only that.
std::string metadata_prefix(const Environment& env);
// The Region whose bucket a parameter of that name tells; nullopt: it is another parameter.
std::optional<Region> region_told_by(const Environment& env, const ParameterName& name);

}  // namespace ssmb::engine
