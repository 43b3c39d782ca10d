#include "sandbox/query_protocol.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::sandbox {
namespace {

std::string decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  auto decoded = percent_decode(spaced);
  return decoded ? *std::move(decoded) : spaced;
}

}  // namespace

std::map<std::string, std::string> parse_form(std::string_view text) {
  std::map<std::string, std::string> form;
  for (std::string_view field : split(text, '&')) {
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    form[decode(field.substr(0, equals))] = decode(value);
  }
  return form;
}

std::string xml_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&apos;"; break;
      default: escaped.push_back(c);
    }
  }
  return escaped;
}

}  // namespace ssmb::sandbox
