#include "report/page/sections.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/page/figures.h"
#include "report/page/overview_json.h"

namespace ssmb::report {
namespace {

using engine::doctor::Finding;

std::string_view kind_of(Finding::State state) {
  switch (state) {
    case Finding::State::ok: return "good";
    case Finding::State::amiss: return "amiss";
    case Finding::State::unknown: return "unknown";
    case Finding::State::info: break;
  }
  return "info";
}

// A command can be copied whole; what is said beside it cannot be taken for one.
Html next_of(const std::string& next) {
  if (next.empty()) return {};
  const Html words = next.starts_with("ssm-backup ") ? Html::element("code", next) : Html(next);
  return Html::element("p", {{"class", "next"}}, Html("What to do: ") + words);
}

Html item(const Finding& finding) {
  const std::string region = finding.region.empty() ? "" : finding.region.str() + ": ";
  return Html::element(
      "li", {{"class", "finding " + std::string(kind_of(finding.state))}},
      Html::element(
          "p", badge(kind_of(finding.state),
                     finding.state == Finding::State::amiss ? "amiss" : to_string(finding.state)) +
                   Html(" ") + Html::element("strong", region + finding.subject) +
                   Html(": " + finding.detail)) +
          next_of(finding.next));
}

// One piece, so that it can stand beside its column's name on a narrow page.
Html whole(const Html& content) { return Html::element("span", content); }

Html drill_row(const engine::overview::Drilled& drill, const RegionView& region,
               const std::string& at) {
  Html result = badge(drill.proven ? "good" : "amiss", drill.proven ? "proven" : "NOT proven");
  if (drill.not_proven != 0)
    result += Html(" (") + count_figure(drill.not_proven, at + "/notProvenCount") + Html(" not)");
  if (drill.in_store == engine::overview::Drilled::InStore::proven)
    result += " and a sample in the real store";
  return Html::element(
      "tr", {{"role", "row"}},
      row_head("Region", region.region.str()) + cell("Result", result) +
          cell("When", time_figure(drill.at, at + "/drilledAt")) +
          number_cell("Parameters", count_figure(drill.parameters, at + "/parameterCount")) +
          number_cell("Age then: would be lost", seconds_figure(drill.rpo, at + "/rpoSeconds")) +
          number_cell("RTO: restore takes", seconds_figure(drill.rto, at + "/rtoSeconds")) +
          cell("Bound by", drill.bounded_by.empty() ? Html("nothing") : Html(drill.bounded_by)) +
          cell("Snapshot", Html::element("code", drill.snapshot)));
}

Html copy_row(const engine::overview::Copy& copy, const RegionView& region, const std::string& at,
              Time now) {
  Html newest = badge("amiss", "none");
  Html age = "-";
  Html lacking = "-";
  if (copy.error) newest = badge("unknown", "not read") + Html(" " + to_line(*copy.error));
  if (copy.newest) {
    newest = time_figure(copy.newest->start, at + "/newest/start");
    age = age_figure(now - copy.newest->start, at + "/ageSeconds");
  }
  if (!copy.error) lacking = count_figure(copy.lacking, at + "/lackingCount");
  return Html::element("tr", {{"role", "row"}},
                       row_head("Region", region.region.str()) +
                           cell("Copy", Html::element("code", copy.repository)) +
                           cell("Newest good snapshot", newest) + number_cell("Age", age) +
                           number_cell("Lacks", lacking));
}

}  // namespace

Html cell(std::string_view column, const Html& content) {
  return Html::element("td", {{"role", "cell"}, {"data-label", std::string(column)}},
                       whole(content));
}

Html number_cell(std::string_view column, const Html& content) {
  return Html::element("td",
                       {{"role", "cell"}, {"class", "number"}, {"data-label", std::string(column)}},
                       whole(content));
}

Html row_head(std::string_view column, const Html& content) {
  return Html::element(
      "th", {{"role", "rowheader"}, {"scope", "row"}, {"data-label", std::string(column)}},
      whole(content));
}

// The roles are said because a narrow page shows rows as blocks, which takes a table's own away.
Html table(std::string_view caption, std::initializer_list<Column> columns, const Html& rows) {
  Html heads;
  for (const Column& column : columns)
    heads += Html::element("th",
                           {{"role", "columnheader"},
                            {"scope", "col"},
                            {"class", column.kind == Column::Kind::number ? "number" : ""}},
                           column.title);
  return Html::element("table", {{"role", "table"}},
                       Html::element("caption", caption) +
                           Html::element("thead", {{"role", "rowgroup"}},
                                         Html::element("tr", {{"role", "row"}}, heads)) +
                           Html::element("tbody", {{"role", "rowgroup"}}, rows));
}

std::string pointer_of(std::size_t region) { return fmt::format("/regions/{}", region); }

Html badge(std::string_view kind, std::string_view word) {
  return Html::element("span", {{"class", "badge " + std::string(kind)}}, word);
}

Html findings_section(const engine::overview::Judged& judged) {
  Html amiss;
  Html others;
  std::size_t count = 0;
  for (const Finding& finding : judged.findings) {
    if (finding.state == Finding::State::amiss) {
      amiss += item(finding);
      ++count;
    } else if (finding.state != Finding::State::ok) {
      others += item(finding);
    }
  }
  Html body = Html::element(
      "h2", count == 0 ? Html("What is amiss")
                       : Html("What is amiss (") + count_figure(count, "/amissCount") + Html(")"));
  body += count == 0 ? Html::element("p", "Nothing.")
                     : Html::element("ol", {{"class", "findings"}}, amiss);
  if (!others.is_empty())
    body +=
        Html::element("h3", "Worth knowing") + Html::element("ul", {{"class", "findings"}}, others);
  return Html::element("section", {{"id", "amiss"}}, body);
}

Html copies_section(const Overview& overview) {
  Html rows;
  for (std::size_t i = 0; i < overview.regions.size(); ++i) {
    const RegionView& region = overview.regions[i];
    for (std::size_t k = 0; k < region.copies.size(); ++k)
      rows += copy_row(region.copies[k], region, fmt::format("{}/copies/{}", pointer_of(i), k),
                       overview.now);
  }
  Html body = Html::element("h2", "Copies");
  body += rows.is_empty()
              ? Html::element("p",
                              "None was named to this report (--copy-to): what it says is lost "
                              "with the Region, unless there is one.")
              : table("What outlives the loss of a Region",
                      {"Region", "Copy", "Newest good snapshot", Column::number("Age"),
                       Column::number("Lacks")},
                      rows);
  return Html::element("section", {{"id", "copies"}}, body);
}

Html drill_section(const Overview& overview) {
  Html rows;
  for (std::size_t i = 0; i < overview.regions.size(); ++i) {
    const RegionView& region = overview.regions[i];
    if (region.drill) rows += drill_row(*region.drill, region, pointer_of(i) + "/drill");
  }
  Html body = Html::element("h2", "Last drill");
  body += rows.is_empty() ? Html::element("p",
                                          "None is on record: nobody knows whether the snapshots "
                                          "come back. ssm-backup drill --record proves it.")
                          : table("Would it come back, and how fast?",
                                  {"Region", "Result", "When", Column::number("Parameters"),
                                   Column::number("Age then: would be lost"),
                                   Column::number("RTO: restore takes"), "Bound by", "Snapshot"},
                                  rows);
  return Html::element("section", {{"id", "drill"}}, body);
}

}  // namespace ssmb::report
