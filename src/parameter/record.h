// A record: one parameter as one line of JSON. Which members it has, in which order and how each
// is written follows from the table in fields.h. docs/format.md is the specification.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "parameter/parameter.h"

namespace ssmb {

// Are values (the current one and those of the history) written?
enum class Reveal { no, yes };

// The members in the table's order; those that are empty or not captured are left out, except for
// the seven that old readers know. With Reveal::no `Value` is left out everywhere. On
// wiping_storage().
boost::json::object to_json(const Parameter& parameter, Reveal reveal = Reveal::yes);
// The same as text, without a line feed at its end (JSON escapes those inside).
SecretBytes encode_record(const Parameter& parameter);
// The same, behind what is there.
void append_record(const Parameter& parameter, SecretBytes& into);

struct DecodedRecord {
  Parameter parameter;
  // Members that this version does not know: a later one wrote them. They are not lost in silence:
  // whoever restores or shows the parameter names them.
  std::vector<std::string> unknown;
};
// corrupt: not JSON, invalid UTF-8, a known member of another type, no Name, Type or Value. The
// error names the parameter (if it got that far) and the member, never a value.
Result<DecodedRecord> decode_record(std::string_view text);

}  // namespace ssmb
