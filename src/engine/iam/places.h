// The resources of a statement as ARNs, and the conditions that keep them to what is configured.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/iam/policy.h"

namespace ssmb::engine::iam {

// Regions one by one, or "*" and a condition.
enum class Form { listed, folded };

struct Scope {
  std::vector<std::string> resources;
  std::map<std::string, std::vector<std::string>> conditions;  // all StringEquals
};
Scope scope_of(const PolicyRequest& request, Form form, Place place);

// An action is of one type of resource, so that one statement may hold several.
enum class Type { none, setting, parameter, key, bucket, object, role };
Type type_of(Place place);

}  // namespace ssmb::engine::iam
