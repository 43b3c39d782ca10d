// An infra plan as people and programs read it.
#pragma once

#include <boost/json/array.hpp>
#include <ostream>

#include "engine/infra/homes.h"
#include "engine/infra/plan.h"

namespace ssmb::report {

// A line for each thing that is made, changed, deleted or kept; the fields of what is changed below
// it. A bucket that is made stands in one line with all that belongs to it.
void write_infra_plan(std::ostream& out, const engine::Plan& plan);

// [{"action", "kind", "region", "name", "desired": {field: value}, "differences": [{"field",
//   "from", "to"}], "managedBy"?, "why"?}]; what differs nowhere is there, too, as "none".
boost::json::array infra_plan_json(const engine::Plan& plan);

// "warning: ...", "next: ..." and an empty line for each; [{"what", "next"}].
std::string infra_warning_lines(const std::vector<engine::PlanWarning>& warnings);
boost::json::array infra_warnings_json(const std::vector<engine::PlanWarning>& warnings);

// How many lines of it are more than what is kept.
std::size_t infra_changes(const engine::Plan& plan);
// "2 to create, 1 to change, 1 to delete"; "nothing differs".
std::string infra_counts(const engine::Plan& plan);

}  // namespace ssmb::report
