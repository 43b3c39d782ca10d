#include "report/verify_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "report/compared_text.h"
#include "report/snapshot_text.h"
#include "report/survey_text.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

using snapshot::Finding;
using snapshot::State;
using snapshot::UnreadObject;

bool is_unfinished(const Verified& one) { return one.entry.state == State::unfinished; }

// A run that did not end is what it is; unless it was asked for by name it is not read.
bool is_skipped(const Verified& one) { return is_unfinished(one) && one.found.sound(); }

// Old ones have no hashes: that they are JSON, and hold as many parameters as they say, is all.
std::string_view sound_as(const snapshot::Entry& entry) {
  if (entry.state == State::old) return "old, readable";
  const bool partial = entry.id.extent == snapshot::SnapshotId::Extent::partial;
  if (entry.state == State::incomplete)
    return partial ? "sound, incomplete, partial" : "sound, incomplete";
  return partial ? "sound, partial" : "sound";
}

std::string_view result_of(const Verified& one) {
  if (is_skipped(one)) return "unfinished, not read";
  if (is_unfinished(one)) return "UNFINISHED";
  if (one.found.sound()) return sound_as(one.entry);
  if (one.found.findings.empty()) return "UNREAD";
  return is_itself_sound(one) ? "PARENT ALTERED" : "ALTERED";
}

// What is wrong with a Region decides what to do; the graver one counts.
enum class Cause { none, pointer, nothing_there, unfinished, altered };

Cause cause_of(const Checked& checked, const Region& region) {
  Cause worst = Cause::none;
  bool any = false;
  const auto add = [&worst](Cause cause) { worst = std::max(worst, cause); };
  for (const Verified& one : checked.snapshots) {
    if (one.region != region) continue;
    any = true;
    if (one.found.findings.empty()) continue;
    add(is_unfinished(one) ? Cause::unfinished : Cause::altered);
  }
  const bool pointer = std::ranges::any_of(
      checked.pointers, [&region](const auto& wrong) { return wrong.first == region; });
  if (pointer) add(any ? Cause::pointer : Cause::nothing_there);
  for (const auto& [of, survey] : checked.surveys)
    if (of == region && !survey.strays.empty()) add(Cause::altered);
  return worst;
}

std::string_view step_of(Cause cause) {
  switch (cause) {
    case Cause::none: break;
    case Cause::pointer: return "run a backup: a complete one mends the pointer";
    case Cause::nothing_there:
      return "run a backup: no complete snapshot is there; if one should be, find out who removed "
             "it";
    case Cause::unfinished: return "run a backup: what a run left that did not end is no snapshot";
    case Cause::altered:
      return "restore only from what `ssm-backup verify --all` calls sound, and find out who "
             "wrote the others";
  }
  return "";
}

std::vector<Region> regions_of(const Checked& checked) {
  std::vector<Region> regions;
  const auto add = [&regions](const Region& region) {
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  };
  for (const Verified& one : checked.snapshots) add(one.region);
  for (const auto& [region, finding] : checked.pointers) add(region);
  for (const auto& [region, survey] : checked.surveys) add(region);
  return regions;
}

std::string next_lines(const Checked& checked) {
  std::string text;
  for (const Region& region : regions_of(checked)) {
    const Cause cause = cause_of(checked, region);
    if (cause == Cause::none) continue;
    text += fmt::format("next: {}: {}", region, step_of(cause));
    if (const Verified* sound = newest_sound(checked, region)) {
      text += fmt::format("; the newest sound snapshot is {}: --snapshot {}",
                          age(sound->entry, checked.now), sound->entry.document);
    }
    text += '\n';
  }
  return text;
}

std::string finding_lines(const Checked& checked) {
  std::string text;
  const auto add = [&text](const auto& key, std::string_view what) {
    text += fmt::format("{}: {}\n", key, printable(what, 1000));
  };
  const auto unread = [](const Error& error) { return "not read: " + to_line(error); };
  for (const Verified& one : checked.snapshots) {
    for (const Finding& finding : one.found.findings) add(finding.key, finding.what);
    for (const UnreadObject& object : one.found.unread) add(object.key, unread(object.error));
  }
  for (const auto& [region, finding] : checked.pointers)
    add(fmt::format("{}: {}", region, finding.key), finding.what);
  for (const auto& [region, survey] : checked.surveys)
    for (const Finding& finding : survey.strays) add(finding.key, finding.what);
  for (const auto& [region, object] : checked.unread_pointers)
    add(fmt::format("{}: {}", region, object.key), unread(object.error));
  for (const auto& [region, error] : checked.unread) add(region, "not verified: " + to_line(error));
  return text;
}

boost::json::object json_of(const Verified& one);

boost::json::object json_of(const Finding& finding) {
  return {{"key", finding.key.str()}, {"what", finding.what}};
}

boost::json::object json_of(const UnreadObject& object) {
  boost::json::object out{{"key", object.key.str()}, {"what", to_line(object.error)}};
  if (!object.error.next.empty()) out["next"] = object.error.next;
  return out;
}

template <class T>
boost::json::array json_of(const std::vector<T>& list) {
  boost::json::array out;
  for (const T& item : list) out.push_back(json_of(item));
  return out;
}

template <class T>
boost::json::array json_of(const std::vector<std::pair<Region, T>>& list) {
  boost::json::array out;
  for (const auto& [region, item] : list) {
    boost::json::object object = json_of(item);
    object["region"] = region.str();
    out.push_back(std::move(object));
  }
  return out;
}

boost::json::object json_of(const Verified& one) {
  boost::json::value sound = one.found.sound();
  if (one.found.findings.empty() && (is_skipped(one) || !one.found.sound())) sound = nullptr;
  return {{"region", one.region.str()},
          {"key", one.entry.document.str()},
          {"state", to_string(one.entry.state)},
          {"sound", sound},
          {"parameterCount", one.found.parameter_count},
          {"bytes", one.found.bytes},
          {"chain", to_string(one.found.chain)},
          {"findings", json_of(one.found.findings)},
          {"unread", json_of(one.found.unread)}};
}

boost::json::array next_json(const Checked& checked) {
  boost::json::array out;
  for (const Region& region : regions_of(checked)) {
    const Cause cause = cause_of(checked, region);
    if (cause == Cause::none) continue;
    boost::json::object next{{"region", region.str()}, {"step", step_of(cause)}};
    if (const Verified* sound = newest_sound(checked, region)) {
      next["newestSound"] = sound->entry.document.str();
      next["newestSoundTime"] = to_iso8601(sound->entry.id.time);
    }
    out.push_back(std::move(next));
  }
  return out;
}

}  // namespace

bool is_sound(const Checked& checked) {
  const auto has_none = [](const Verified& one) { return one.found.findings.empty(); };
  const auto has_no_stray = [](const auto& survey) { return survey.second.strays.empty(); };
  return checked.pointers.empty() && std::ranges::all_of(checked.snapshots, has_none) &&
         std::ranges::all_of(checked.surveys, has_no_stray) &&
         std::ranges::all_of(checked.copies, is_same);
}

const Error* first_unread(const Checked& checked) {
  if (!checked.unread.empty()) return &checked.unread.front().second;
  if (!checked.unread_pointers.empty()) return &checked.unread_pointers.front().second.error;
  for (const Verified& one : checked.snapshots)
    if (!one.found.unread.empty()) return &one.found.unread.front().error;
  return first_unread(checked.copies);
}

bool is_itself_sound(const Verified& one) {
  const auto of_parent = [&one](const auto& each) {
    return one.entry.manifest && one.entry.manifest->parent &&
           each.key == one.entry.manifest->parent->key;
  };
  return std::ranges::all_of(one.found.findings, of_parent) &&
         std::ranges::all_of(one.found.unread, of_parent);
}

const Verified* newest_sound(const Checked& checked, const Region& region) {
  const Verified* newest = nullptr;
  for (const Verified& one : checked.snapshots) {
    const bool counts = one.region == region && one.entry.state == State::complete &&
                        one.entry.id.extent == snapshot::SnapshotId::Extent::full &&
                        is_itself_sound(one);
    if (counts && (newest == nullptr || newest->entry.id.time < one.entry.id.time)) newest = &one;
  }
  return newest;
}

std::string checked_text(const Checked& checked) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "RESULT"},
               {.title = "PARAMETERS", .align = right},
               {.title = "READ", .align = right},
               {.title = "CHAIN"},
               {.title = "KEY", .place = Table::Column::Place::below}});
  for (const Verified& one : checked.snapshots) {
    table.add({one.region.str(), std::string(result_of(one)),
               std::to_string(one.found.parameter_count), to_human(ByteCount{one.found.bytes}),
               std::string(to_string(one.found.chain)), one.entry.document.str()});
  }
  std::string text;
  if (!table.empty()) text = table.render() + '\n';
  for (const auto& [region, survey] : checked.surveys)
    text += survey_lines(checked, region, survey);
  text += finding_lines(checked) + next_lines(checked);
  if (!checked.copies.empty()) text += compared_text(checked.copies) + '\n';
  if (!is_sound(checked) || first_unread(checked) != nullptr) return text;
  const auto skipped = std::ranges::count_if(checked.snapshots, is_skipped);
  if (skipped == 0) return text + "all sound: re-read, re-hashed, re-parsed\n";
  return text +
         fmt::format("sound: re-read, re-hashed, re-parsed; {} unfinished, not read\n", skipped);
}

boost::json::object checked_json(const Checked& checked) {
  boost::json::array unread;
  for (const auto& [region, error] : checked.unread)
    unread.push_back({{"region", region.str()}, {"what", to_line(error)}});
  boost::json::array regions;
  for (const auto& [region, survey] : checked.surveys)
    regions.push_back(survey_json(checked, region, survey));
  return {{"snapshots", json_of(checked.snapshots)},
          {"regions", std::move(regions)},
          {"unfinishedCount", std::ranges::count_if(checked.snapshots, is_unfinished)},
          {"pointers", json_of(checked.pointers)},
          {"unreadPointers", json_of(checked.unread_pointers)},
          {"unreadRegions", std::move(unread)},
          {"copies", compared_json(checked.copies)},
          {"next", next_json(checked)}};
}

}  // namespace ssmb::report
