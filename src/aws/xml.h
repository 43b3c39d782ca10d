// The little XML that S3 and STS speak, over pugixml.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace ssmb::aws {

// Text as it stands between tags or in quotes. Control characters other than tab, line feed and
// carriage return have no place in XML 1.0; they become "?" so that the document stays readable.
std::string xml_escape(std::string_view text);

// Parses a whole document and returns its root element; an empty node where it is not well-formed
// (cut, HTML, empty) or the root has another name. `root` "" takes any. No entity is ever fetched.
pugi::xml_node parse_xml(std::string_view text, std::string_view root,
                         pugi::xml_document& document);

}  // namespace ssmb::aws
