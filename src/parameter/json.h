// JSON of each type that a captured field may have; for record.cc and fields.cc.
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/wiping_resource.h"
#include "parameter/members.h"
#include "parameter/record.h"

namespace ssmb::detail {

template <class T>
concept Shape = requires { members(static_cast<const T*>(nullptr)); };

// Absent members are left out of the JSON.
inline bool is_absent(const std::string& text) { return text.empty(); }
inline bool is_absent(const SecretText& text) { return text.empty(); }
inline bool is_absent(ParameterVersion version) { return version == 0; }
template <class Tag>
bool is_absent(const Id<Tag>& id) {
  return id.empty();
}
template <class T>
bool is_absent(const std::vector<T>& list) {
  return list.empty();
}
template <class T>
bool is_absent(const std::optional<T>& captured) {
  return !captured;
}

// The AWS CLI's form, in UTC: "2025-08-30T01:11:12.345000+00:00".
std::string to_cli_time(Time time);

// How to encode: what to show, and where the JSON lies.
struct Encoding {
  Reveal reveal = Reveal::yes;
  boost::json::storage_ptr storage = wiping_storage();
};

inline boost::json::value encode(std::string_view text, const Encoding& how) {
  return boost::json::value(boost::json::string(text, how.storage));
}
inline boost::json::value encode(const std::string& text, const Encoding& how) {
  return encode(std::string_view(text), how);
}
inline boost::json::value encode(const SecretText& text, const Encoding& how) {
  return encode(text.reveal(), how);
}
inline boost::json::value encode(ParameterVersion version, const Encoding& how) {
  return boost::json::value(version, how.storage);
}
inline boost::json::value encode(Time time, const Encoding& how) {
  return encode(to_cli_time(time), how);
}
template <class Tag>
boost::json::value encode(const Id<Tag>& id, const Encoding& how) {
  return encode(id.view(), how);
}
template <Shape T>
boost::json::value encode(const T& shape, const Encoding& how);

template <class T>
boost::json::value encode(const std::vector<T>& list, const Encoding& how) {
  boost::json::array array(how.storage);
  array.reserve(list.size());
  for (const T& item : list) array.push_back(encode(item, how));
  return array;
}
template <class T>
boost::json::value encode(const std::optional<T>& captured, const Encoding& how) {
  return captured ? encode(*captured, how) : boost::json::value(how.storage);
}

template <class T>
inline constexpr bool kIsSecret = std::same_as<T, SecretText>;

template <class T>
void encode_members(const T& shape, const Encoding& how, boost::json::object& into) {
  for_each_member<T>([&](const auto& row) {
    const auto& member = shape.*(row.member);
    if (kIsSecret<std::remove_cvref_t<decltype(member)>> && how.reveal == Reveal::no) return;
    // A tag is a pair, with an empty value too.
    if (std::same_as<T, Tag> || !is_absent(member)) into.emplace(row.key, encode(member, how));
  });
}
template <Shape T>
boost::json::value encode(const T& shape, const Encoding& how) {
  boost::json::object object(how.storage);
  if constexpr (std::same_as<T, HistoryEntry>) encode_members(shape.metadata, how, object);
  encode_members(shape, how, object);
  return object;
}

// Each returns false where the JSON is of another type. Absent members keep their defaults.
inline bool decode(const boost::json::value& json, std::string& text) {
  if (!json.is_string()) return false;
  text.assign(json.get_string().data(), json.get_string().size());
  return true;
}
inline bool decode(const boost::json::value& json, SecretText& text) {
  if (!json.is_string()) return false;
  text = SecretText(std::string_view(json.get_string().data(), json.get_string().size()));
  return true;
}
inline bool decode(const boost::json::value& json, ParameterVersion& version) {
  if (!json.is_int64()) return false;
  version = json.get_int64();
  return version >= 0;
}
inline bool decode(const boost::json::value& json, Time& time) {
  if (!json.is_string()) return false;
  const auto parsed = parse_iso8601({json.get_string().data(), json.get_string().size()});
  if (parsed) time = *parsed;
  return parsed.has_value();
}
template <class Tag>
bool decode(const boost::json::value& json, Id<Tag>& id) {
  std::string text;
  if (!decode(json, text)) return false;
  id = Id<Tag>(std::move(text));
  return true;
}
template <Shape T>
bool decode(const boost::json::value& json, T& shape);

template <class T>
bool decode(const boost::json::value& json, std::vector<T>& list) {
  if (!json.is_array()) return false;
  list.clear();
  for (const auto& item : json.get_array())
    if (!decode(item, list.emplace_back())) return false;
  return true;
}
template <class T>
bool decode(const boost::json::value& json, std::optional<T>& captured) {
  captured.reset();
  return json.is_null() || decode(json, captured.emplace());
}

template <class T>
bool decode_members(const boost::json::object& object, T& shape) {
  bool good = true;
  for_each_member<T>([&](const auto& row) {
    if (const auto* json = object.if_contains(row.key))
      good = good && decode(*json, shape.*(row.member));
  });
  return good;
}
template <Shape T>
bool decode(const boost::json::value& json, T& shape) {
  if (!json.is_object()) return false;
  if constexpr (std::same_as<T, HistoryEntry>)
    if (!decode_members(json.get_object(), shape.metadata)) return false;
  return decode_members(json.get_object(), shape);
}

}  // namespace ssmb::detail
