// The parts of the page, in its order (docs/report.md). Each begins with its heading.
#pragma once

#include <string>

#include "engine/overview/judge.h"
#include "report/page/html.h"

namespace ssmb::report {

using engine::overview::Overview;
using engine::overview::RegionView;

// What a table's cell is called where the page is too narrow for columns.
Html cell(std::string_view column, const Html& content);
Html number_cell(std::string_view column, const Html& content);
Html row_head(std::string_view column, const Html& content);
struct Column {
  enum class Kind { text, number } kind = Kind::text;
  std::string_view title;

  // NOLINTNEXTLINE(google-explicit-constructor): most columns are texts
  Column(const char* text) : title(text) {}
  static Column number(const char* title) {
    Column column(title);
    column.kind = Kind::number;
    return column;
  }
};
Html table(std::string_view caption, std::initializer_list<Column> columns, const Html& rows);
// "/regions/2"
std::string pointer_of(std::size_t region);
// A state as a word with its colour: "good", "amiss", "unknown".
Html badge(std::string_view kind, std::string_view word);

Html findings_section(const engine::overview::Judged& judged);
Html regions_section(const Overview& overview);
Html days_section(const Overview& overview);
Html changes_section(const Overview& overview);
Html copies_section(const Overview& overview);
Html drill_section(const Overview& overview);
Html audit_section(const Overview& overview);

}  // namespace ssmb::report
