// Words for how many there are, how long it takes, where things lie and what became of them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"
#include "parameter/print.h"
#include "snapshot/pointer.h"
#include "snapshot/scope.h"

namespace ssmb::report {

struct Place {
  std::string bucket;  // of S3; the directory otherwise
  std::string key;     // with the prefix, in S3; below the directory otherwise
};
// Of a key in a repository as it describes itself: "s3://bucket/prefix" or "/srv/backup".
Place place_of(std::string_view repository, std::string_view key);

// "about 12 s", "under 1 s": of what is foreseen.
std::string roughly(Duration duration);

// "names that hold /dev/", "names that match /app/*, /db/*".
std::string scope_words(const snapshot::Scope& scope, const Environment& env);
// {"pointer", "outcome", "target", "why"?}
boost::json::object pointer_json(const snapshot::PointerReport& report);

// "latest.txt still names <target>", or "latest.txt was not moved" where it names nothing known.
std::string stays_words(const snapshot::PointerReport& report, std::string_view target);

// "value, tags": fields by their labels for people; and their keys for programs.
std::string field_words(const FieldSet& fields);
boost::json::array keys_json(const FieldSet& fields);

std::string_view outcome_word(const snapshot::PointerReport& report);  // "moved", "kept", ...

}  // namespace ssmb::report
