// S3's XML in and out, over pugixml.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "aws/http/message.h"
#include "base/time.h"
#include "sandbox/s3/fault.h"

namespace ssmb::sandbox::s3 {

inline constexpr const char* kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

// The root element, in S3's namespace.
pugi::xml_node add_root(pugi::xml_document& document, const char* name);
void add_text(pugi::xml_node parent, const char* name, std::string_view text);

aws::HttpResponse xml_response(const pugi::xml_document& document, int status = 200);
std::string to_text(const pugi::xml_document& document);

// Refused with MalformedXML unless it is XML with this root element.
Outcome<pugi::xml_document> parse_xml(std::string_view text, std::string_view root);
std::unexpected<Fault> malformed_xml();

// "2026-11-22T13:00:00.000Z", always with milliseconds.
std::string xml_time(Time time);

}  // namespace ssmb::sandbox::s3
