#include "aws/json.h"

#include <fmt/format.h>

#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>
#include <cmath>

namespace ssmb::aws {
namespace {

namespace json = boost::json;

// Year 5138: beyond it a number is no date, and microseconds would be lost.
constexpr double kLatestSeconds = 1e11;

std::optional<Time> read_time(const json::value& value) {
  if (const json::string* text = value.if_string()) {
    const auto parsed = parse_iso8601(std::string_view(text->data(), text->size()));
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  if (const std::int64_t* seconds = value.if_int64()) {
    if (std::abs(static_cast<double>(*seconds)) > kLatestSeconds) return std::nullopt;
    return Time(std::chrono::seconds(*seconds));
  }
  const double* seconds = value.if_double();
  if (seconds == nullptr || !(std::abs(*seconds) <= kLatestSeconds)) return std::nullopt;
  return from_epoch_seconds(*seconds);
}

}  // namespace

json::array json_texts(const std::vector<std::string>& texts) {
  json::array array(wiping_storage());
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

SecretBytes to_json(const json::object& object) {
  SecretBytes text;
  json::serializer serializer;
  serializer.reset(&object);
  std::size_t chunk = 1024;
  while (!serializer.done()) {
    const std::size_t size = text.size();
    text.resize(size + chunk);
    text.resize(size + serializer.read(text.data() + size, chunk).size());
    chunk *= 2;
  }
  return text;
}

std::string JsonFields::text(std::string_view name, Presence presence) {
  const json::string* found = find_text(name, presence);
  return found == nullptr ? std::string() : std::string(found->data(), found->size());
}

SecretText JsonFields::secret(std::string_view name, Presence presence) {
  const json::string* found = find_text(name, presence);
  return found == nullptr ? SecretText() : SecretText({found->data(), found->size()});
}

std::int64_t JsonFields::integer(std::string_view name, Presence presence) {
  const json::value* value = find(name, presence);
  if (value == nullptr) return 0;
  if (const std::int64_t* number = value->if_int64()) return *number;
  note(name, "is not an integer");
  return 0;
}

std::int64_t JsonFields::natural(std::string_view name, std::int64_t most, Presence presence) {
  const std::int64_t number = integer(name, presence);
  if (number >= 0 && number <= most) return number;
  note(name, "is out of range");
  return 0;
}

std::optional<Time> JsonFields::time(std::string_view name, Presence presence) {
  const json::value* value = find(name, presence);
  if (value == nullptr) return std::nullopt;
  const std::optional<Time> time = read_time(*value);
  if (!time) note(name, "is not a date");
  return time;
}

std::vector<std::string> JsonFields::texts(std::string_view name, Presence presence) {
  std::vector<std::string> all;
  const json::array* array = find_array(name, presence);
  if (array == nullptr) return all;
  all.reserve(array->size());
  for (const json::value& item : *array) {
    const json::string* text = item.if_string();
    if (text == nullptr) {
      note(name, "holds something that is not a text");
      return {};
    }
    all.emplace_back(text->data(), text->size());
  }
  return all;
}

const json::value* JsonFields::find(std::string_view name, Presence presence) {
  if (!problem_.empty()) return nullptr;
  const json::value* value = object_.if_contains(name);
  if (value != nullptr && !value->is_null()) return value;
  if (presence == Presence::required) note(name, "is missing");
  return nullptr;
}

const json::array* JsonFields::find_array(std::string_view name, Presence presence) {
  const json::value* value = find(name, presence);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) note(name, "is not a list");
  return value->if_array();
}

const json::string* JsonFields::find_text(std::string_view name, Presence presence) {
  const json::value* value = find(name, presence);
  if (value == nullptr) return nullptr;
  if (!value->is_string()) note(name, "is not a text");
  return value->if_string();
}

void JsonFields::note(std::string_view name, std::string_view why) {
  if (problem_.empty()) problem_ = fmt::format("{}{} {}", path(), name, why);
}

std::string JsonFields::path() const {
  if (parent_ == nullptr) return {};
  if (!index_) return fmt::format("{}{}.", parent_->path(), name_);
  return fmt::format("{}{}[{}].", parent_->path(), name_, *index_);
}

json::value detail::parse_json_object(std::string_view text, std::string& problem,
                                      const json::storage_ptr& storage) {
  // The parser's own work space holds values too.
  WipedRoom<8192> room;
  json::parser parser(wiping_storage(), json::parse_options(), room.data(),
                      WipedRoom<8192>::size());
  parser.reset(storage);
  json::error_code error;
  parser.write(text, error);
  if (error) {
    problem = fmt::format("it is not JSON ({})", error.message());
    return {};
  }
  json::value root = parser.release();
  if (!root.is_object()) problem = "it is not a JSON object";
  return root;
}

}  // namespace ssmb::aws
