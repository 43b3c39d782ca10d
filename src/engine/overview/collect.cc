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

ChangedBy by_of(const snapshot::Manifest& from, const snapshot::Manifest& to) {
  const bool alike =
      from.tool_version == to.tool_version && from.depth == to.depth && from.tags == to.tags;
  return alike ? ChangedBy::content : ChangedBy::version;
}

std::set<ParameterName> unread_by(const snapshot::Manifest& from, const snapshot::Manifest& to) {
  std::set<ParameterName> names;
  for (const snapshot::Manifest* manifest : {&from, &to})
    for (const auto& each : manifest->unreadable) names.insert(each.name);
  return names;
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
    SSMB_CO_TRY_VOID(co_await prove_good());
    for (const CopyPlace& copy : options_.copies) SSMB_CO_TRY_VOID(co_await look_at(copy));
    SSMB_CO_TRY_VOID(co_await find_drill());
    co_return std::move(view_);
  }

 private:
  ResultTask<void> read_snapshots();
  ResultTask<void> follow();
  ResultTask<void> count_changes();
  ResultTask<void> compare_with_yesterday();
  ResultTask<void> prove_good();
  ResultTask<void> look_at(const CopyPlace& place);
  ResultTask<std::uint64_t> lacking_in(Repository& copy);
  ResultTask<Copy> look_into(const CopyPlace& place);
  ResultTask<void> find_drill();
  Result<Drilled> read(const ObjectKey& key, const Result<snapshot::StoredObject>& object);
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
    if (start_of(entry) > options_.now + snapshot::kAhead) continue;
    SSMB_CO_TRY(objection, co_await guard.objection(entry));
    // The oldest layout: such a document lies in every Region's list.
    if (entry.id.region.empty()) objection = "its key names no Region: whose it is nobody can say";
    points_.push_back(point_of(entry, objection));
    view_.documents.insert(entry.document);
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
  const snapshot::Manifest* from = nullptr;
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
      if (entry->document == view_.good->document) view_.damage = std::move(index).error();
      before.reset();
      continue;
    }
    const snapshot::Manifest& to = *entry->manifest;
    if (before)
      day.changes = changes_between(*before, *index, by_of(*from, to), unread_by(*from, to));
    before = *std::move(index);
    from = &to;
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

// What the comparison has read is proven; else it is read here: "safe" is no word for bytes that
// nobody has looked at.
ResultTask<void> Look::prove_good() {
  if (!view_.good || view_.since || view_.damage) co_return Result<void>{};
  std::uint64_t count = 0;
  auto read = co_await Snapshot::of(repository_, *view_.good)
                  .read_all(
                      [&count](const snapshot::DocumentRecord&) {
                        ++count;
                        return Result<void>{};
                      },
                      scope_);
  if (!read && read.error().kind == ErrorKind::cancelled) co_return fail(std::move(read).error());
  if (!read)
    view_.damage = std::move(read).error();
  else if (count == 0 && view_.good->state == State::old)
    view_.damage = Error{
        .kind = ErrorKind::corrupt, .what = "it holds no parameters", .fault = {}, .next = {}};
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
                                                options_.now + snapshot::kAhead, scope_));
  if (as_of.found) copy.newest = point_of(*as_of.found, {});
  SSMB_CO_TRY(lacking, co_await lacking_in(*place.repository));
  copy.lacking = lacking;
  co_return copy;
}

// By the names of both: of a snapshot that is in both a manifest without its document would be
// nothing.
ResultTask<std::uint64_t> Look::lacking_in(Repository& copy) {
  std::set<ObjectKey> there;
  SSMB_CO_TRY_VOID(co_await copy.list(
      "",
      [&there](const std::vector<snapshot::ListedKey>& page) {
        for (const auto& each : page) there.insert(each.key);
        return true;
      },
      scope_));
  const auto is_lacking = [&there](const Entry& entry) {
    return entry.state == State::complete &&
           !(there.contains(entry.document) && there.contains(manifest_key(entry.id)));
  };
  co_return static_cast<std::uint64_t>(std::ranges::count_if(entries_, is_lacking));
}

// The newest record; where that one cannot be read no older one speaks for it.
ResultTask<void> Look::find_drill() {
  ObjectKey newest;
  const ObjectKey limit =
      snapshot::drill_key(options_.env, options_.region, options_.now + snapshot::kAhead);
  SSMB_CO_TRY_VOID(co_await repository_.list(
      snapshot::drills_prefix(options_.env, options_.region),
      [&](const std::vector<snapshot::ListedKey>& page) {
        for (const auto& each : page)
          if (each.key <= limit && newest < each.key) newest = each.key;
        return true;
      },
      scope_));
  if (newest.empty()) co_return Result<void>{};
  const auto object = co_await repository_.get(newest, scope_);
  if (!object && object.error().kind == ErrorKind::cancelled) co_return fail(object.error());
  auto drilled = read(newest, object);
  if (drilled)
    view_.drill = *std::move(drilled);
  else
    view_.drill_problem = fmt::format("its record {} cannot be read: {}", newest,
                                      printable(to_line(drilled.error()), 400));
  co_return Result<void>{};
}

Result<Drilled> Look::read(const ObjectKey& key, const Result<snapshot::StoredObject>& object) {
  if (!object) return fail(object.error());
  SSMB_TRY(json, parse_json(object->bytes.view()));
  return read_record(json, key.str(),
                     {.env = options_.env, .region = options_.region, .now = options_.now});
}

}  // namespace

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
