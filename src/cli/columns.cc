#include "cli/columns.h"

#include <algorithm>

#include "base/text.h"

namespace ssmb::cli {
namespace {

constexpr std::size_t kWidestLabel = 30;

}  // namespace

std::string wrap(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  std::string line;
  for (std::string_view word : split(text, ' ')) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > kColumns) {
      out += margin + line + '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return out + margin + line + '\n';
}

std::string continued(std::string_view line, std::size_t indent, std::size_t columns) {
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  // A flag and its value stay together.
  std::vector<std::string> parts;
  for (const std::string_view word : split(line.substr(blanks), ' ')) {
    if (parts.empty() || word.starts_with('-') || word == ">" || word == "|") {
      parts.emplace_back(word);
    } else {
      parts.back() += ' ';
      parts.back() += word;
    }
  }
  std::string out;
  std::string now = std::string(blanks, ' ') + parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t behind = i + 1 == parts.size() ? 0 : 2;  // " \\"
    if (now.size() + 1 + parts[i].size() + behind > columns) {
      out += now + " \\\n";
      now = std::string(indent + 4, ' ') + parts[i];
    } else {
      now += ' ' + parts[i];
    }
  }
  return out + now + '\n';
}

std::string two_columns(const std::vector<Row>& rows) {
  std::size_t width = 0;
  for (const Row& row : rows) {
    if (row.label.size() <= kWidestLabel) width = std::max(width, row.label.size());
  }
  const std::size_t indent = width + 4;
  std::string out;
  for (const Row& row : rows) {
    const std::string text = wrap(row.text, indent);
    if (row.label.size() > width) {
      out += "  " + row.label + '\n' + text;
    } else {
      out += "  " + row.label + text.substr(2 + row.label.size());
    }
  }
  return out;
}

}  // namespace ssmb::cli
