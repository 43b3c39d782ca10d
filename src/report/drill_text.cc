#include "report/drill_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "base/units.h"
#include "report/error_text.h"
#include "report/places.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;

using engine::Drilled;

constexpr std::size_t kShownFindings = 20;

std::string_view result_of(const DrilledRegion& drilled) {
  const Drilled& found = drilled.found;
  if (found.not_proven != 0 || (drilled.in_store && !drilled.in_store->is_whole()))
    return "NOT PROVEN";
  if (drilled.untried) return "NOT TRIED in AWS";
  if (found.source.shrunken.value_or(false)) return "proven, SHRUNKEN";
  if (found.unreadable != 0) return "proven, INCOMPLETE";
  return "proven";
}

std::int64_t seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

std::string in_store_words(const engine::Scratched& tried) {
  std::string text =
      fmt::format("  in the real store, under {}: {} of {} put and read back equal; {}\n",
                  printable(tried.under, 200), tried.proven, tried.sampled,
                  tried.not_removed ? "NOT REMOVED: " + to_line(*tried.not_removed)
                                    : fmt::format("{} removed again", tried.removed));
  for (const auto& finding : tried.findings)
    text += fmt::format("  {}: {}\n", printable(finding.name.view(), 200),
                        printable(finding.what, 500));
  if (tried.removed_before != 0)
    text += fmt::format("  {} of an earlier drill lay there, and {} removed first\n",
                        counted(tried.removed_before, "parameter"),
                        tried.removed_before == 1 ? "was" : "were");
  return text;
}

std::string untried_words(const Error& error) {
  return fmt::format("  not tried in the real store: {}\n", to_line(error));
}

// What is neither here nor there for most: a line each, where there is something to say.
std::string notes_of(const Drilled& found) {
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view one, std::string_view many) {
    if (count != 0) text += fmt::format("  {} {}\n", count, count == 1 ? one : many);
  };
  add(found.unreadable, "parameter of its scope could not be read when it was made",
      "parameters of its scope could not be read when it was made");
  add(found.expired, "parameter has expired since, and would be left out",
      "parameters have expired since, and would be left out");
  add(found.doubtful, "parameter rests on a rule that AWS does not state",
      "parameters rest on rules that AWS does not state");
  if (found.source.shrunken.value_or(false))
    text += "  it is shrunken: it holds far fewer parameters than the good one before it\n";
  if (found.parameters != 0 && found.source.depth == snapshot::Depth::current)
    text += "  labels are not in it: `backup --depth labels` captures them\n";
  for (const auto& [kind, count] : found.lost)
    text += fmt::format("  {} x {}: nobody can restore it\n", count, kind);
  if (!found.estimate.advice.empty()) text += fmt::format("  {}\n", found.estimate.advice);
  return text;
}

std::string findings_of(const Drilled& found) {
  std::string text;
  const std::size_t shown = std::min(found.findings.size(), kShownFindings);
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("  {}: {}\n", printable(found.findings[i].name.view(), 200),
                        printable(found.findings[i].what, 500));
  if (found.not_proven > shown)
    text += fmt::format("  and {} more: drill.json names {}\n", found.not_proven - shown,
                        found.findings.size() == found.not_proven ? "all" : "the first 1,000");
  return text;
}

std::string ending(const Drills& drills) {
  std::uint64_t parameters = 0;
  std::uint64_t proven = 0;
  for (const DrilledRegion& each : drills.regions) {
    parameters += each.found.parameters - each.found.expired;
    proven += each.found.proven;
  }
  if (is_proven(drills))
    return fmt::format("proven: {} would come back, equal in every captured field that can; {}\n",
                       counted(proven, "parameter"),
                       drills.in_store ? "what was written is removed" : "nothing was written");
  std::string text = fmt::format("NOT proven: {} of {} would come back whole", proven,
                                 counted(parameters, "parameter"));
  if (!drills.unread.empty())
    text += "; " + counted(drills.unread.size(), "Region") + " not drilled";
  const auto untried = std::ranges::count_if(
      drills.regions, [](const DrilledRegion& each) { return each.untried.has_value(); });
  if (untried != 0)
    text += fmt::format("; {} not tried in the real store",
                        counted(static_cast<std::uint64_t>(untried), "Region"));
  return text + '\n';
}

json::array json_of(const std::vector<engine::DrillFinding>& findings) {
  json::array out;
  for (const auto& finding : findings)
    out.push_back({{"name", finding.name.str()}, {"what", finding.what}});
  return out;
}

json::value json_of(const std::optional<engine::Scratched>& tried) {
  if (!tried) return nullptr;
  return {{"under", tried->under},
          {"proven", tried->is_whole()},
          {"sampleCount", tried->sampled},
          {"provenCount", tried->proven},
          {"findings", json_of(tried->findings)},
          {"removedCount", tried->removed},
          {"notRemoved",
           tried->not_removed ? json::value(error_json(*tried->not_removed)) : json::value()},
          {"removedBeforeCount", tried->removed_before},
          {"seconds", seconds(tried->took)}};
}

json::object json_of(const DrilledRegion& drilled) {
  const Drilled& found = drilled.found;
  json::object lost;
  for (const auto& [kind, count] : found.lost) lost[kind] = count;
  json::object calls;
  for (const auto& [operation, count] : found.estimate.calls) calls[operation] = count;
  return {
      {"region", drilled.region.str()},
      {"snapshot", found.source.document.str()},
      {"snapshotTime", to_iso8601(found.source.taken)},
      {"drilledAt", to_iso8601(found.at)},
      {"proven", drilled.is_whole()},
      {"parameterCount", found.parameters},
      {"bytes", found.bytes},
      {"provenCount", found.proven},
      {"notProvenCount", found.not_proven},
      {"expiredCount", found.expired},
      {"unreadableCount", found.unreadable},
      {"doubtfulCount", found.doubtful},
      {"shrunken", found.source.shrunken.value_or(false)},
      {"depth", to_string(found.source.depth)},
      {"findings", json_of(found.findings)},
      {"lost", std::move(lost)},
      {"rpoSeconds", seconds(found.age)},
      {"rtoSeconds", seconds(found.estimate.duration)},
      {"rtoBoundedBy", found.estimate.bounded_by},
      {"calls", std::move(calls)},
      {"drillSeconds", seconds(found.took)},
      {"inStore", json_of(drilled.in_store)},
      {"notTried", drilled.untried ? json::value(error_json(*drilled.untried)) : json::value()}};
}

}  // namespace

bool is_proven(const Drills& drills) {
  return drills.unread.empty() && std::ranges::all_of(drills.regions, &DrilledRegion::is_whole);
}

std::string drill_text(const Drills& drills) {
  using Align = Table::Align;
  Table table({{"REGION"},
               {"RESULT"},
               {"PARAMETERS", Align::right},
               {"PROVEN", Align::right},
               {"AGE (RPO)", Align::right},
               {"RESTORE TAKES (RTO)", Align::right},
               {"KEY", Align::left, Table::Column::Place::below}});
  std::string below;
  for (const DrilledRegion& each : drills.regions) {
    const Drilled& found = each.found;
    table.add({each.region.str(), std::string(result_of(each)), std::to_string(found.parameters),
               std::to_string(found.proven), to_human(found.age), to_human(found.estimate.duration),
               found.source.document.str()});
    const std::string lines = findings_of(found) + notes_of(found) +
                              (each.in_store ? in_store_words(*each.in_store) : std::string()) +
                              (each.untried ? untried_words(*each.untried) : std::string());
    if (!lines.empty()) below += fmt::format("{}:\n{}", each.region, lines);
  }
  std::string text = table.empty() ? std::string() : table.render() + "\n";
  text += below;
  for (const auto& [region, error] : drills.unread)
    text += fmt::format("{}: not drilled: {}\n", region, to_line(error));
  for (const auto& [region, error] : drills.unrecorded) {
    text +=
        fmt::format("{}: proven or not, it stands in no repository: {}\n", region, to_line(error));
    if (!error.next.empty()) text += fmt::format("  next: {}\n", error.next);
  }
  return text + ending(drills);
}

json::object drill_record_json(const Drills& drills, const DrilledRegion& drilled) {
  json::object record{
      {"format", 1}, {"environment", drills.env.str()}, {"wroteToAws", drills.in_store}};
  for (const auto& member : json_of(drilled)) record.insert(member);
  return record;
}

json::object drill_json(const Drills& drills) {
  json::array regions;
  for (const DrilledRegion& each : drills.regions) regions.push_back(json_of(each));
  json::array unread;
  for (const auto& [region, error] : drills.unread)
    unread.push_back({{"region", region.str()}, {"error", error_json(error)}});
  json::object document{{"environment", drills.env.str()}, {"drilledAt", to_iso8601(drills.at)},
                        {"proven", is_proven(drills)},     {"wroteToAws", drills.in_store},
                        {"regions", std::move(regions)},   {"notDrilled", std::move(unread)}};
  if (!drills.unrecorded.empty())
    document["notRecorded"] = errors_json(drills.unrecorded, AccountId());
  return document;
}

}  // namespace ssmb::report
