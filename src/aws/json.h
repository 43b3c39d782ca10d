// JSON requests and answers in memory that is wiped, for every service that speaks JSON 1.1.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "base/secret.h"
#include "base/time.h"
#include "base/wiping_resource.h"

namespace ssmb::aws {

inline boost::json::object new_json_object() { return boost::json::object(wiping_storage()); }
boost::json::array json_texts(const std::vector<std::string>& texts);
// The text of a request's body.
SecretBytes to_json(const boost::json::object& object);

enum class Presence { optional, required };

// Reads the members of one JSON object into typed fields. An absent optional member and null read
// as empty. The first member that is missing or of a wrong type is noted in the one `problem` of
// the document ("Parameters[3].Version is not an integer"), and everything read after it is void.
class JsonFields {
 public:
  JsonFields(const boost::json::object& object, std::string& problem)
      : object_(object), problem_(problem) {}

  std::string text(std::string_view name, Presence presence = Presence::optional);
  SecretText secret(std::string_view name, Presence presence = Presence::optional);
  std::int64_t integer(std::string_view name, Presence presence = Presence::optional);
  // An integer in [0, most].
  std::int64_t natural(std::string_view name, std::int64_t most,
                       Presence presence = Presence::optional);
  // Seconds since 1970 with a fraction, or ISO 8601; rounded to the microsecond.
  std::optional<Time> time(std::string_view name, Presence presence = Presence::optional);
  std::vector<std::string> texts(std::string_view name, Presence presence = Presence::optional);
  // Calls read(JsonFields&) for each object of an array.
  template <class Read>
  void each(std::string_view name, Presence presence, Read read) {
    const boost::json::array* array = find_array(name, presence);
    for (std::size_t i = 0; array != nullptr && i < array->size() && problem_.empty(); ++i) {
      const boost::json::object* object = (*array)[i].if_object();
      if (object == nullptr) return note(name, "holds something that is not an object");
      JsonFields fields(*object, problem_, this, name, i);
      read(fields);
    }
  }
  // Calls read(JsonFields&) for a member that is an object.
  template <class Read>
  void one(std::string_view name, Presence presence, Read read) {
    const boost::json::value* value = find(name, presence);
    if (value == nullptr) return;
    const boost::json::object* object = value->if_object();
    if (object == nullptr) return note(name, "is not an object");
    JsonFields fields(*object, problem_, this, name, std::nullopt);
    read(fields);
  }

 private:
  JsonFields(const boost::json::object& object, std::string& problem, const JsonFields* parent,
             std::string_view name, std::optional<std::size_t> index)
      : object_(object), problem_(problem), parent_(parent), name_(name), index_(index) {}

  const boost::json::value* find(std::string_view name, Presence presence);
  const boost::json::array* find_array(std::string_view name, Presence presence);
  const boost::json::string* find_text(std::string_view name, Presence presence);
  void note(std::string_view name, std::string_view why);
  std::string path() const;

  const boost::json::object& object_;
  std::string& problem_;
  const JsonFields* parent_ = nullptr;
  std::string_view name_;
  std::optional<std::size_t> index_;
};

namespace detail {
// The document's root, in `storage`; what is wrong with it goes to `problem`.
boost::json::value parse_json_object(std::string_view text, std::string& problem,
                                     const boost::json::storage_ptr& storage = wiping_storage());
}  // namespace detail

// A 2xx answer as a typed struct: `read` takes a JsonFields& and returns it. Errors: corrupt.
template <class Read>
auto decode_json(const Operation& operation, const HttpResponse& response, Read read)
    -> Result<decltype(read(std::declval<JsonFields&>()))> {
  std::string problem;
  // Given back as a whole, and wiped then: an answer is hundreds of small blocks.
  boost::json::monotonic_resource arena(response.body.size() + 4096, wiping_storage());
  const boost::json::value root = detail::parse_json_object(response.body.view(), problem, &arena);
  if (problem.empty()) {
    JsonFields fields(root.get_object(), problem);
    auto value = read(fields);
    if (problem.empty()) return value;
  }
  return fail(malformed(operation, response, problem));
}

}  // namespace ssmb::aws
