#include "base/pretty_json.h"

#include <boost/json/serialize.hpp>

namespace ssmb {
namespace {

namespace json = boost::json;

void write(const json::value& value, const std::string& margin, std::string& out);

template <class Items, class Write>
void write_items(const Items& items, const std::string& margin, std::string& out, Write write_one) {
  const std::string inner = margin + "  ";
  bool first = true;
  for (const auto& item : items) {
    out += first ? "\n" : ",\n";
    out += inner;
    write_one(item, inner);
    first = false;
  }
  out += "\n" + margin;
}

void write(const json::value& value, const std::string& margin, std::string& out) {
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    write_items(value.get_object(), margin, out, [&](const auto& member, const auto& inner) {
      out += json::serialize(json::value(member.key())) + ": ";
      write(member.value(), inner, out);
    });
    out += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    write_items(value.get_array(), margin, out,
                [&](const json::value& item, const auto& inner) { write(item, inner, out); });
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  write(value, "", out);
  return out;
}

}  // namespace ssmb
