// Bars over days as SVG, with presentation attributes: no script, no inline style.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/page/html.h"

namespace ssmb::report {

struct Bar {
  enum class Kind {
    good,      // filled
    doubtful,  // of a snapshot that is not good: an outline
    missing,   // a day that should have one and has none: a cross
    nothing,   // nothing is to be shown
  } kind = Kind::nothing;
  std::optional<double> value;  // nullopt: it is not known
  std::string words;            // "2026-11-22: 312 parameters"
  std::string pointer;          // where the report's JSON has the value
};

struct Chart {
  std::string title;  // says what it shows, for those who do not see it
  double most = 0;    // the scale's end; charts that are compared share it
  std::vector<Bar> bars;
};

Html chart_svg(const Chart& chart);

}  // namespace ssmb::report
