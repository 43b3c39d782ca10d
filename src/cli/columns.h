// Plain text for a terminal of 80 columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssmb::cli {

inline constexpr std::size_t kColumns = 80;

// `text` in lines of at most 80 columns, each indented.
std::string wrap(std::string_view text, std::size_t indent);

struct Row {
  std::string label;
  std::string text;
};

// A command line in lines of at most `columns`, broken as a shell takes it, before flags: each but
// the last ends with a backslash, each but the first begins at `indent` and four more.
std::string continued(std::string_view line, std::size_t indent, std::size_t columns = kColumns);

// Labels in one column, texts wrapped in the other; a long label has a line of its own.
std::string two_columns(const std::vector<Row>& rows);

}  // namespace ssmb::cli
