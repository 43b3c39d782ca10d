#include "oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace ssmb::simulation {
namespace {

// The moments that overlap with [start, end].
std::vector<const Moment*> during(const std::vector<Moment>& history, Time start, Time end) {
  std::vector<const Moment*> out;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const bool over = i + 1 < history.size() && history[i + 1].from < start;
    if (history[i].from <= end && !over) out.push_back(&history[i]);
  }
  return out;
}

bool same_policies(const std::vector<Policy>& a, const std::vector<Policy>& b) {
  return std::ranges::equal(a, b, {}, &Policy::text, &Policy::text);
}

// Value and metadata, all of one moment.
bool same_version(const Parameter& record, const Moment& moment) {
  if (!moment.version) return false;
  const sandbox::ssm::Version& truth = *moment.version;
  return record.version == truth.number && record.value == truth.value &&
         record.type == moment.type && record.arn.str() == moment.arn &&
         record.last_modified_date == truth.modified && record.description == truth.description &&
         record.key_id.str() == truth.key_id && record.allowed_pattern == truth.allowed_pattern &&
         record.data_type == truth.data_type && record.tier == rules::to_string(truth.tier) &&
         same_policies(record.policies, truth.policies);
}

using Labels = std::vector<std::string>;

bool same_labels(Labels a, Labels b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

// Those of the version itself, and those of every older one that has some.
bool same_labels(const Parameter& record, const Moment& moment) {
  if (!moment.version || !record.labels || !record.labelled_versions) return false;
  std::vector<sandbox::ssm::Version> labelled;
  std::ranges::copy_if(moment.older, std::back_inserter(labelled),
                       [](const auto& version) { return !version.labels.empty(); });
  return same_labels(*record.labels, moment.version->labels) &&
         std::ranges::equal(*record.labelled_versions, labelled,
                            [](const VersionLabels& entry, const auto& truth) {
                              return entry.version == truth.number &&
                                     same_labels(entry.labels, truth.labels);
                            });
}

// As deep as the snapshot says.
bool same_past(const Parameter& record, const Moment& moment, snapshot::Depth depth) {
  if (depth == snapshot::Depth::current)
    return !record.labels && !record.labelled_versions && !record.history;
  if (!same_labels(record, moment)) return false;
  if (depth == snapshot::Depth::labels) return !record.history;
  return record.history &&
         std::ranges::equal(
             *record.history, moment.older, [](const HistoryEntry& entry, const auto& truth) {
               return entry.metadata.version == truth.number && entry.value == truth.value &&
                      entry.metadata.last_modified_date == truth.modified &&
                      same_labels(entry.labels, truth.labels);
             });
}

bool same_tags(const Parameter& record, const Moment& moment) {
  std::vector<Tag> truth;
  for (const auto& [key, value] : moment.tags) truth.push_back({.key = key, .value = value});
  std::ranges::sort(truth);
  return record.tags == truth;
}

}  // namespace

void Oracle::note(const Region& region, sandbox::ssm::Store& store, const std::string& name,
                  Time now) {
  Moment moment{.from = now, .version = {}, .older = {}, .type = {}, .arn = {}, .tags = {}};
  if (const auto* record = store.find(name)) {
    moment.version = record->current();
    moment.older.assign(record->versions.begin(), std::prev(record->versions.end()));
    moment.type = record->type;
    moment.arn = store.arn_prefix() + (name.starts_with('/') ? name.substr(1) : name);
    moment.tags = record->tags;
  }
  histories_[region][name].push_back(std::move(moment));
}

// Each record was true from one change to a later one; the last of the firsts must come before the
// first of the laters.
bool Oracle::share_a_moment(const Region& region, const snapshot::Manifest& manifest,
                            const std::vector<Parameter>& records) const {
  Time from = manifest.start;
  Time until = manifest.end;
  for (const Parameter& record : records) {
    const auto found = histories_.at(region).find(record.name.str());
    if (found == histories_.at(region).end()) return false;
    const History& history = found->second;
    std::optional<Time> first;
    Time last = manifest.end;
    for (const Moment& moment : history) {
      const bool fits = same_version(record, moment);
      if (fits && !first) first = moment.from;
      if (!fits && first) {
        last = moment.from;
        break;
      }
    }
    if (!first) return false;
    from = std::max(from, *first);
    until = std::min(until, last);
  }
  return from < until && holds_all_since(from, region, manifest, records);
}

// What was there from that moment to the end has been seen by the last listing.
bool Oracle::holds_all_since(Time from, const Region& region, const snapshot::Manifest& manifest,
                             const std::vector<Parameter>& records) const {
  std::set<std::string> told;
  for (const Parameter& record : records) told.insert(record.name.str());
  for (const auto& one : manifest.unreadable) told.insert(one.name.str());
  return std::ranges::all_of(histories_.at(region), [&](const auto& known) {
    const auto& [name, history] = known;
    if (told.contains(name) || !manifest.scope.matches(ParameterName(name))) return true;
    return history.front().from > from ||
           std::ranges::any_of(during(history, from, manifest.end),
                               [](const Moment* moment) { return !moment->version; });
  });
}

std::vector<std::string> Oracle::judge(const Region& region, const snapshot::Manifest& manifest,
                                       const std::vector<Parameter>& records) const {
  std::vector<std::string> wrong;
  const auto& histories = histories_.at(region);
  std::set<std::string> seen;
  for (const Parameter& record : records) {
    const std::string& name = record.name.str();
    if (!seen.insert(name).second) wrong.push_back(name + " stands twice");
    if (!manifest.scope.matches(record.name)) wrong.push_back(name + " is outside the scope");
    const auto history = histories.find(name);
    if (history == histories.end()) {
      wrong.push_back(name + " never existed");
      continue;
    }
    const auto moments = during(history->second, manifest.start, manifest.end);
    const auto as_it_was = [&](const Moment* m) {
      return same_version(record, *m) && same_past(record, *m, manifest.depth);
    };
    if (std::ranges::none_of(moments, as_it_was))
      wrong.push_back(fmt::format("{} version {} was never like that", name, record.version));
    const auto tagged = [&record](const Moment* m) { return same_tags(record, *m); };
    if (std::ranges::none_of(moments, tagged)) wrong.push_back(name + " never had those tags");
  }
  if (manifest.fence && manifest.fence->reached && !share_a_moment(region, manifest, records))
    wrong.emplace_back("the fence was reached, says the manifest, and was not");
  for (const auto& [name, history] : histories) {
    if (!manifest.scope.matches(ParameterName(name)) || seen.contains(name)) continue;
    const auto moments = during(history, manifest.start, manifest.end);
    const bool born_before = !history.empty() && history.front().from < manifest.start;
    const auto is_there = [](const Moment* m) { return m->version.has_value(); };
    if (born_before && !moments.empty() && std::ranges::all_of(moments, is_there))
      wrong.push_back(name + " was there all the time, and is missing");
  }
  return wrong;
}

}  // namespace ssmb::simulation
