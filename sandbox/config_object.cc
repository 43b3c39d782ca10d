#include "sandbox/config_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cmath>

#include "base/text.h"

namespace ssmb::sandbox {

namespace json = boost::json;

void ConfigProblem::add(const std::string& where, const std::string& what) {
  if (error_) return;
  error_ = Error{.kind = ErrorKind::configuration,
                 .what = where.empty() ? what : where + ": " + what,
                 .fault = std::nullopt,
                 .next = advice_};
}

ConfigObject::ConfigObject(const json::value& value, std::string where, ConfigProblem& problem,
                           std::initializer_list<std::string_view> known)
    : object_(value.if_object()), where_(std::move(where)), problem_(problem) {
  if (object_ == nullptr) {
    refuse("is not an object");
    return;
  }
  for (const auto& member : *object_) {
    const std::string_view key = member.key();
    if (std::ranges::find(known, key) == known.end())
      refuse(fmt::format("unknown '{}'", printable(key)));
  }
}

const json::value* ConfigObject::find(std::string_view key) const {
  return object_ == nullptr ? nullptr : object_->if_contains(key);
}

void ConfigObject::missing(std::string_view key) { refuse(fmt::format("'{}' is missing", key)); }

std::optional<std::string> ConfigObject::text(std::string_view key) {
  const json::value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string() && !value->get_string().empty()) return std::string(value->get_string());
  refuse(fmt::format("'{}' is not a text", key));
  return std::nullopt;
}

std::string ConfigObject::required_text(std::string_view key) {
  if (!has(key)) missing(key);
  return text(key).value_or("");
}

std::optional<double> ConfigObject::number(std::string_view key, Range range) {
  const json::value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->to_number<double>() : std::nan("");
  if (number >= range.least && number <= range.most) return number;
  refuse(fmt::format("'{}' is not {}", key, describe(range)));
  return std::nullopt;
}

double ConfigObject::required_number(std::string_view key, Range range) {
  if (!has(key)) missing(key);
  return number(key, range).value_or(range.least);
}

std::optional<Duration> ConfigObject::seconds(std::string_view key, Range range) {
  const auto found = number(key, range);
  if (!found) return std::nullopt;
  return Duration(std::llround(*found * 1e6));
}

std::optional<std::int64_t> ConfigObject::integer(std::string_view key, std::int64_t least,
                                                  std::int64_t most) {
  const json::value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= most)
    return value->get_int64();
  refuse(fmt::format("'{}' is not a whole number from {} to {}", key, least, most));
  return std::nullopt;
}

std::vector<std::string> ConfigObject::texts(std::string_view key) {
  std::vector<std::string> all;
  for (const json::value& value : array(key)) {
    if (!value.is_string()) {
      refuse(fmt::format("'{}' holds something that is not a text", key));
      break;
    }
    all.emplace_back(value.get_string());
  }
  return all;
}

const json::array& ConfigObject::array(std::string_view key) {
  static const json::array none;
  const json::value* value = find(key);
  if (value == nullptr) return none;
  if (value->is_array()) return value->get_array();
  refuse(fmt::format("'{}' is not a list", key));
  return none;
}

std::string describe(Range range) {
  if (range.most == std::numeric_limits<double>::max())
    return fmt::format("a number of at least {}", range.least);
  return fmt::format("a number from {} to {}", range.least, range.most);
}

json::value parse_config(std::string_view text, ConfigProblem& problem) {
  boost::system::error_code broken;
  json::value value = json::parse(json::string_view(text), broken);
  if (broken) problem.add("", "it is no JSON");
  return value;
}

}  // namespace ssmb::sandbox
