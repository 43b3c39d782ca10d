#include "report/page/chart.h"

#include <fmt/format.h>

#include <algorithm>

namespace ssmb::report {
namespace {

constexpr double kSlot = 10;
constexpr double kBar = 7;
constexpr double kHeight = 64;
constexpr double kTop = 4;
constexpr double kLeast = 1.5;  // so that a small value is not mistaken for none
constexpr std::string_view kGood = "#1f6f8b";
constexpr std::string_view kBad = "#b3261e";
constexpr std::string_view kAxis = "#6b7280";

std::string number(double value) { return fmt::format("{:.2f}", value); }

Html rect(const Bar& bar, double x, double height) {
  const bool good = bar.kind == Bar::Kind::good;
  return Html::element("rect",
                       {{"class", good ? "bar" : "bar doubtful"},
                        {"x", number(x)},
                        {"y", number(kTop + kHeight - height)},
                        {"width", number(kBar)},
                        {"height", number(height)},
                        {"fill", std::string(good ? kGood : "none")},
                        {"stroke", good ? "" : std::string(kBad)},
                        {"stroke-width", good ? "" : "1.5"},
                        {"data-value", fmt::format("{}", bar.value.value_or(0))},
                        {"data-json", bar.pointer}},
                       Html::element("title", bar.words));
}

Html cross(const Bar& bar, double x) {
  const double bottom = kTop + kHeight - 2;
  return Html::element(
      "path",
      {{"class", "gap"},
       {"d", fmt::format("M{0:.2f} {2:.2f}L{1:.2f} {3:.2f}M{1:.2f} {2:.2f}L{0:.2f} {3:.2f}", x,
                         x + kBar, bottom - kBar, bottom)},
       {"stroke", std::string(kBad)},
       {"stroke-width", "2"},
       {"fill", "none"}},
      Html::element("title", bar.words));
}

}  // namespace

Html chart_svg(const Chart& chart) {
  const double width = kSlot * static_cast<double>(chart.bars.size());
  Html shapes = Html::element("title", chart.title);
  double x = (kSlot - kBar) / 2;
  for (const Bar& bar : chart.bars) {
    if (bar.kind == Bar::Kind::missing)
      shapes += cross(bar, x);
    else if (bar.kind != Bar::Kind::nothing && bar.value)
      shapes += rect(bar, x,
                     *bar.value <= 0 || chart.most <= 0
                         ? 0
                         : std::max(kLeast, kHeight * *bar.value / chart.most));
    x += kSlot;
  }
  const std::string base = number(kTop + kHeight);
  shapes += Html::element("line",
                          {{"class", "axis"},
                           {"x1", "0"},
                           {"x2", number(width)},
                           {"y1", base},
                           {"y2", base},
                           {"stroke", std::string(kAxis)},
                           {"stroke-width", "1"}},
                          {});
  return Html::element("svg",
                       {{"role", "img"},
                        {"aria-label", chart.title},
                        {"viewBox", fmt::format("0 0 {} {}", width, kTop + kHeight + 2)},
                        {"width", fmt::format("{}", width)},
                        {"height", fmt::format("{}", kTop + kHeight + 2)},
                        {"data-most", fmt::format("{}", chart.most)},
                        {"data-height", number(kHeight)}},
                       shapes);
}

}  // namespace ssmb::report
