// Faults as JSON: the file of --faults, and the control path's "/_sandbox/faults".
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "base/error.h"
#include "sandbox/faults.h"

namespace ssmb::sandbox {

// What a file holds: {"rules": [...]}. Errors: configuration, naming the rule.
Result<std::vector<FaultRule>> read_faults(const boost::json::value& root);

boost::json::array to_json(const Faults::Counters& fired);

}  // namespace ssmb::sandbox
