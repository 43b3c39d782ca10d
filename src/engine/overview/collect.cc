#include "engine/overview/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/overview/days.h"
#include "engine/overview/drill_record.h"
#include "snapshot/as_of.h"
#include "snapshot/guard.h"
#include "snapshot/standing.h"

namespace ssmb::engine::overview {
namespace {

using snapshot::Entry;
using snapshot::FollowedPointer;
using snapshot::Repository;
using snapshot::Snapshot;
using snapshot::SnapshotId;
using snapshot::State;

// A run that is under way, or another machine's clock.
constexpr Duration kAheadOfUs = std::chrono::minutes{15};
// A daily job does not begin at the same second each day.
constexpr Duration kAboutADay = std::chrono::hours{20};

std::uint64_t unaccepted(const snapshot::Manifest& manifest) {
  std::set<ParameterName> names;
  for (const auto& each : manifest.unreadable)
    if (each.accepted == snapshot::Unreadable::Accepted::no) names.insert(each.name);
  for (const auto& each : manifest.lacking)
    if (each.accepted == snapshot::Unreadable::Accepted::no) names.insert(each.name);
  return names.size();
}

class Look {
 public:
  Look(Runtime& runtime, Repository& repository, LookOptions options, CallScope scope)
      : runtime_(runtime),
        repository_(repository),
        options_(std::move(options)),
        scope_(std::move(scope)) {}

  ResultTask<RegionView> run() {
    view_.region = options_.region;
    view_.repository = repository_.describe();
    SSMB_CO_TRY_VOID(co_await read_snapshots());
    SSMB_CO_TRY_VOID(co_await follow());
    SSMB_CO_TRY_VOID(co_await count_changes());
    SSMB_CO_TRY_VOID(co_await compare_with_yesterday());
    for (const CopyPlace& copy : options_.copies) SSMB_CO_TRY_VOID(co_await look_at(copy));
    SSMB_CO_TRY_VOID(co_await find_drill());
    co_return std::move(view_);
  }

 private:
  ResultTask<void> read_snapshots();
  ResultTask<void> follow();
  ResultTask<void> count_changes();
  ResultTask<void> compare_with_yesterday();
  ResultTask<void> look_at(const CopyPlace& place);
  ResultTask<Copy> look_into(const CopyPlace& place);
  ResultTask<void> find_drill();
  const Entry* entry_of(const ObjectKey& document) const;

  Runtime& runtime_;
  Repository& repository_;
  LookOptions options_;
  CallScope scope_;
  RegionView view_;
  std::vector<Entry> entries_;  // of the default scope, newest first
  std::vector<Point> points_;   // of the same
};

ResultTask<void> Look::read_snapshots() {
  SSMB_CO_TRY(listed, co_await snapshot::list_snapshots(repository_, options_.env, options_.region,
                                                        scope_));
  snapshot::ShrinkGuard guard(repository_, options_.env, options_.region, scope_);
  for (Entry& entry : listed) {
    if (entry.id.extent == SnapshotId::Extent::partial) continue;
    if (start_of(entry) > options_.now + kAheadOfUs) continue;
    SSMB_CO_TRY(objection, co_await guard.objection(entry));
    points_.push_back(point_of(entry, objection));
    entries_.push_back(std::move(entry));
    if (!view_.newest) {
      view_.newest = entries_.back();
      view_.newest_held_back = objection;
    }
    if (!view_.good && points_.back().is_good()) view_.good = entries_.back();
  }
  view_.days = last_days(points_, options_.now, options_.days);
  co_return Result<void>{};
}

const Entry* Look::entry_of(const ObjectKey& document) const {
  const auto entry = std::ranges::find(entries_, document, &Entry::document);
  return entry == entries_.end() ? nullptr : &*entry;
}

ResultTask<void> Look::follow() {
  if (!view_.good) co_return Result<void>{};
  const ObjectKey pointer = snapshot::latest_key(options_.region);
  SSMB_CO_TRY(followed, co_await snapshot::follow_pointer(repository_, options_.env,
                                                          options_.region, pointer, scope_));
  if (followed.unread)
    view_.pointer_problem = to_line(*followed.unread);
  else if (followed.end != FollowedPointer::End::snapshot)
    view_.pointer_problem = followed.wrong;
  else if (followed.target != view_.good->document)
    view_.pointer_problem = fmt::format("names {}", printable(followed.target.view(), 200));
  co_return Result<void>{};
}

// Between the newest good snapshots of one day and the good day before it. Those without an index
// cannot be told apart so cheaply: nothing is said of them.
ResultTask<void> Look::count_changes() {
  std::optional<std::vector<snapshot::IndexEntry>> before;
  std::string version;
  for (Day& day : view_.days) {
    if (day.state != Day::State::good) continue;
    const Entry* entry = entry_of(day.point->document);
    if (entry == nullptr || !entry->manifest) {
      before.reset();
      continue;
    }
    auto index = co_await Snapshot::of(repository_, *entry).read_index(scope_);
    if (!index && index.error().kind == ErrorKind::cancelled)
      co_return fail(std::move(index).error());
    if (!index) {
      before.reset();
      continue;
    }
    const std::string& now = entry->manifest->tool_version;
    if (before)
      day.changes = changes_between(*before, *index,
                                    now == version ? ChangedBy::content : ChangedBy::version);
    before = *std::move(index);
    version = now;
  }
  co_return Result<void>{};
}

ResultTask<void> Look::compare_with_yesterday() {
  if (!view_.good) co_return Result<void>{};
  const Time limit = start_of(*view_.good) - kAboutADay;
  const Point* from = nullptr;
  for (const Point& point : points_) {
    if (!point.is_good() || point.document == view_.good->document) continue;
    from = &point;
    if (point.start <= limit) break;
  }
  if (from == nullptr) co_return Result<void>{};
  auto diff = co_await engine::diff(runtime_, Snapshot::of(repository_, *entry_of(from->document)),
                                    Snapshot::of(repository_, *view_.good), {}, scope_);
  if (diff)
    view_.since = SinceYesterday{.from = *from, .diff = *std::move(diff)};
  else if (diff.error().kind == ErrorKind::cancelled)
    co_return fail(std::move(diff).error());
  else
    view_.since_unknown = std::move(diff).error();
  co_return Result<void>{};
}

ResultTask<void> Look::look_at(const CopyPlace& place) {
  auto copy = co_await look_into(place);
  if (!copy && copy.error().kind == ErrorKind::cancelled) co_return fail(std::move(copy).error());
  if (copy)
    view_.copies.push_back(*std::move(copy));
  else
    view_.copies.push_back(
        {.repository = place.name, .newest = {}, .lacking = 0, .error = std::move(copy).error()});
  co_return Result<void>{};
}

ResultTask<Copy> Look::look_into(const CopyPlace& place) {
  if (place.error) co_return fail(*place.error);
  Copy copy{.repository = place.name, .newest = {}, .lacking = 0, .error = {}};
  SSMB_CO_TRY(as_of,
              co_await snapshot::complete_as_of(*place.repository, options_.env, options_.region,
                                                options_.now + kAheadOfUs, scope_));
  if (as_of.found) copy.newest = point_of(*as_of.found, {});
  SSMB_CO_TRY(ids, co_await snapshot::manifest_ids(*place.repository, options_.env, options_.region,
                                                   scope_));
  std::set<Time> there;
  for (const SnapshotId& id : ids) there.insert(id.time);
  for (const Entry& entry : entries_)
    if (entry.state == State::complete && !there.contains(entry.id.time)) ++copy.lacking;
  co_return copy;
}

// The newest record that can be read: one that cannot is as good as none, and the next drill's
// stands beside it.
ResultTask<void> Look::find_drill() {
  std::vector<ObjectKey> keys;
  SSMB_CO_TRY_VOID(co_await repository_.list(
      snapshot::drills_prefix(options_.env, options_.region),
      [&keys](const std::vector<snapshot::ListedKey>& page) {
        for (const auto& each : page) keys.push_back(each.key);
        return true;
      },
      scope_));
  for (auto key = keys.rbegin(); key != keys.rend() && !view_.drill; ++key) {
    const auto object = co_await repository_.get(*key, scope_);
    if (!object && object.error().kind == ErrorKind::cancelled) co_return fail(object.error());
    if (!object) continue;
    const auto json = parse_json(object->bytes.view());
    if (!json) continue;
    if (auto drilled = read_drilled(*json, key->str())) view_.drill = *std::move(drilled);
  }
  co_return Result<void>{};
}

}  // namespace

Time start_of(const Entry& entry) { return entry.manifest ? entry.manifest->start : entry.id.time; }

Point point_of(const Entry& entry, std::string held_back) {
  Point point{.document = entry.document,
              .state = entry.state,
              .held_back = std::move(held_back),
              .start = start_of(entry),
              .took = {},
              .parameters = {},
              .unreadable = 0,
              .bytes = ByteCount{entry.size}};
  if (!entry.manifest) return point;
  point.took = entry.manifest->end - entry.manifest->start;
  point.parameters = entry.manifest->parameter_count;
  point.unreadable = unaccepted(*entry.manifest);
  return point;
}

ResultTask<RegionView> look(Runtime& runtime, Repository& repository, LookOptions options,
                            CallScope scope) {
  Look look(runtime, repository, std::move(options), std::move(scope));
  co_return co_await look.run();
}

}  // namespace ssmb::engine::overview
