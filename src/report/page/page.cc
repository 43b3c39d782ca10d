#include "report/page/page.h"

#include <fmt/format.h>

#include "report/page/figures.h"
#include "report/page/sections.h"

namespace ssmb::report {
namespace {

using engine::overview::Judged;
using engine::overview::Verdict;

std::string_view word_of(Verdict::State state) {
  switch (state) {
    case Verdict::State::safe: return "Safe";
    case Verdict::State::attention: return "Attention";
    case Verdict::State::unsafe: break;
  }
  return "Not safe";
}

Html head(const Overview& overview, const Judged& judged, const PageOptions& options) {
  Html html = Html::empty("meta", {{"charset", "utf-8"}});
  html += Html::empty("meta",
                      {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html += Html::empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html += Html::element("title", fmt::format("{}: ssm-backup {}, {}", word_of(judged.verdict.state),
                                             overview.env, to_date(overview.now)));
  html += options.style == StyleSheet::embedded
              ? Html::style(style_sheet())
              : Html::empty("link", {{"rel", "stylesheet"}, {"href", "report.css"}});
  return Html::element("head", html);
}

Html way_to(std::string_view section, std::string_view words) {
  return Html::element("li", Html::element("a", {{"href", "#" + std::string(section)}}, words));
}

Html header(const Overview& overview, const Judged& judged) {
  const auto& objective = overview.max_age;
  std::string account;
  if (!overview.account.empty()) account = fmt::format(", account {}", overview.account);
  return Html::element(
      "header",
      Html::element("p", {{"class", "kicker"}},
                    fmt::format("ssm-backup report: {}{}", overview.env, account)) +
          Html::element(
              "h1", {{"class", std::string(to_string(judged.verdict.state))}},
              Html::element("span", {{"class", "verdict"}}, word_of(judged.verdict.state)) +
                  Html(" ") + Html(judged.verdict.sentence) + Html(".")) +
          Html::element("p", {{"class", "asof"}},
                        Html("As of ") + time_figure(overview.now, "/reportedAt") +
                            Html(". The objective: a good snapshot no older than ") +
                            age_figure(objective, "/objectives/maxAgeSeconds") +
                            Html(", a drill no older than ") +
                            age_figure(overview.max_drill_age, "/objectives/maxDrillAgeSeconds") +
                            Html(".") +
                            Html(overview.last_run_known
                                     ? ""
                                     : " A run that failed and left no snapshot is not known here: "
                                       "there is no region_summaries.json of this environment.")) +
          Html::element(
              "nav", {{"aria-label", "Parts of this page"}},
              Html::element("ul", way_to("amiss", "What is amiss") + way_to("regions", "Regions") +
                                      way_to("days", "The last days") +
                                      way_to("changes", "What changed") +
                                      way_to("copies", "Copies") + way_to("drill", "Drill") +
                                      way_to("audit", "Audit"))));
}

}  // namespace

std::string page(const Overview& overview, const Judged& judged, const PageOptions& options) {
  const Html main = Html::element("main", findings_section(judged) + regions_section(overview) +
                                              days_section(overview) + changes_section(overview) +
                                              copies_section(overview) + drill_section(overview) +
                                              audit_section(overview));
  const Html footer = Html::element(
      "footer", Html::element("p", fmt::format("Made by ssm-backup {}. Names and fields of "
                                               "parameters are on this page, never a value.",
                                               options.version)));
  const Html body = Html::element("body", header(overview, judged) + main + footer);
  return "<!DOCTYPE html>\n" +
         Html::element("html", {{"lang", "en"}}, head(overview, judged, options) + body).str();
}

}  // namespace ssmb::report
