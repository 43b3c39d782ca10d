// Reads a JSON 1.1 request's members with the checks that AWS's front does from the service model.
// The first thing wrong is kept: a handler reads all it needs, then asks error() once.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/authenticator.h"

namespace ssmb::sandbox {

class JsonInput {
 public:
  explicit JsonInput(const boost::json::object& object) : object_(object) {}

  // Absent or null: nullopt. Another type: SerializationException.
  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  bool flag(std::string_view key);  // absent: false
  std::vector<std::string> texts(std::string_view key);
  const boost::json::array* array(std::string_view key);
  // The characters of a string that must not be copied into a std::string; empty if absent.
  std::string_view borrowed_text(std::string_view key);

  // Absent: ValidationException, "Member must not be null".
  std::string required_text(std::string_view key);
  std::vector<std::string> required_texts(std::string_view key, std::size_t most);
  // `fallback` if absent; outside [least, most]: ValidationException.
  std::int64_t integer_between(std::string_view key, std::int64_t fallback, std::int64_t least,
                               std::int64_t most);

  // For a handler's own checks.
  void refuse(std::string_view code, std::string message);
  const std::optional<ServiceError>& error() const { return error_; }

 private:
  const boost::json::value* find(std::string_view key) const;
  void wrong_type();
  void violated(std::string_view key, std::string_view constraint);

  const boost::json::object& object_;
  std::optional<ServiceError> error_;
};

}  // namespace ssmb::sandbox
