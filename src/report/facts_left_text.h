// What a restore leaves to be set by hand (engine/restore/facts_left.h), each with the AWS CLI's
// command. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <ostream>

#include "report/restore_text.h"

namespace ssmb::report {

// A section of the plan; nothing where nobody need look.
void write_facts_left(std::ostream& out, const ShownPlan& shown, Detail detail,
                      std::size_t columns);
// "1 service setting, 2 shares"; empty: none that is known to be missing.
std::string facts_left_words(const engine::restore::FactsLeft& left);
// {"settings", "shares", "unknown"}.
boost::json::object facts_left_json(const ShownPlan& shown);

}  // namespace ssmb::report
