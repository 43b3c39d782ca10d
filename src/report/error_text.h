// An Error for people and for programs: what was tried, what the service answered, what to do.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "report/style.h"

namespace ssmb::report {

// What happened; the service's answer, indented; "next: ...": for whoever puts them together.
std::vector<std::string> error_lines(const Error& error);

// "error: ...", the service's answer indented below it, "next: ..."; each line ends in a newline.
std::string render_error(const Error& error, Colour colour);

// {"kind", "what", "service": {...}, "next"}: members that are empty are left out.
boost::json::object error_json(const Error& error);

}  // namespace ssmb::report
