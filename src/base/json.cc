#include "base/json.h"

#include <algorithm>
#include <array>
#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>

#include "base/wiping_resource.h"

namespace ssmb {
namespace {

namespace json = boost::json;

std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) count += count_members(item);
  }
  return count;
}

// In well-formed JSON a colon outside of a string stands in each member and nowhere else.
std::size_t count_colons(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && text[i] == ':')
      ++count;
  }
  return count;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::parser parser(wiping_storage(), options);
  parser.reset(wiping_storage());
  boost::system::error_code wrong;
  parser.write(text.data(), text.size(), wrong);
  if (wrong) return fail(ErrorKind::corrupt, "not well-formed JSON: " + wrong.message());
  json::value value = parser.release();
  // The parser keeps the last of two members of one name: two readers may then see two documents.
  if (count_colons(text) != count_members(value))
    return fail(ErrorKind::corrupt, "JSON with a member twice in one object");
  return value;
}

void append_json(const json::value& value, SecretBytes& into) {
  json::serializer serializer;
  serializer.reset(&value);
  std::array<char, 4096> piece;
  std::size_t used = 0;
  while (!serializer.done()) {
    const auto text = serializer.read(piece.data(), piece.size());
    used = std::max(used, text.size());
    into.append({text.data(), text.size()});
  }
  wipe(piece.data(), used);
}

}  // namespace ssmb
