#include "report/survey_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/places.h"

namespace ssmb::report {
namespace {

using snapshot::Days;
using snapshot::SnapshotId;
using snapshot::State;
using snapshot::Survey;

struct Tally {
  std::uint64_t count = 0;
  std::map<State, std::uint64_t> states;  // partial ones not among them
  std::uint64_t partial = 0;
  std::optional<Time> first;
  std::optional<Time> last;
};

Tally tally_of(const Checked& checked, const Region& region) {
  Tally tally;
  for (const Verified& one : checked.snapshots) {
    if (one.region != region) continue;
    const Time time = one.entry.id.time;
    ++tally.count;
    if (one.entry.id.extent == SnapshotId::Extent::partial)
      ++tally.partial;
    else
      ++tally.states[one.entry.state];
    tally.first = std::min(tally.first.value_or(time), time);
    tally.last = std::max(tally.last.value_or(time), time);
  }
  return tally;
}

std::string words_of(const Days& days) {
  const std::string first = to_date(days.first);
  return days.first == days.last ? first : fmt::format("{} to {}", first, to_date(days.last));
}

}  // namespace

std::string survey_lines(const Checked& checked, const Region& region, const Survey& survey) {
  const Tally tally = tally_of(checked, region);
  std::string text = fmt::format("{}: {}", region, counted(tally.count, "snapshot"));
  if (tally.first)
    text +=
        fmt::format(", {}", words_of({.first = std::chrono::floor<std::chrono::days>(*tally.first),
                                      .last = std::chrono::floor<std::chrono::days>(*tally.last)}));
  std::vector<std::string> parts;
  for (const auto& [state, count] : tally.states)
    parts.push_back(fmt::format("{} {}", count, to_string(state)));
  if (tally.partial != 0) parts.push_back(fmt::format("{} partial", tally.partial));
  text += (parts.empty() ? "" : ": " + join(parts, ", ")) + '\n';
  if (!survey.without.empty()) {
    std::vector<std::string> days;
    for (const Days& each : survey.without) days.push_back(words_of(each));
    text += fmt::format("{}: days without a complete snapshot: {}\n", region, join(days, ", "));
  }
  for (const auto& gone : survey.gone)
    text += fmt::format(
        "{}: {}: its parent {} is gone, though older ones are there: somebody removed it, or this "
        "is "
        "a copy\n",
        region, gone.manifest, printable(gone.parent.view(), 200));
  return text;
}

boost::json::object survey_json(const Checked& checked, const Region& region,
                                const Survey& survey) {
  const Tally tally = tally_of(checked, region);
  boost::json::object states;
  for (const auto& [state, count] : tally.states) states[to_string(state)] = count;
  if (tally.partial != 0) states["partial"] = tally.partial;
  boost::json::array without;
  for (const Days& days : survey.without)
    without.push_back({{"first", to_date(days.first)}, {"last", to_date(days.last)}});
  boost::json::array gone;
  for (const auto& each : survey.gone)
    gone.push_back({{"manifest", each.manifest.str()}, {"parent", each.parent.str()}});
  boost::json::array strays;
  for (const auto& stray : survey.strays)
    strays.push_back({{"key", stray.key.str()}, {"what", stray.what}});
  boost::json::object out{{"region", region.str()},         {"snapshotCount", tally.count},
                          {"states", std::move(states)},    {"daysWithout", std::move(without)},
                          {"goneParents", std::move(gone)}, {"strays", std::move(strays)}};
  if (tally.first) out["first"] = to_iso8601(*tally.first);
  if (tally.last) out["last"] = to_iso8601(*tally.last);
  return out;
}

}  // namespace ssmb::report
