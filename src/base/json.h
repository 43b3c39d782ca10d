// JSON text in and out of wiped memory, strictly. For documents in which values may pass.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace ssmb {

// On wiping_storage(). corrupt where the text is not one JSON value of well-formed UTF-8, is nested
// deeper than `max_depth`, or names a member of an object twice; the error quotes nothing.
Result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth = 32);

// Appended without white space or a line feed.
void append_json(const boost::json::value& json, SecretBytes& into);

}  // namespace ssmb
