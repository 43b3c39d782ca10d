#include "aws/xml.h"

#include <fmt/format.h>

namespace ssmb::aws {

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&apos;";
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += fmt::format("&#{};", byte);  // as they are, a reader would fold them
    } else {
      out += byte < 0x20 ? '?' : c;
    }
  }
  return out;
}

pugi::xml_node parse_xml(std::string_view text, std::string_view root,
                         pugi::xml_document& document) {
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return {};
  const pugi::xml_node element = document.document_element();
  return root.empty() || element.name() == root ? element : pugi::xml_node{};
}

}  // namespace ssmb::aws
