// What a Region has beside its parameters, for people and for programs: as a snapshot records it,
// and where two ends differ. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "engine/facts_diff.h"
#include "snapshot/region_facts.h"

namespace ssmb::report {

// A section of `show`: a title and indented lines.
std::string facts_text(const snapshot::RegionFacts& facts);
// {"settings", "unknownSettings", "shares": null or {"advanced", "known", "why"?, "list"}}.
boost::json::object facts_json(const snapshot::RegionFacts& facts);

// "from" or "to".
std::string_view to_string(engine::DiffSide side);

// What differs, a line each; then what was not compared, and why. Empty: nothing to say.
std::string facts_diff_text(const engine::FactsDiff& diff);
// {"differs", "settings", "shares", "notCompared"}.
boost::json::object facts_diff_json(const engine::FactsDiff& diff);

// [{"policyId", "policy", "words"}].
boost::json::array policies_json(const std::vector<aws::ssm::ResourcePolicy>& policies);

}  // namespace ssmb::report
