#include "report/verify_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

using snapshot::Finding;
using snapshot::State;

bool is_unfinished(const Verified& one) { return one.entry.state == State::unfinished; }

// A run that did not end is what it is; unless it was asked for by name it is not read.
bool is_unread(const Verified& one) { return is_unfinished(one) && one.found.findings.empty(); }

std::string result_of(const Verified& one) {
  if (is_unread(one)) return "unfinished, not read";
  if (is_unfinished(one)) return "UNFINISHED";
  if (one.found.findings.empty()) return "sound";
  const bool parent_only = std::ranges::all_of(one.found.findings, [&one](const Finding& finding) {
    return one.entry.manifest && one.entry.manifest->parent &&
           finding.key == one.entry.manifest->parent->key;
  });
  return parent_only ? "PARENT ALTERED" : "ALTERED";
}

boost::json::object json_of(const Finding& finding) {
  return {{"key", finding.key.str()}, {"what", finding.what}};
}

}  // namespace

bool is_sound(const Checked& checked) {
  return checked.pointers.empty() && std::ranges::all_of(checked.snapshots, [](const auto& one) {
           return one.found.findings.empty();
         });
}

std::string checked_text(const Checked& checked) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "RESULT"},
               {.title = "PARAMETERS", .align = right},
               {.title = "READ", .align = right},
               {.title = "CHAIN"},
               {.title = "KEY", .place = Table::Column::Place::below}});
  std::string findings;
  for (const Verified& one : checked.snapshots) {
    table.add({one.region.str(), result_of(one), std::to_string(one.found.parameter_count),
               to_human(ByteCount{one.found.bytes}), std::string(to_string(one.found.chain)),
               one.entry.document.str()});
    for (const Finding& finding : one.found.findings)
      findings += fmt::format("{}: {}\n", finding.key, printable(finding.what, 1000));
  }
  for (const auto& [region, finding] : checked.pointers)
    findings += fmt::format("{}: {}: {}\n", region, finding.key, printable(finding.what, 1000));
  for (const auto& [region, error] : checked.unread)
    findings += fmt::format("{}: not verified: {}\n", region, printable(to_line(error), 1000));
  const auto unread = std::ranges::count_if(checked.snapshots, is_unread);
  std::string text = checked.snapshots.empty() ? "no snapshots\n" : table.render();
  if (!findings.empty()) text += '\n' + findings;
  if (!is_sound(checked))
    return text +
           "next: restore only from what `ssm-backup verify --all` calls sound, and find out who "
           "wrote the others\n";
  if (checked.snapshots.empty() || !checked.unread.empty()) return text;
  if (unread == 0) return text + "\nall sound: re-read, re-hashed, re-parsed\n";
  return text +
         fmt::format("\nsound: re-read, re-hashed, re-parsed; {} unfinished, not read\n", unread);
}

boost::json::object checked_json(const Checked& checked) {
  boost::json::array snapshots;
  for (const Verified& one : checked.snapshots) {
    boost::json::array findings;
    for (const Finding& finding : one.found.findings) findings.push_back(json_of(finding));
    boost::json::value sound = one.found.findings.empty();
    if (is_unread(one)) sound = nullptr;
    snapshots.push_back({{"region", one.region.str()},
                         {"key", one.entry.document.str()},
                         {"state", to_string(one.entry.state)},
                         {"sound", sound},
                         {"parameterCount", one.found.parameter_count},
                         {"bytes", one.found.bytes},
                         {"chain", to_string(one.found.chain)},
                         {"findings", std::move(findings)}});
  }
  boost::json::array pointers;
  for (const auto& [region, finding] : checked.pointers) {
    boost::json::object pointer = json_of(finding);
    pointer["region"] = region.str();
    pointers.push_back(std::move(pointer));
  }
  boost::json::array unread;
  for (const auto& [region, error] : checked.unread)
    unread.push_back({{"region", region.str()}, {"what", to_line(error)}});
  return {{"snapshots", std::move(snapshots)},
          {"unfinishedCount", std::ranges::count_if(checked.snapshots, is_unfinished)},
          {"pointers", std::move(pointers)},
          {"unreadRegions", std::move(unread)}};
}

}  // namespace ssmb::report
