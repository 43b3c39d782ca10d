// Reads a JSON object of a configuration file strictly: members that are unknown, of another type
// or out of range are errors that name their place. The first one is kept: a reader takes all it
// needs, then asks once.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace ssmb::sandbox {

// What is wrong with a file, if anything, and where to read how it should be.
class ConfigProblem {
 public:
  explicit ConfigProblem(std::string advice) : advice_(std::move(advice)) {}

  void add(const std::string& where, const std::string& what);
  bool found() const { return error_.has_value(); }
  std::unexpected<Error> error() const { return fail(*error_); }

 private:
  std::string advice_;
  std::optional<Error> error_;
};

struct Range {
  double least = 0;
  double most = std::numeric_limits<double>::max();
};

class ConfigObject {
 public:
  // `where`: "groups[2]". Anything but an object with some of the `known` members is a problem.
  ConfigObject(const boost::json::value& value, std::string where, ConfigProblem& problem,
               std::initializer_list<std::string_view> known);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::optional<std::string> text(std::string_view key);
  std::string required_text(std::string_view key);
  std::optional<double> number(std::string_view key, Range range);
  double required_number(std::string_view key, Range range);
  std::optional<Duration> seconds(std::string_view key, Range range);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::vector<std::string> texts(std::string_view key);
  // Empty if it is not there.
  const boost::json::array& array(std::string_view key);

  const std::string& where() const { return where_; }
  void refuse(const std::string& what) { problem_.add(where_, what); }

 private:
  const boost::json::value* find(std::string_view key) const;
  void missing(std::string_view key);

  const boost::json::object* object_;
  std::string where_;
  ConfigProblem& problem_;
};

// "a number from 1 to 5", "a number of at least 1".
std::string describe(Range range);

// The document of a file; a problem if it is no JSON.
boost::json::value parse_config(std::string_view text, ConfigProblem& problem);

}  // namespace ssmb::sandbox
