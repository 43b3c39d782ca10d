// Words into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ssmb::report {

// "label      text": the text in lines of at most `columns`, those after the first indented as far
// as the first begins. A word that is too long for a line has one of its own. `label` holds its own
// spaces, before and behind. Ends in a newline; control characters of the text are shown escaped.
std::string labelled(std::string_view label, std::string_view text, std::size_t columns);

}  // namespace ssmb::report
