// An Error for people and for programs: what was tried, what the service answered, what to do.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "report/style.h"

namespace ssmb::report {

// What happened; the service's answer, indented; "next: ...": for whoever puts them together.
std::vector<std::string> error_lines(const Error& error);

// "error: ...", the service's answer indented below it, "next: ..."; each line ends in a newline.
std::string render_error(const Error& error, Colour colour);

// {"kind", "what", "service": {...}, "next"}: members that are empty are left out.
boost::json::object error_json(const Error& error);

// Why a Region has not answered, or badly.
using Troubles = std::vector<std::pair<Region, Error>>;
// A list of such objects, each with its "region".
boost::json::array errors_json(const Troubles& troubles);

}  // namespace ssmb::report
