#include "parameter/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/wiping_resource.h"
#include "parameter/fields.h"
#include "parameter/json.h"

namespace ssmb {
namespace detail {

std::string to_cli_time(Time time) {
  std::string text = to_iso8601(time);
  text.pop_back();  // "Z"
  const std::size_t point = text.find('.');
  if (point != std::string::npos) text.append(point + 7 - text.size(), '0');
  return text + "+00:00";
}

}  // namespace detail

namespace {

using boost::json::object;

// Deep enough for a record (its history's policies are at level 5) and for what may be added.
constexpr std::size_t kMaxDepth = 16;

std::unexpected<Error> corrupt(std::string_view name, std::string_view why) {
  const std::string subject = name.empty() ? "a record" : "the record of " + printable(name, 200);
  return fail(ErrorKind::corrupt, fmt::format("{} {}", subject, why));
}

Result<object> parse(std::string_view text) {
  auto json = parse_json(text, kMaxDepth);
  if (!json) return corrupt("", "is " + json.error().what);
  if (!json->is_object()) return corrupt("", "is not a JSON object");
  return std::move(json->get_object());
}

object encode_fields(const Parameter& parameter, const detail::Encoding& how) {
  object json(how.storage);
  json.reserve(std::tuple_size_v<decltype(kFields)>);
  for_each_field([&](const auto& field) {
    const auto& member = parameter.*(field.member);
    if (field.secrecy == Secrecy::secret && how.reveal == Reveal::no) return;
    if (field.writing == Writing::always || !detail::is_absent(member))
      json.emplace(field.key, detail::encode(member, how));
  });
  return json;
}

}  // namespace

object to_json(const Parameter& parameter, Reveal reveal) {
  return encode_fields(parameter, {.reveal = reveal});
}

void append_record(const Parameter& parameter, SecretBytes& into) {
  SmallStorage storage;
  append_json(encode_fields(parameter, {.storage = storage.get()}), into);
}

SecretBytes encode_record(const Parameter& parameter) {
  SecretBytes text;
  append_record(parameter, text);
  return text;
}

Result<DecodedRecord> decode_record(std::string_view text) {
  auto json = parse(text);
  if (!json) return fail(std::move(json).error());

  DecodedRecord record;
  std::string_view wrong;
  std::size_t known = 0;
  for_each_field([&](const auto& field) {
    const auto* member = json->if_contains(field.key);
    if (member == nullptr) return;
    ++known;
    if (!detail::decode(*member, record.parameter.*(field.member)) && wrong.empty())
      wrong = field.key;
  });
  const std::string& name = record.parameter.name.str();
  if (!wrong.empty()) return corrupt(name, fmt::format("holds no proper {}", wrong));
  for (const char* key : {"Name", "Type", "Value"})
    if (!json->contains(key)) return corrupt(name, fmt::format("has no {}", key));
  if (name.empty()) return corrupt(name, "has an empty Name");

  if (known < json->size()) {
    for (const auto& member : *json) {
      bool listed = false;
      for_each_field([&](const auto& field) { listed = listed || field.key == member.key(); });
      if (!listed) record.unknown.emplace_back(member.key());
    }
  }
  return record;
}

}  // namespace ssmb
