// JSON for people and for version control: two spaces a level, a line an item.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace ssmb {

std::string pretty_json(const boost::json::value& value);  // without a newline at the end

}  // namespace ssmb
