// Typed reading of JSON members with one check at the end: the first that is missing or of another
// type spoils the reading, and is named.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "base/time.h"

namespace ssmb::snapshot {

// Collects the first complaint of a whole document.
class Complaint {
 public:
  void add(std::string what) {
    if (!first_) first_ = std::move(what);
  }
  const std::optional<std::string>& first() const { return first_; }

 private:
  std::optional<std::string> first_;
};

class JsonReader {
 public:
  JsonReader(const boost::json::value& json, std::string path, Complaint& complaint);

  // Missing or of another type: the type's empty value, and a complaint.
  std::string text(std::string_view key);
  std::uint64_t number(std::string_view key);
  bool flag(std::string_view key);
  Time time(std::string_view key);
  Sha256Digest sha256(std::string_view key);
  JsonReader object(std::string_view key);
  const boost::json::array& list(std::string_view key);
  // One item of such a list.
  JsonReader item(const boost::json::value& json, std::string_view key);

  // nullptr where the member is missing; then there is no complaint.
  const boost::json::value* optional(std::string_view key) const;
  std::string optional_text(std::string_view key);
  std::optional<JsonReader> optional_object(std::string_view key);
  void complain(std::string_view key, std::string_view what);

 private:
  const boost::json::value* required(std::string_view key);
  std::string path_of(std::string_view key) const;

  const boost::json::object* object_;
  std::string path_;
  Complaint* complaint_;
};

// 64 hex digits, lower case.
std::optional<Sha256Digest> parse_sha256(std::string_view hex);

}  // namespace ssmb::snapshot
