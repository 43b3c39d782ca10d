// Small text helpers that the standard library of Debian 12 lacks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssmb {

std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower(std::string_view text);  // ASCII
bool equal_ignoring_case(std::string_view a, std::string_view b);
// Each `what` (not empty) as `with`.
std::string replaced(std::string text, std::string_view what, std::string_view with);

// A glob over a whole parameter name: `*` any characters (slashes too), `?` one, all else itself.
bool glob_match(std::string_view pattern, std::string_view text);

// The bytes of the well-formed UTF-8 character that begins at `at`; 1 where there is none.
std::size_t character_length(std::string_view text, std::size_t at);

// Control characters as \n, \t, \xNN, cut to `limit` bytes with "..." behind: for one-line
// messages that quote what a service or a user wrote.
std::string printable(std::string_view text, std::size_t limit = 400);

}  // namespace ssmb
