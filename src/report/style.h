// Colour, only to mark a state, and only on a terminal that wants it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ssmb::report {

enum class Colour { off, on };
enum class Mark { ok, warning, failure, faint };

// The text with the escape sequences of its state around it, or as it is.
std::string paint(Colour colour, Mark mark, std::string_view text);

// At most `columns` characters of a line; escape sequences take no room and are all kept.
std::string fit(std::string_view line, std::size_t columns);

// The same for a text without escapes, cut between words, "..." in place of the rest.
std::string shorten(std::string_view text, std::size_t columns);

}  // namespace ssmb::report
