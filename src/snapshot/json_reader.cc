#include "snapshot/json_reader.h"

#include <fmt/format.h>

#include <cstring>

#include "base/encoding.h"

namespace ssmb::snapshot {

namespace json = boost::json;

namespace {

const json::object& no_members() {
  static const json::object empty;
  return empty;
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

}  // namespace

JsonReader::JsonReader(const json::value& value, std::string path, Complaint& complaint)
    : object_(value.if_object()), path_(std::move(path)), complaint_(&complaint) {
  if (object_ != nullptr) return;
  object_ = &no_members();
  complaint_->add(path_.empty() ? "not a JSON object" : path_ + " is not a JSON object");
}

std::string JsonReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void JsonReader::complain(std::string_view key, std::string_view what) {
  complaint_->add(fmt::format("{} {}", path_of(key), what));
}

const json::value* JsonReader::optional(std::string_view key) const {
  return object_->if_contains(key);
}

const json::value* JsonReader::required(std::string_view key) {
  const json::value* value = optional(key);
  if (value == nullptr) complain(key, "is missing");
  return value;
}

std::string JsonReader::text(std::string_view key) {
  const json::value* value = required(key);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    complain(key, "is not a text");
    return {};
  }
  return std::string(view(value->get_string()));
}

std::string JsonReader::optional_text(std::string_view key) {
  return optional(key) == nullptr ? std::string() : text(key);
}

std::uint64_t JsonReader::number(std::string_view key) {
  const json::value* value = required(key);
  if (value == nullptr) return 0;
  // Boost.JSON reads a number of up to 63 bits as int64.
  if (!value->is_int64() || value->get_int64() < 0) {
    complain(key, "is not a whole number");
    return 0;
  }
  return static_cast<std::uint64_t>(value->get_int64());
}

bool JsonReader::flag(std::string_view key) {
  const json::value* value = required(key);
  if (value == nullptr) return false;
  if (!value->is_bool()) complain(key, "is neither true nor false");
  return value->is_bool() && value->get_bool();
}

Time JsonReader::time(std::string_view key) {
  const std::string written = text(key);
  const auto time = parse_iso8601(written);
  if (!time) complain(key, "is not a time");
  return time.value_or(Time{});
}

Sha256Digest JsonReader::sha256(std::string_view key) {
  const auto digest = parse_sha256(text(key));
  if (!digest) complain(key, "is not a SHA-256");
  return digest.value_or(Sha256Digest{});
}

JsonReader JsonReader::object(std::string_view key) {
  static const json::value nothing(json::object_kind);
  const json::value* value = required(key);
  return {value == nullptr ? nothing : *value, path_of(key), *complaint_};
}

std::optional<JsonReader> JsonReader::optional_object(std::string_view key) {
  const json::value* value = optional(key);
  if (value == nullptr) return std::nullopt;
  return JsonReader(*value, path_of(key), *complaint_);
}

const json::array& JsonReader::list(std::string_view key) {
  static const json::array empty;
  const json::value* value = required(key);
  if (value == nullptr) return empty;
  if (!value->is_array()) complain(key, "is not a list");
  return value->is_array() ? value->get_array() : empty;
}

JsonReader JsonReader::item(const json::value& value, std::string_view key) {
  return {value, path_of(key), *complaint_};
}

std::optional<Sha256Digest> parse_sha256(std::string_view hex) {
  const auto bytes = from_hex(hex);
  Sha256Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes->data(), digest.size());
  // One digest, one text: nothing compares equal that reads differently.
  if (to_hex(digest) != hex) return std::nullopt;
  return digest;
}

}  // namespace ssmb::snapshot
