#include "sandbox/json_input.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace ssmb::sandbox {

namespace json = boost::json;

const json::value* JsonInput::find(std::string_view key) const {
  const json::value* value = object_.if_contains(key);
  return value && !value->is_null() ? value : nullptr;
}

void JsonInput::refuse(std::string_view code, std::string message) {
  if (!error_) error_ = ServiceError{std::string(code), std::move(message), 400};
}

void JsonInput::wrong_type() { refuse("SerializationException", "a member has the wrong type"); }

// AWS's messages spell members with a small first letter.
void JsonInput::violated(std::string_view key, std::string_view constraint) {
  std::string member(key);
  if (member[0] >= 'A' && member[0] <= 'Z') member[0] = static_cast<char>(member[0] - 'A' + 'a');
  refuse("ValidationException",
         fmt::format("1 validation error detected: Value at '{}' failed to satisfy constraint: "
                     "Member must {}",
                     member, constraint));
}

std::string_view JsonInput::borrowed_text(std::string_view key) {
  const json::value* value = find(key);
  if (!value) return {};
  if (!value->is_string()) {
    wrong_type();
    return {};
  }
  return value->get_string();
}

std::optional<std::string> JsonInput::text(std::string_view key) {
  if (!find(key)) return std::nullopt;
  return std::string(borrowed_text(key));
}

std::optional<std::int64_t> JsonInput::integer(std::string_view key) {
  const json::value* value = find(key);
  if (!value) return std::nullopt;
  if (!value->is_int64()) {
    wrong_type();
    return std::nullopt;
  }
  return value->get_int64();
}

bool JsonInput::flag(std::string_view key) {
  const json::value* value = find(key);
  if (!value) return false;
  if (!value->is_bool()) wrong_type();
  return value->is_bool() && value->get_bool();
}

const json::array* JsonInput::array(std::string_view key) {
  const json::value* value = find(key);
  if (value && !value->is_array()) wrong_type();
  return value ? value->if_array() : nullptr;
}

std::vector<std::string> JsonInput::texts(std::string_view key) {
  std::vector<std::string> all;
  const json::array* values = array(key);
  if (!values) return all;
  for (const json::value& value : *values) {
    if (value.is_string()) {
      all.emplace_back(value.get_string());
    } else {
      wrong_type();
    }
  }
  return all;
}

std::string JsonInput::required_text(std::string_view key) {
  auto found = text(key);
  if (!found) violated(key, "not be null");
  return std::move(found).value_or("");
}

std::vector<std::string> JsonInput::required_texts(std::string_view key, std::size_t most) {
  auto found = texts(key);
  if (!find(key)) {
    violated(key, "not be null");
  } else if (found.empty()) {
    violated(key, "have length greater than or equal to 1");
  } else if (found.size() > most) {
    violated(key, fmt::format("have length less than or equal to {}", most));
  }
  return found;
}

std::int64_t JsonInput::integer_between(std::string_view key, std::int64_t fallback,
                                        std::int64_t least, std::int64_t most) {
  const std::int64_t number = integer(key).value_or(fallback);
  if (number < least) violated(key, fmt::format("have value greater than or equal to {}", least));
  if (number > most) violated(key, fmt::format("have value less than or equal to {}", most));
  return number;
}

}  // namespace ssmb::sandbox
