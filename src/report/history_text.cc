#include "report/history_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/error_text.h"
#include "report/places.h"
#include "report/snapshot_text.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using engine::PastRow;
using Kind = PastRow::Kind;

std::string_view word_of(Kind kind) {
  switch (kind) {
    case Kind::first: return "first seen";
    case Kind::same: return "same";
    case Kind::anew: return "written anew, equal";
    case Kind::changed: return "changed";
    case Kind::back: return "created";
    case Kind::removed: return "removed";
    case Kind::absent: return "not there";
    case Kind::unread: return "UNREAD";
  }
  return "unknown";
}

// For programs.
std::string_view code_of(Kind kind) {
  switch (kind) {
    case Kind::first: return "first";
    case Kind::same: return "same";
    case Kind::anew: return "anew";
    case Kind::changed: return "changed";
    case Kind::back: return "created";
    case Kind::removed: return "removed";
    case Kind::absent: return "absent";
    case Kind::unread: return "unread";
  }
  return "unknown";
}

std::string change_text(const PastRow& row) {
  std::string text(word_of(row.kind));
  if (row.kind == Kind::changed) text += ": " + field_words(row.fields);
  return text;
}

std::vector<std::string> cells_of(const PastRow& row) {
  std::string below = row.why;
  const bool news = row.kind != Kind::same;
  if (news && row.held && !row.held->user.empty()) below = "by " + row.held->user;
  return {table_time(row.time),
          row.held ? std::to_string(row.held->version) : "",
          row.held && row.held->modified ? table_time(*row.held->modified) : "",
          row.held ? tag_of(row.held->value) : "",
          change_text(row),
          below};
}

std::string table_of(const std::vector<PastRow>& rows) {
  using enum Table::Align;
  Table table({{.title = "SNAPSHOT (UTC)"},
               {.title = "VERSION", .align = right},
               {.title = "MODIFIED (UTC)"},
               {.title = "VALUE"},
               {.title = "SINCE THE ONE BEFORE"},
               {.title = "", .place = Table::Column::Place::below}});
  for (const PastRow& row : rows) table.add(cells_of(row));
  return table.render();
}

bool is_change(const PastRow& row) {
  return row.kind == Kind::changed || row.kind == Kind::anew || row.kind == Kind::back ||
         row.kind == Kind::removed;
}

bool is_unread(const PastRow& row) { return row.kind == Kind::unread; }

std::uint64_t count(const std::vector<PastRow>& rows, bool (*is)(const PastRow&)) {
  return static_cast<std::uint64_t>(std::ranges::count_if(rows, is));
}

std::string changes_text(std::uint64_t changes) {
  return changes == 0 ? "no change" : counted(changes, "change");
}

// How often it has changed, and when last; and over how many nobody knows.
std::string summary_of(const RegionHistory& one) {
  const auto& rows = one.history.rows;
  std::string text = fmt::format("{}  {} over {}", one.region, changes_text(count(rows, is_change)),
                                 counted(rows.size(), "snapshot"));
  const auto last = std::ranges::find_if(rows, is_change);
  if (last != rows.end())
    text += fmt::format(", the last one in that of {}", to_iso8601(last->time));
  if (const std::uint64_t unread = count(rows, is_unread); unread != 0)
    text += fmt::format(", {} could not be read", unread);
  return text + '\n';
}

json::object row_json(const PastRow& row) {
  json::object out{{"key", row.document.str()},
                   {"time", to_iso8601(row.time)},
                   {"state", to_string(row.state)},
                   {"change", code_of(row.kind)}};
  if (row.kind == Kind::changed) out["fields"] = keys_json(row.fields);
  if (!row.why.empty()) out["why"] = row.why;
  if (!row.held) return out;
  out["version"] = row.held->version;
  out["valueTag"] = tag_of(row.held->value);
  if (row.held->modified) out["modified"] = to_iso8601(*row.held->modified);
  if (!row.held->user.empty()) out["user"] = row.held->user;
  return out;
}

bool any_row(const HistoryReport& report, bool (*is)(const PastRow&)) {
  return std::ranges::any_of(report.regions, [is](const RegionHistory& one) {
    return std::ranges::any_of(one.history.rows, is);
  });
}

}  // namespace

bool is_held(const HistoryReport& report) {
  return any_row(report, [](const PastRow& row) { return row.held.has_value(); });
}

bool has_gaps(const HistoryReport& report) { return any_row(report, is_unread); }

std::string history_text(const HistoryReport& report) {
  std::string text;
  for (const RegionHistory& one : report.regions) {
    if (one.history.rows.empty()) {
      text += fmt::format("{}  no snapshots\n", one.region);
      continue;
    }
    text += summary_of(one) + '\n' + table_of(one.history.rows);
    if (one.history.unfinished != 0)
      text += fmt::format("{} did not end, and {} passed over\n",
                          counted(one.history.unfinished, "run"),
                          one.history.unfinished == 1 ? "is" : "are");
    if (&one != &report.regions.back()) text += '\n';
  }
  return text;
}

json::object history_json(const HistoryReport& report) {
  json::array regions;
  for (const RegionHistory& one : report.regions) {
    json::array rows;
    for (const PastRow& row : one.history.rows) rows.push_back(row_json(row));
    regions.push_back({{"region", one.region.str()},
                       {"changeCount", count(one.history.rows, is_change)},
                       {"unfinishedCount", one.history.unfinished},
                       {"snapshots", std::move(rows)}});
  }
  return {{"environment", report.environment.str()},
          {"name", report.name.str()},
          {"regions", std::move(regions)},
          {"errors", errors_json(report.failed, report.account)}};
}

}  // namespace ssmb::report
