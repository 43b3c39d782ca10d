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
// `account`, here and below: the one that asked the service; empty: nobody knows.
std::vector<std::string> error_lines(const Error& error, const AccountId& account = {});

// "error: ...", the service's answer indented below it, "next: ..."; each line ends in a newline.
std::string render_error(const Error& error, Colour colour, const AccountId& account = {});

// {"kind", "what", "service": {...}, "next"}: members that are empty are left out.
boost::json::object error_json(const Error& error, const AccountId& account = {});
// The one document of a command that has come to nothing: {"status": "failed", "error"}.
boost::json::object failure_json(const Error& error, const AccountId& account = {});

// Why a Region has not answered, or badly.
using Troubles = std::vector<std::pair<Region, Error>>;
// A list of such objects, each with its "region".
boost::json::array errors_json(const Troubles& troubles, const AccountId& account);

}  // namespace ssmb::report
