#include "report/snapshot_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "parameter/fields.h"
#include "report/places.h"
#include "report/region_facts_text.h"

namespace ssmb::report {
using snapshot::Entry;
using snapshot::Unreadable;

std::string table_time(Time time) {
  std::string text = to_iso8601_seconds(time);
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

std::string state_words(snapshot::State state, snapshot::SnapshotId::Extent extent, Latest latest) {
  std::string word(to_string(state));
  if (latest == Latest::yes) return word + ", latest";
  if (state != snapshot::State::complete) return word;
  if (extent == snapshot::SnapshotId::Extent::partial) return word + ", partial";
  return latest == Latest::no ? word + ", not latest" : word;
}

std::string fence_words(const snapshot::Fence& fence) {
  const std::string rounds = counted(fence.rounds, "round");
  return fence.reached ? "reached in " + rounds
                       : fmt::format("not reached in {}: {}", rounds, fence.because);
}

std::string age(const Entry& entry, Time now) { return to_human(now - entry.id.time) + " old"; }

std::string why_not_complete(const Entry& entry) {
  if (!entry.problem.empty()) return entry.problem;
  if (entry.state != snapshot::State::incomplete) return {};
  const snapshot::Manifest& manifest = *entry.manifest;
  std::vector<std::string> reasons;
  if (!manifest.incomplete_because.empty()) reasons.push_back(manifest.incomplete_because);
  const auto missing =
      std::ranges::count(manifest.unreadable, Unreadable::Accepted::no, &Unreadable::accepted);
  if (missing != 0)
    reasons.push_back(fmt::format("{} could not be read",
                                  counted(static_cast<std::uint64_t>(missing), "parameter")));
  return join(reasons, "; ");
}

std::vector<std::string> entry_cells(const Region& region, const Entry& entry, Latest latest) {
  return {region.str(),
          table_time(entry.id.time),
          state_words(entry.state, entry.id.extent, latest),
          entry.manifest ? std::to_string(entry.manifest->parameter_count) : "",
          to_human(ByteCount{entry.size}),
          entry.document.str()};
}

boost::json::object entry_json(const Region& region, const Entry& entry) {
  boost::json::object out{{"region", region.str()},
                          {"time", to_iso8601(entry.id.time)},
                          {"state", to_string(entry.state)},
                          {"partial", entry.id.extent == snapshot::SnapshotId::Extent::partial},
                          {"key", entry.document.str()},
                          {"bytes", entry.size}};
  if (!entry.problem.empty()) out["problem"] = entry.problem;
  if (!entry.manifest) return out;
  const snapshot::Manifest& manifest = *entry.manifest;
  out["parameterCount"] = manifest.parameter_count;
  if (!manifest.incomplete_because.empty()) out["incompleteBecause"] = manifest.incomplete_because;
  if (!manifest.parent_problem.empty()) out["parentProblem"] = manifest.parent_problem;
  out["unreadableCount"] = manifest.unreadable.size();
  out["vanishedCount"] = manifest.vanished.size();
  out["account"] = manifest.account.str();
  out["runId"] = manifest.run_id.str();
  out["scope"] = manifest.scope.to_json();
  out["depth"] = to_string(manifest.depth);
  out["tags"] = to_string(manifest.tags);
  if (manifest.fence)
    out["fence"] = {{"reached", manifest.fence->reached}, {"rounds", manifest.fence->rounds}};
  out["start"] = to_iso8601(manifest.start);
  out["end"] = to_iso8601(manifest.end);
  return out;
}

std::string snapshot_facts(const Region& region, const Entry& entry) {
  std::string text = fmt::format("{}  {}  {}\n", region, to_string(entry.state), entry.document);
  const auto line = [&text](std::string_view label, const std::string& value) {
    text += fmt::format("  {:<12}  {}\n", label, printable(value, 1000));
  };
  if (!entry.problem.empty()) line("problem", entry.problem);
  line("size", to_human(ByteCount{entry.size}));
  if (!entry.manifest) return text;
  const snapshot::Manifest& manifest = *entry.manifest;
  line("parameters", std::to_string(manifest.parameter_count));
  if (const std::string why = why_not_complete(entry); !why.empty()) line("incomplete", why);
  line("account", manifest.account.str());
  line("taken", to_iso8601(manifest.start) + ", in " + to_human(manifest.end - manifest.start));
  line("scope", manifest.scope.describe());
  line("captured",
       fmt::format("depth {}, tags {}", to_string(manifest.depth), to_string(manifest.tags)));
  if (manifest.fence) line("fence", fence_words(*manifest.fence));
  if (!manifest.parent_problem.empty())
    line("parent", "could not be read: " + manifest.parent_problem);
  for (const Unreadable& unreadable : manifest.unreadable)
    line("unreadable", unreadable.name.str() + ": " + to_line(unreadable.why()));
  for (const ParameterName& name : manifest.vanished) line("vanished", name.str());
  text += facts_text(manifest.facts);
  return text;
}

void write_parameter(std::ostream& out, const Parameter& parameter, Reveal reveal) {
  const auto fields = show(parameter, reveal);
  std::size_t width = 0;
  for (const ShownField& field : fields) width = std::max(width, field.label.size());
  for (const ShownField& field : fields) {
    std::string_view rest = field.text.reveal();
    out << fmt::format("  {:<{}}  ", field.label, width);
    // Whoever wrote the parameter does not write to the terminal; only a value that was asked for
    // comes as it is. History is JSON, which escapes.
    const bool as_it_is = field.label == "value" || field.label == "history";
    const auto line = [as_it_is, &out](std::string_view text) {
      if (as_it_is)
        out << text;
      else
        out << printable(text, 4 * text.size());
    };
    // Further lines stand below the first.
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      line(rest.substr(0, end));
      out << '\n' << std::string(width + 4, ' ');
      rest.remove_prefix(end + 1);
    }
    line(rest);
    out << '\n';
  }
}

}  // namespace ssmb::report
