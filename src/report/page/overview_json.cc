#include "report/page/overview_json.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/encoding.h"
#include "report/doctor_text.h"
#include "report/error_text.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using engine::Changes;
using engine::Difference;
using engine::Expiry;
using engine::doctor::Finding;
using engine::overview::Copy;
using engine::overview::Day;
using engine::overview::Drilled;
using engine::overview::Overview;
using engine::overview::Point;
using engine::overview::RegionView;
using engine::overview::SinceYesterday;
using snapshot::start_of;

std::int64_t ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}
std::int64_t seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

json::object to_json(const Changes& changes) {
  return {{"added", changes.added},
          {"removed", changes.removed},
          {"changed", changes.changed},
          {"total", changes.total()}};
}

json::object to_json(const Point& point) {
  json::object object{{"document", point.document.str()},
                      {"state", word_of(point)},
                      {"start", to_iso8601(point.start)}};
  if (!point.held_back.empty()) object["heldBack"] = point.held_back;
  if (point.took) object["durationMs"] = ms(*point.took);
  if (point.parameters) object["parameterCount"] = *point.parameters;
  object["unreadableCount"] = point.unreadable;
  object["bytes"] = point.bytes.value;
  return object;
}

json::object to_json(const Day& day) {
  json::object object{{"date", to_date(Time(day.date))}, {"state", word_of(day.state)}};
  if (day.point) object["snapshot"] = to_json(*day.point);
  if (day.changes) object["changes"] = to_json(*day.changes);
  return object;
}

json::array unreadable_of(const snapshot::Manifest& manifest) {
  json::array names;
  const auto is_full = [&names] { return names.size() >= kMostNames; };
  for (const auto& each : manifest.unreadable) {
    if (is_full()) break;
    names.push_back({{"name", each.name.str()},
                     {"accepted", each.accepted == snapshot::Unreadable::Accepted::yes},
                     {"error", error_json(each.why())}});
  }
  for (const auto& each : manifest.lacking) {
    if (is_full()) break;
    names.push_back({{"name", each.name.str()},
                     {"accepted", each.accepted == snapshot::Unreadable::Accepted::yes},
                     {"part", to_string(each.part)},
                     {"error", error_json(each.why())}});
  }
  return names;
}

json::object to_json(const snapshot::Entry& entry, std::string held_back) {
  json::object object = to_json(engine::overview::point_of(entry, std::move(held_back)));
  if (!entry.problem.empty()) object["problem"] = entry.problem;
  if (!entry.manifest) return object;
  const snapshot::Manifest& manifest = *entry.manifest;
  if (manifest.types) {
    json::object types;
    for (const auto& each : *manifest.types) types[each.type] = each.count;
    object["types"] = std::move(types);
  }
  if (!manifest.incomplete_because.empty())
    object["incompleteBecause"] = manifest.incomplete_because;
  object["unreadable"] = unreadable_of(manifest);
  object["end"] = to_iso8601(manifest.end);
  object["runId"] = manifest.run_id.str();
  object["account"] = manifest.account.str();
  object["toolVersion"] = manifest.tool_version;
  object["scope"] = manifest.scope.to_json();
  object["depth"] = to_string(manifest.depth);
  object["tags"] = to_string(manifest.tags);
  object["sha256"] = to_hex(manifest.document.sha256);
  object["manifestKey"] = manifest_key(entry.id).str();
  object["manifestSha256"] = to_hex(entry.manifest_sha256);
  return object;
}

json::object to_json(const SinceYesterday& since) {
  json::array names;
  for (const Difference& each : since.diff.differences) {
    if (names.size() >= kMostNames) break;
    json::array fields;
    for (const std::string_view key : keys_of(each.fields)) fields.push_back(json::string(key));
    names.push_back(
        {{"name", each.name.str()}, {"change", change_word(each)}, {"fields", std::move(fields)}});
  }
  json::array unknown;
  for (const auto& each : since.diff.not_compared) {
    if (unknown.size() >= kMostNames) break;
    unknown.push_back(json::string(each.name.view()));
  }
  return {{"from", to_json(since.from)},       {"counts", to_json(count(since.diff))},
          {"sameCount", since.diff.same},      {"notComparedCount", since.diff.not_compared.size()},
          {"notCompared", std::move(unknown)}, {"parameters", std::move(names)}};
}

json::object to_json(const Copy& copy, Time now) {
  json::object object{{"repository", copy.repository}};
  if (copy.error) {
    object["error"] = error_json(*copy.error);
    return object;
  }
  object["newest"] = copy.newest ? json::value(to_json(*copy.newest)) : json::value();
  if (copy.newest) object["ageSeconds"] = seconds(now - copy.newest->start);
  object["lackingCount"] = copy.lacking;
  return object;
}

std::string_view word_of(Drilled::InStore in_store) {
  switch (in_store) {
    case Drilled::InStore::not_asked: return "not asked";
    case Drilled::InStore::proven: return "proven";
    case Drilled::InStore::not_proven: return "not proven";
    case Drilled::InStore::not_tried: break;
  }
  return "not tried";
}

json::object to_json(const Drilled& drill, Time now) {
  return {{"from", drill.from},
          {"drilledAt", to_iso8601(drill.at)},
          {"ageSeconds", seconds(now - drill.at)},
          {"snapshot", drill.snapshot},
          {"proven", drill.proven},
          {"parameterCount", drill.parameters},
          {"notProvenCount", drill.not_proven},
          {"unreadableCount", drill.unreadable},
          {"shrunken", drill.shrunken},
          {"rpoSeconds", seconds(drill.rpo)},
          {"rtoSeconds", seconds(drill.rto)},
          {"rtoBoundedBy", drill.bounded_by},
          {"inStore", word_of(drill.in_store)}};
}

json::object to_json(const RegionView& region, const Overview& overview) {
  json::object object{{"region", region.region.str()},
                      {"repository", region.repository},
                      {"safe", is_safe(overview, region)}};
  if (region.failed) object["lastRunFailed"] = {{"message", region.failed->message}};
  if (region.error) {
    object["error"] = error_json(*region.error, overview.account);
    return object;
  }
  if (region.newest) object["newest"] = to_json(*region.newest, region.newest_held_back);
  if (region.good) {
    object["good"] = to_json(*region.good, {});
    object["ageSeconds"] = seconds(overview.now - start_of(*region.good));
    object["expires"] =
        region.expiry.at ? json::value(json::string(to_iso8601(*region.expiry.at))) : json::value();
    object["expiryKnown"] = region.expiry.known != Expiry::Known::unknown;
  }
  if (region.damage) object["damage"] = error_json(*region.damage, overview.account);
  if (!region.pointer_problem.empty()) object["pointerProblem"] = region.pointer_problem;
  json::array days;
  for (const Day& day : region.days) days.push_back(to_json(day));
  object["days"] = std::move(days);
  if (region.since) object["sinceYesterday"] = to_json(*region.since);
  if (region.since_unknown) object["sinceYesterdayError"] = error_json(*region.since_unknown);
  json::array copies;
  for (const Copy& copy : region.copies) copies.push_back(to_json(copy, overview.now));
  object["copies"] = std::move(copies);
  if (region.drill) object["drill"] = to_json(*region.drill, overview.now);
  if (!region.drill_problem.empty()) object["drillProblem"] = region.drill_problem;
  return object;
}

}  // namespace

std::string_view word_of(Day::State state) {
  switch (state) {
    case Day::State::good: return "good";
    case Day::State::not_good: return "not good";
    case Day::State::none: return "none";
    case Day::State::before_first: return "before the first";
    case Day::State::open: break;
  }
  return "not yet";
}

std::string_view word_of(const Point& point) {
  return point.held_back.empty() ? to_string(point.state) : "held back";
}

json::object overview_json(const Overview& overview, const engine::overview::Judged& judged) {
  json::array findings;
  for (const Finding& finding : judged.findings) findings.push_back(finding_json(finding));
  json::array regions;
  for (const RegionView& region : overview.regions) regions.push_back(to_json(region, overview));
  const auto amiss = std::ranges::count(judged.findings, Finding::State::amiss, &Finding::state);
  return {{"format", 1},
          {"environment", overview.env.str()},
          {"account", overview.account.str()},
          {"onlyNamedRegions", overview.asked == Overview::Regions::named},
          {"reportedAt", to_iso8601(overview.now)},
          {"verdict",
           {{"state", to_string(judged.verdict.state)}, {"sentence", judged.verdict.sentence}}},
          {"objectives",
           {{"maxAgeSeconds", seconds(overview.max_age)},
            {"maxDrillAgeSeconds", seconds(overview.max_drill_age)}}},
          {"amissCount", amiss},
          {"findings", std::move(findings)},
          {"regions", std::move(regions)}};
}

}  // namespace ssmb::report
