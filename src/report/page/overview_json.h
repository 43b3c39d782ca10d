// The report for programs (docs/report.md): every figure of the page is in it. Pure, and never a
// value.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "engine/overview/judge.h"

namespace ssmb::report {

// How many names it tells of in each list.
inline constexpr std::size_t kMostNames = 1000;

boost::json::object overview_json(const engine::overview::Overview& overview,
                                  const engine::overview::Judged& judged);

// Words that the page and the document share.
std::string_view word_of(engine::overview::Day::State state);
// What it came to as one word: "complete", "incomplete", "held back", ...
std::string_view word_of(const engine::overview::Point& point);

}  // namespace ssmb::report
