#include "report/diff_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "report/error_text.h"
#include "report/places.h"
#include "report/region_facts_text.h"
#include "report/snapshot_text.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using engine::Diff;
using engine::Difference;
using engine::DiffSide;
using engine::DiffState;

// Labels for people: "value 1a2b3c4d -> 5e6f7a8b, tags".
std::string fields_text(const Difference& each) {
  std::vector<std::string> words;
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    if (!each.fields[place++]) return;
    std::string word(field.label);
    if (field.key == "Value")
      word += fmt::format(" {} -> {}", tag_of(each.from->value), tag_of(each.to->value));
    words.push_back(std::move(word));
  });
  return join(words, ", ");
}

std::string versions_text(const Difference& each) {
  const auto version = [](const std::optional<DiffState>& state) {
    return state ? std::to_string(state->version) : std::string();
  };
  return fmt::format("{:>5} -> {:<5}", version(each.from), version(each.to));
}

std::string end_text(const ComparedEnd& end, Time now) {
  if (!end.entry) return fmt::format("{}  {}  live", end.region, to_iso8601_seconds(now));
  return fmt::format("{}  {}  {}\n        {}", end.region, to_iso8601_seconds(end.entry->id.time),
                     to_string(end.entry->state), printable(end.name, 2048));
}

// What was not looked at, and why that says nothing of it.
void write_gaps(std::ostream& out, const Compared& compared) {
  const Diff& diff = compared.diff;
  for (const engine::NotCompared& each : diff.not_compared)
    out << fmt::format("  not compared: {}: {}: {}\n", printable(each.name.view(), 2048),
                       to_string(each.side), printable(to_line(each.error.of(each.name)), 400));
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    const std::uint64_t unread = diff.unread_fields[place++];
    if (unread != 0)
      out << fmt::format("  not compared: {} of {}: one side has not read them\n", field.label,
                         counted(unread, "parameter"));
  });
  for (const DiffSide side : {DiffSide::from, DiffSide::to}) {
    const std::string& why = diff.incomplete_because[static_cast<std::size_t>(side)];
    if (!why.empty())
      out << fmt::format("  {} may lack more: {}\n", to_string(side), printable(why, 400));
  }
  if (diff.outside != 0)
    out << fmt::format("  left out: {} that the other side was not meant to hold\n",
                       counted(diff.outside, "parameter"));
}

std::string same_text(const Diff& diff) {
  const std::string again =
      diff.rewritten == 0 ? "" : fmt::format(", {} of them written anew", diff.rewritten);
  return fmt::format("{} the same{}", diff.same, again);
}

void write_compared(std::ostream& out, const Compared& compared, Time now) {
  const Diff& diff = compared.diff;
  const engine::Changes counts = count(diff);
  if (diff.differences.empty())
    out << fmt::format("{}  no difference{}: {}\n", compared.to.region,
                       diff.facts.differs() ? " but of Region facts" : "", same_text(diff));
  else
    out << fmt::format("{}  {}: {} added, {} removed, {} changed; {}\n", compared.to.region,
                       counted(diff.differences.size(), "difference"), counts.added, counts.removed,
                       counts.changed, same_text(diff));
  out << "  from  " << end_text(compared.from, now) << '\n'
      << "  to    " << end_text(compared.to, now) << '\n';
  if (!diff.differences.empty()) out << "\n  CHANGE      VERSION     NAME\n";
  for (const Difference& each : diff.differences) {
    out << fmt::format("  {:<7}  {}  {}\n", change_word(each), versions_text(each),
                       printable(each.name.view(), 2048));
    if (each.fields.any()) out << std::string(27, ' ') << fields_text(each) << '\n';
  }
  out << facts_diff_text(diff.facts);
  write_gaps(out, compared);
  out << '\n';
}

// How to bring back what a snapshot holds and the live store does not.
std::string next_line(const DiffReport& report, const Compared& compared) {
  const ComparedEnd& from = compared.from;
  const bool live = from.entry && !compared.to.entry;
  const engine::Diff& diff = compared.diff;
  if (!live || (diff.differences.empty() && !diff.facts.differs())) return {};
  return fmt::format(
      "next: `ssm-backup restore --env {} --region {} --snapshot {}{}` shows what would bring it "
      "back\n",
      report.environment, from.region, printable(from.name, 2048), printable(report.place, 4096));
}

std::string quoted(std::string_view text) { return json::serialize(text); }

json::value end_json(const ComparedEnd& end, Time now) {
  if (end.entry) return entry_json(end.region, *end.entry);
  return json::object{
      {"region", end.region.str()}, {"live", true}, {"time", to_iso8601_seconds(now)}};
}

json::value state_json(const std::optional<DiffState>& state) {
  if (!state) return nullptr;
  json::object out{{"version", state->version}, {"valueTag", tag_of(state->value)}};
  if (state->modified) out["modified"] = to_iso8601(*state->modified);
  return out;
}

json::object difference_json(const Difference& each) {
  return {{"name", each.name.view()},
          {"change", change_word(each)},
          {"fields", keys_json(each.fields)},
          {"from", state_json(each.from)},
          {"to", state_json(each.to)}};
}

json::object gaps_json(const Diff& diff) {
  json::object fields;
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    const std::uint64_t unread = diff.unread_fields[place++];
    if (unread != 0) fields[field.key] = unread;
  });
  json::object out{{"unreadFields", std::move(fields)}};
  if (!diff.incomplete_because[0].empty()) out["fromLacks"] = diff.incomplete_because[0];
  if (!diff.incomplete_because[1].empty()) out["toLacks"] = diff.incomplete_because[1];
  return out;
}

json::object not_compared_json(const engine::NotCompared& each) {
  return {{"name", each.name.view()},
          {"side", to_string(each.side)},
          {"why", to_line(each.error.of(each.name))}};
}

// One by one: a hundred thousand at once would be a large document in memory.
template <class T>
void write_list(std::ostream& out, const std::deque<T>& list, json::object (*object_of)(const T&)) {
  out << '[';
  for (const T& each : list) {
    if (&each != &list.front()) out << ',';
    out << json::serialize(object_of(each));
  }
  out << ']';
}

void write_compared_json(std::ostream& out, const Compared& compared, Time now) {
  const Diff& diff = compared.diff;
  const engine::Changes counts = count(diff);
  json::object facts = gaps_json(diff);
  facts["from"] = end_json(compared.from, now);
  facts["to"] = end_json(compared.to, now);
  facts["differs"] = !diff.differences.empty() || diff.facts.differs();
  facts["regionFacts"] = facts_diff_json(diff.facts);
  facts["addedCount"] = counts.added;
  facts["removedCount"] = counts.removed;
  facts["changedCount"] = counts.changed;
  facts["sameCount"] = diff.same;
  facts["rewrittenCount"] = diff.rewritten;
  facts["outsideCount"] = diff.outside;
  std::string text = json::serialize(facts);
  text.pop_back();
  out << text << R"(,"notCompared":)";
  write_list(out, diff.not_compared, not_compared_json);
  out << R"(,"differences":)";
  write_list(out, diff.differences, difference_json);
  out << '}';
}

}  // namespace

DiffVerdict verdict(const Diff& diff) {
  if (!diff.differences.empty() || diff.facts.differs()) return DiffVerdict::differs;
  bool all = diff.not_compared.empty();
  for (const std::uint64_t unread : diff.unread_fields) all = all && unread == 0;
  for (const std::string& why : diff.incomplete_because) all = all && why.empty();
  return all ? DiffVerdict::same : DiffVerdict::unknown;
}

void write_diff(std::ostream& out, const DiffReport& report) {
  for (const Compared& compared : report.compared) write_compared(out, compared, report.now);
  if (report.comparison == Comparison::after_restore)
    out << "compared: what a restore can bring back; --exact adds versions, dates and ARNs\n";
  else
    out << "compared: every field that both sides have read\n";
  const auto facts_differ = [](const Compared& each) { return each.diff.facts.differs(); };
  if (std::ranges::any_of(report.compared, facts_differ))
    out << "Region facts are set by hand: the plan of a restore names the commands\n";
  for (const Compared& compared : report.compared) out << next_line(report, compared);
}

void write_diff_json(std::ostream& out, const DiffReport& report) {
  out << fmt::format(R"({{"environment":{},"comparison":{},"comparisons":[)",
                     quoted(report.environment.view()),
                     quoted(report.comparison == Comparison::exact ? "exact" : "restorable"));
  for (const Compared& compared : report.compared) {
    if (&compared != &report.compared.front()) out << ',';
    write_compared_json(out, compared, report.now);
  }
  out << R"(],"errors":)" << json::serialize(errors_json(report.failed, report.account)) << "}\n";
}

}  // namespace ssmb::report
