#include "report/table.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::report {
namespace {

std::string pad(const std::string& cell, std::size_t width, Table::Align align) {
  const std::size_t length = utf8_length(cell);
  const std::string space(width > length ? width - length : 0, ' ');
  return align == Table::Align::left ? cell + space : space + cell;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = printable(cell, cell.size());
  rows_.push_back(std::move(cells));
}

std::string Table::render() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(utf8_length(columns_[i].title));
    for (const auto& row : rows_) widths[i] = std::max(widths[i], utf8_length(row[i]));
  }
  std::string text;
  const auto line = [&](const auto& cell_of) {
    std::string out;
    std::string below;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].place == Column::Place::below) {
        if (!cell_of(i).empty()) below += "  " + cell_of(i) + '\n';
        continue;
      }
      if (i != 0) out += "  ";
      out += pad(cell_of(i), widths[i], columns_[i].align);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + '\n' + below;
  };
  line([this](std::size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) line([&row](std::size_t i) { return row[i]; });
  return text;
}

}  // namespace ssmb::report
