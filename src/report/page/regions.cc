// The Regions' rows, what could not be read, and the details for the audit.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "report/page/figures.h"
#include "report/page/overview_json.h"
#include "report/page/sections.h"
#include "snapshot/layout.h"

namespace ssmb::report {
namespace {

using engine::overview::Point;
using engine::overview::start_of;
using snapshot::Entry;
using snapshot::Manifest;

constexpr std::size_t kMostShown = 50;  // names in one list of the page

// The newest run, whatever came of it, and when.
Html state_of(const RegionView& region, const std::string& at) {
  if (region.failed) return badge("amiss", "failed");
  if (region.error) return badge("unknown", "not read");
  if (!region.newest) return badge("amiss", "no snapshot");
  const Point point = engine::overview::point_of(*region.newest, region.newest_held_back);
  return badge(point.is_good() ? "good" : "amiss", word_of(point)) + Html(" ") +
         time_figure(point.start, at + "/newest/start");
}

Html types_of(const Manifest& manifest, const std::string& at) {
  if (!manifest.types) return "not counted";
  Html words;
  for (const auto& each : *manifest.types) {
    if (!words.is_empty()) words += ", ";
    words +=
        count_figure(each.count, fmt::format("{}/types/{}", at, each.type)) + Html(" " + each.type);
  }
  return words.is_empty() ? Html("none") : words;
}

Html deletion_of(const RegionView& region, const std::string& at) {
  using Known = engine::Expiry::Known;
  if (!region.good) return "-";
  if (region.expiry.at) return day_figure(*region.expiry.at, at + "/expires");
  return region.expiry.known == Known::never ? "never" : "not known";
}

Html row_of(const Overview& overview, const RegionView& region, const std::string& at) {
  Html when = "none";
  Html age = "-";
  if (region.good) {
    when = time_figure(start_of(*region.good), at + "/good/start");
    age = age_figure(overview.now - start_of(*region.good), at + "/ageSeconds");
    if (overview.now - start_of(*region.good) > overview.max_age)
      age = badge("amiss", "too old") + Html(" ") + age;
    if (region.damage) when = badge("amiss", "not sound") + Html(" ") + when;
  }
  Html count = "-";
  Html types = "-";
  Html bytes = "-";
  Html took = "-";
  Html unreadable = "-";
  // Of a run that failed there are none, and those of the run before are not its.
  if (region.newest && !region.failed) {
    const std::string newest = at + "/newest";
    const Point point = engine::overview::point_of(*region.newest, region.newest_held_back);
    bytes = bytes_figure(point.bytes, newest + "/bytes");
    if (point.parameters) count = count_figure(*point.parameters, newest + "/parameterCount");
    if (point.took) took = ms_figure(*point.took, newest + "/durationMs");
    if (region.newest->manifest) {
      types = types_of(*region.newest->manifest, newest);
      unreadable = count_figure(point.unreadable, newest + "/unreadableCount");
    }
  }
  return Html::element(
      "tr", {{"role", "row"}},
      row_head("Region", region.region.str()) + cell("Newest run", state_of(region, at)) +
          cell("Newest good snapshot", when) + number_cell("Its age", age) +
          number_cell("Deleted on", deletion_of(region, at)) + number_cell("Parameters", count) +
          cell("By type", types) + number_cell("Unreadable", unreadable) +
          number_cell("Size", bytes) + number_cell("Took", took));
}

Html name_item(const ParameterName& name, std::string_view part, const Error& error,
               snapshot::Unreadable::Accepted accepted) {
  const bool is_accepted = accepted == snapshot::Unreadable::Accepted::yes;
  Html words = Html::element("code", name.str());
  if (!part.empty()) words += fmt::format(" (its {})", part);
  words += ": " + printable(to_line(error), 400);
  if (is_accepted) words += " (accepted)";
  return Html::element("li", words);
}

Html unreadable_of(const RegionView& region) {
  if (!region.newest || !region.newest->manifest) return {};
  const Manifest& manifest = *region.newest->manifest;
  std::vector<Html> items;
  for (const auto& each : manifest.unreadable)
    if (items.size() < kMostShown)
      items.push_back(name_item(each.name, "", each.why(), each.accepted));
  for (const auto& each : manifest.lacking)
    if (items.size() < kMostShown)
      items.push_back(name_item(each.name, to_string(each.part), each.why(), each.accepted));
  if (items.empty()) return {};
  const std::size_t count = manifest.unreadable.size() + manifest.lacking.size();
  if (count > items.size())
    items.push_back(Html::element(
        "li", fmt::format("and {} more: the manifest names all", count - items.size())));
  Html list;
  for (const Html& item : items) list += item;
  return Html::element("h3", fmt::format("Not read in {}", region.region)) +
         Html::element("ul", list);
}

Html term(std::string_view name, const Html& content) {
  return Html::element("div", Html::element("dt", name) + Html::element("dd", content));
}

Html code(const std::string& text) { return Html::element("code", text); }

Html details_of(const RegionView& region, const Entry& entry, const std::string& at) {
  Html list = term("Document", code(entry.document.str()));
  list += term("Size", bytes_figure(ByteCount{entry.size}, at + "/bytes"));
  if (const auto& manifest = entry.manifest) {
    list += term("SHA-256", code(to_hex(manifest->document.sha256)));
    list += term("Manifest", code(manifest_key(entry.id).str()));
    list += term("Its SHA-256", code(to_hex(entry.manifest_sha256)));
    list += term("Account", manifest->account.str());
    list += term("Run", code(manifest->run_id.str()));
    list += term("Made by", "ssm-backup " + manifest->tool_version);
    list += term("From", instant_figure(manifest->start, at + "/start"));
    list += term("To", instant_figure(manifest->end, at + "/end"));
    list += term("Depth", to_string(manifest->depth));
    list += term("Tags", to_string(manifest->tags));
  }
  return Html::element("h3", region.region.str()) + Html::element("dl", list);
}

}  // namespace

Html regions_section(const Overview& overview) {
  Html rows;
  Html unreadable;
  for (std::size_t i = 0; i < overview.regions.size(); ++i) {
    rows += row_of(overview, overview.regions[i], pointer_of(i));
    unreadable += unreadable_of(overview.regions[i]);
  }
  return Html::element(
      "section", {{"id", "regions"}},
      Html::element("h2", "Regions") +
          table("The newest run of each with its figures, and what can be restored",
                {"Region", "Newest run", "Newest good snapshot", Column::number("Its age"),
                 Column::number("Deleted on"), Column::number("Parameters"), "By type",
                 Column::number("Unreadable"), Column::number("Size"), Column::number("Took")},
                rows) +
          unreadable);
}

Html audit_section(const Overview& overview) {
  Html body = Html::element("h2", "For the audit: the newest good snapshots");
  for (std::size_t i = 0; i < overview.regions.size(); ++i) {
    const RegionView& region = overview.regions[i];
    if (region.good) body += details_of(region, *region.good, pointer_of(i) + "/good");
  }
  return Html::element("section", {{"id", "audit"}}, body);
}

}  // namespace ssmb::report
