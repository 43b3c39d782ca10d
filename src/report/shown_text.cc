#include "report/shown_text.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "report/error_text.h"
#include "report/region_facts_text.h"
#include "report/snapshot_text.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;

std::string names_table(const std::vector<snapshot::IndexEntry>& entries) {
  using enum Table::Align;
  Table table({{.title = "  NAME"}, {.title = "VERSION", .align = right}, {.title = "MODIFIED"}});
  for (const snapshot::IndexEntry& entry : entries) {
    table.add({"  " + printable(entry.name.view(), 2048), std::to_string(entry.version),
               entry.last_modified_date ? to_iso8601(*entry.last_modified_date) : ""});
  }
  return table.render();
}

void write_snapshot(std::ostream& out, const Shown& shown) {
  out << snapshot_facts(shown.region, shown.entry);
  if (!shown.names.empty()) out << '\n' << names_table(shown.names);
  out << '\n';
}

void write_record(std::ostream& out, const Shown& shown, Reveal reveal) {
  out << fmt::format("{}  {}  {}\n", shown.region, to_string(shown.entry.state),
                     shown.entry.document);
  write_parameter(out, shown.record->parameter, reveal);
  for (const std::string& unknown : shown.record->unknown)
    out << "  written by a later version, not shown: " << printable(unknown, 200) << '\n';
}

void write_record_json(std::ostream& out, const Shown& shown, Reveal reveal) {
  const auto quoted = [](std::string_view text) { return json::serialize(text); };
  out << fmt::format(R"({{"region":{},"key":{},"state":{},"parameter":)",
                     quoted(shown.region.view()), quoted(shown.entry.document.view()),
                     quoted(to_string(shown.entry.state)));
  if (reveal == Reveal::yes) {
    out << encode_record(shown.record->parameter).view();  // wiped after use
  } else {
    out << json::serialize(to_json(shown.record->parameter, reveal));
  }
  out << '}';
}

}  // namespace

void write_shown(std::ostream& out, const std::vector<Shown>& shown, Reveal reveal) {
  for (const Shown& one : shown) {
    if (!one.record) write_snapshot(out, one);
    if (one.record && &one != &shown.front()) out << '\n';
    if (one.record) write_record(out, one, reveal);
  }
}

json::object shown_json(const Environment& environment, const std::vector<Shown>& shown,
                        const Troubles& troubles, const AccountId& account) {
  json::array snapshots;
  for (const Shown& one : shown) {
    json::object document = entry_json(one.region, one.entry);
    if (one.entry.manifest) document["regionFacts"] = facts_json(one.entry.manifest->facts);
    json::array names;
    for (const auto& entry : one.names)
      names.push_back({{"name", entry.name.str()}, {"version", entry.version}});
    document["parameters"] = std::move(names);
    snapshots.push_back(std::move(document));
  }
  return {{"environment", environment.str()},
          {"snapshots", std::move(snapshots)},
          {"errors", errors_json(troubles, account)}};
}

void write_shown_json(std::ostream& out, const std::vector<Shown>& shown, const Troubles& troubles,
                      const AccountId& account, Several several, Reveal reveal) {
  if (several == Several::no) {
    write_record_json(out, shown.front(), reveal);
    out << '\n';
    return;
  }
  out << R"({"regions":[)";
  for (const Shown& one : shown) {
    if (&one != &shown.front()) out << ',';
    write_record_json(out, one, reveal);
  }
  out << R"(],"errors":)" << json::serialize(errors_json(troubles, account)) << "}\n";
}

}  // namespace ssmb::report
