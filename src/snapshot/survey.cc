#include "snapshot/survey.h"

#include <algorithm>
#include <set>

#include "snapshot/catalogue.h"

namespace ssmb::snapshot {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days day_of(Time time) { return std::chrono::floor<days>(time); }

std::vector<Days> days_without(const std::vector<Entry>& entries, Time now) {
  std::set<sys_days> covered;
  for (const Entry& entry : entries)
    if (is_good(entry)) covered.insert(day_of(entry.id.time));
  std::vector<Days> without;
  if (covered.empty()) return without;
  // Today's may still come; what lies ahead says nothing of the days between.
  const sys_days today = day_of(now);
  for (sys_days day = *covered.begin(); day < today; day += days{1}) {
    if (covered.contains(day)) continue;
    if (!without.empty() && without.back().last + days{1} == day)
      without.back().last = day;
    else
      without.push_back({.first = day, .last = day});
  }
  return without;
}

// Full and partial ones share their manifest's key.
SnapshotId by_manifest(SnapshotId id) {
  id.extent = SnapshotId::Extent::full;
  return id;
}

std::vector<GoneParent> gone_parents(const std::vector<Entry>& entries) {
  std::set<SnapshotId> there;
  for (const Entry& entry : entries)
    if (entry.manifest) there.insert(by_manifest(entry.id));
  std::vector<GoneParent> gone;
  for (const Entry& entry : entries) {
    if (!entry.manifest || !entry.manifest->parent) continue;
    const ObjectKey& key = entry.manifest->parent->key;
    const auto parent = parse_manifest_key(key.view());
    if (!parent || there.contains(*parent) || there.empty()) continue;
    if (there.begin()->time < parent->time)
      gone.push_back({.manifest = manifest_key(entry.id), .parent = key});
  }
  return gone;
}

}  // namespace

Survey survey(const std::vector<Entry>& entries, const std::vector<SnapshotId>& indexes, Time now) {
  Survey found{.without = days_without(entries, now), .gone = gone_parents(entries), .strays = {}};
  std::set<SnapshotId> there;  // by a document or a manifest
  for (const Entry& entry : entries) there.insert(by_manifest(entry.id));
  for (const SnapshotId& id : indexes)
    if (!there.contains(id))
      found.strays.push_back(
          {.key = index_key(id), .what = "is an index whose document and manifest are gone"});
  return found;
}

}  // namespace ssmb::snapshot
