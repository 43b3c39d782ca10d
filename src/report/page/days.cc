// Thirty days: small charts with one scale, and the same as tables; what changed since yesterday.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.h"
#include "parameter/fields.h"
#include "report/page/chart.h"
#include "report/page/figures.h"
#include "report/page/overview_json.h"
#include "report/page/sections.h"

namespace ssmb::report {
namespace {

using engine::Changes;
using engine::Difference;
using engine::overview::Day;

constexpr std::size_t kMostShown = 100;  // names in one list of the page

// What is charted: of a day its value, its words, and where the JSON has it.
struct Series {
  std::string_view title;
  std::string_view pointer;  // below the day
  std::optional<double> (*value)(const Day&);
  std::string (*words)(double);
};

std::string plain(double value) { return fmt::format("{:.0f}", value); }
std::string as_bytes(double value) {
  return to_human(ByteCount{static_cast<std::uint64_t>(value)});
}
std::string as_duration(double value) {
  return to_human(std::chrono::milliseconds(static_cast<std::int64_t>(value)));
}

const std::array<Series, 4> kSeries{{
    {.title = "Parameters",
     .pointer = "/snapshot/parameterCount",
     .value = [](const Day& day) -> std::optional<double> {
       if (!day.point || !day.point->parameters) return std::nullopt;
       return static_cast<double>(*day.point->parameters);
     },
     .words = plain},
    {.title = "Size of the document",
     .pointer = "/snapshot/bytes",
     .value = [](const Day& day) -> std::optional<double> {
       if (!day.point) return std::nullopt;
       return static_cast<double>(day.point->bytes.value);
     },
     .words = as_bytes},
    {.title = "Duration of the run",
     .pointer = "/snapshot/durationMs",
     .value = [](const Day& day) -> std::optional<double> {
       if (!day.point || !day.point->took) return std::nullopt;
       return static_cast<double>(
           std::chrono::duration_cast<std::chrono::milliseconds>(*day.point->took).count());
     },
     .words = as_duration},
    {.title = "Changes since the good day before",
     .pointer = "/changes/total",
     .value = [](const Day& day) -> std::optional<double> {
       if (!day.changes) return std::nullopt;
       return static_cast<double>(day.changes->total());
     },
     .words = plain},
}};

Bar::Kind kind_of(const Day& day) {
  switch (day.state) {
    case Day::State::good: return Bar::Kind::good;
    case Day::State::not_good: return Bar::Kind::doubtful;
    case Day::State::none: return Bar::Kind::missing;
    case Day::State::before_first:
    case Day::State::open: break;
  }
  return Bar::Kind::nothing;
}

std::string date_of(const Day& day) { return to_date(Time(day.date)); }

Chart chart_of(const RegionView& region, const Series& series, double most, const std::string& at) {
  Chart chart{.title = fmt::format("{} of {}, {} to {}, from 0 to {}", series.title, region.region,
                                   date_of(region.days.front()), date_of(region.days.back()),
                                   series.words(most)),
              .most = most,
              .bars = {}};
  for (std::size_t i = 0; i < region.days.size(); ++i) {
    const Day& day = region.days[i];
    const auto value = series.value(day);
    chart.bars.push_back(
        {.kind = kind_of(day),
         .value = value,
         .words = fmt::format("{}: {}", date_of(day),
                              value ? series.words(*value) : std::string(word_of(day.state))),
         .pointer = fmt::format("{}/days/{}{}", at, i, series.pointer)});
  }
  return chart;
}

Html charts_of(const Overview& overview, const Series& series) {
  double most = 0;
  for (const RegionView& region : overview.regions)
    for (const Day& day : region.days) most = std::max(most, series.value(day).value_or(0));
  Html figures;
  for (std::size_t i = 0; i < overview.regions.size(); ++i) {
    const RegionView& region = overview.regions[i];
    if (region.days.empty()) continue;
    figures +=
        Html::element("figure", Html::element("figcaption", region.region.str()) +
                                    chart_svg(chart_of(region, series, most, pointer_of(i))));
  }
  const std::string scale =
      most <= 0 ? "(none)" : fmt::format("(bars from 0 to {})", series.words(most));
  return Html::element("h3", fmt::format("{} {}", series.title, scale)) +
         Html::element("div", {{"class", "charts"}}, figures);
}

Html changes_words(const Changes& changes, const std::string& at) {
  return Html("+") + count_figure(changes.added, at + "/added") + Html(" \u2212") +
         count_figure(changes.removed, at + "/removed") + Html(" ~") +
         count_figure(changes.changed, at + "/changed");
}

Html counts_words(const Changes& changes, const std::string& at) {
  return count_figure(changes.added, at + "/added") + Html(" added, ") +
         count_figure(changes.removed, at + "/removed") + Html(" removed, ") +
         count_figure(changes.changed, at + "/changed") + Html(" changed");
}

Html day_row(const Day& day, const std::string& at) {
  Html count = "-";
  Html bytes = "-";
  Html took = "-";
  Html changes = "-";
  Html state(word_of(day.state));
  if (day.point) {
    state = Html(word_of(*day.point));
    bytes = bytes_figure(day.point->bytes, at + "/snapshot/bytes");
    if (day.point->parameters)
      count = count_figure(*day.point->parameters, at + "/snapshot/parameterCount");
    if (day.point->took) took = ms_figure(*day.point->took, at + "/snapshot/durationMs");
  }
  if (day.changes) changes = changes_words(*day.changes, at + "/changes");
  return Html::element("tr", {{"role", "row"}},
                       row_head("Day", day_figure(Time(day.date), at + "/date")) +
                           cell("State", state) + number_cell("Parameters", count) +
                           number_cell("Size", bytes) + number_cell("Took", took) +
                           number_cell("Changes", changes));
}

Html days_table(const RegionView& region, const std::string& at) {
  Html rows;
  for (std::size_t i = region.days.size(); i > 0; --i)
    rows += day_row(region.days[i - 1], fmt::format("{}/days/{}", at, i - 1));
  return Html::element(
      "details", Html::element("summary", fmt::format("{}, day by day", region.region)) +
                     table(fmt::format("The days of {}, newest first", region.region),
                           {"Day", "State", Column::number("Parameters"), Column::number("Size"),
                            Column::number("Took"), Column::number("Changes")},
                           rows));
}

Html changed_row(const Difference& each) {
  std::vector<std::string> labels;
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    if (each.fields[place++]) labels.emplace_back(field.label);
  });
  return Html::element("tr", {{"role", "row"}},
                       row_head("Parameter", Html::element("code", each.name.str())) +
                           cell("Change", change_word(each)) +
                           cell("Fields", labels.empty() ? Html("-") : Html(join(labels, ", "))));
}

Html changes_of(const Overview& overview, const RegionView& region, const std::string& at) {
  Html body = Html::element("h3", region.region.str());
  if (region.error) return {};
  if (region.since_unknown)
    return body + Html::element("p", badge("unknown", "not compared") +
                                         Html(" " + to_line(*region.since_unknown)));
  if (!region.since)
    return body + Html::element("p", "There is one good snapshot or none: nothing to compare.");
  const engine::Diff& diff = region.since->diff;
  const Changes counts = count(diff);
  Html line = Html("Since the snapshot of ") +
              time_figure(region.since->from.start, at + "/sinceYesterday/from/start") +
              Html(": ") + counts_words(counts, at + "/sinceYesterday/counts") + Html(", ") +
              count_figure(diff.same, at + "/sinceYesterday/sameCount") + Html(" the same");
  if (!diff.not_compared.empty())
    line += Html(", ") +
            count_figure(diff.not_compared.size(), at + "/sinceYesterday/notComparedCount") +
            Html(" not compared (unreadable on one side)");
  body += Html::element("p", line + Html("."));
  Html rows;
  std::size_t shown = 0;
  for (const Difference& each : diff.differences) {
    if (shown == kMostShown) break;
    rows += changed_row(each);
    ++shown;
  }
  if (shown != 0)
    body += table(fmt::format("What has changed in {}", region.region),
                  {"Parameter", "Change", "Fields"}, rows);
  if (diff.differences.size() > shown)
    body += Html::element(
        "p", fmt::format("And {} more: ssm-backup diff -1d newest --env {} --region {} names all.",
                         diff.differences.size() - shown, overview.env, region.region));
  return body;
}

}  // namespace

Html days_section(const Overview& overview) {
  std::string title = "The last days";
  for (const RegionView& region : overview.regions)
    if (!region.days.empty())
      title = fmt::format("The last {}: {} to {}", counted(region.days.size(), "day"),
                          date_of(region.days.front()), date_of(region.days.back()));
  Html body = Html::element("h2", title) +
              Html::element("p",
                            "A filled bar is a day (UTC) with a good snapshot, an outline one with "
                            "others only, a cross a day without any; before the first snapshot, "
                            "and today while there is none yet, nothing is shown. All Regions have "
                            "one scale. The tables below say the same.");
  for (const Series& series : kSeries) body += charts_of(overview, series);
  for (std::size_t i = 0; i < overview.regions.size(); ++i)
    if (!overview.regions[i].days.empty()) body += days_table(overview.regions[i], pointer_of(i));
  return Html::element("section", {{"id", "days"}}, body);
}

Html changes_section(const Overview& overview) {
  Html body = Html::element("h2", "Changed since the good snapshot before");
  for (std::size_t i = 0; i < overview.regions.size(); ++i)
    body += changes_of(overview, overview.regions[i], pointer_of(i));
  return Html::element("section", {{"id", "changes"}}, body);
}

}  // namespace ssmb::report
