// Forms: "a=1&b=x%20y", in a query string or in the body of the query protocol.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ssmb::sandbox {

// Decoded; "+" is a space. Of a name that repeats the last one counts; broken escapes stay as
// they are.
std::map<std::string, std::string> parse_form(std::string_view text);

// Text for XML content and attributes.
std::string xml_escape(std::string_view text);

}  // namespace ssmb::sandbox
