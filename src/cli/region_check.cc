#include "cli/region_check.h"

#include <algorithm>
#include <ranges>

#include "base/try.h"
#include "snapshot/trouble.h"

namespace ssmb::cli {
namespace {

using report::Verified;
using snapshot::Entry;
using snapshot::Finding;
using snapshot::FollowedPointer;
using snapshot::Snapshot;
using snapshot::State;

// What a successor's hash tells of its parent belongs to the parent.
void blame_the_altered(std::vector<Verified>& snapshots) {
  for (Verified& one : snapshots) {
    for (Verified& other : snapshots) {
      if (&one == &other || other.entry.id.region.empty()) continue;
      const ObjectKey key = manifest_key(other.entry.id);
      const auto of_other = [&key](const Finding& finding) { return finding.key == key; };
      std::ranges::copy_if(one.found.findings, std::back_inserter(other.found.findings), of_other);
      std::erase_if(one.found.findings, of_other);
    }
  }
}

}  // namespace

ResultTask<void> RegionCheck::everything(Time now) {
  SSMB_CO_TRY(entries, co_await snapshot::list_snapshots(repository_, env_, region_, scope_));
  SSMB_CO_TRY(indexes, co_await snapshot::index_ids(repository_, env_, region_, scope_));
  survey_ = snapshot::survey(entries, indexes, now);
  for (Entry& entry : entries) SSMB_CO_TRY_VOID(co_await verify(std::move(entry)));
  SSMB_CO_TRY_VOID(co_await follow(snapshot::latest_key(region_)));
  co_return co_await follow_incomplete();
}

// Whichever snapshot it names: it has only to be there, and whole.
ResultTask<void> RegionCheck::follow_incomplete() {
  const ObjectKey pointer = snapshot::latest_incomplete_key(region_);
  SSMB_CO_TRY(followed, co_await follow_pointer(repository_, env_, region_, pointer, scope_));
  const bool good = followed.end == FollowedPointer::End::nothing ||
                    (followed.snapshot && (followed.snapshot->entry().state == State::incomplete ||
                                           followed.snapshot->entry().state == State::complete));
  if (!good && (!followed.unread || !followed.snapshot)) pointers_.push_back(followed);
  co_return Result<void>{};
}

ResultTask<void> RegionCheck::latest() {
  SSMB_CO_TRY(followed, co_await follow(snapshot::latest_key(region_)));
  if (followed.snapshot) SSMB_CO_TRY_VOID(co_await verify(followed.snapshot->entry()));
  co_return Result<void>{};
}

ResultTask<FollowedPointer> RegionCheck::follow(ObjectKey pointer) {
  SSMB_CO_TRY(followed,
              co_await follow_pointer(repository_, env_, region_, std::move(pointer), scope_));
  // What lies in the snapshot that it names is told of that.
  if (!followed.wrong.empty() || (followed.unread && !followed.snapshot))
    pointers_.push_back(followed);
  co_return followed;
}

ResultTask<void> RegionCheck::until_one_is_sound() {
  const bool unaltered = std::ranges::all_of(
      snapshots_, [](const Verified& one) { return one.found.findings.empty(); });
  const bool pointer = std::ranges::any_of(
      pointers_, [](const FollowedPointer& each) { return !each.wrong.empty(); });
  if (unaltered && !pointer) co_return Result<void>{};
  SSMB_CO_TRY(ids, co_await snapshot::manifest_ids(repository_, env_, region_, scope_));
  for (const snapshot::SnapshotId& id : ids | std::views::reverse) {
    if (any_sound()) break;
    const auto same = [&id](const Verified& one) { return one.entry.id == id; };
    if (std::ranges::any_of(snapshots_, same)) continue;
    SSMB_CO_TRY(entry, co_await snapshot::complete_if_read(repository_, id, scope_));
    if (entry) SSMB_CO_TRY_VOID(co_await verify(std::move(*entry)));
  }
  co_return Result<void>{};
}

void RegionCheck::hand_over(report::Checked& checked) {
  blame_the_altered(snapshots_);
  for (FollowedPointer& followed : pointers_) {
    if (followed.unread)
      checked.unread_pointers.emplace_back(
          region_, snapshot::UnreadObject{followed.pointer, std::move(*followed.unread)});
    else
      checked.pointers.emplace_back(region_, Finding{followed.pointer, words_of(followed)});
  }
  std::ranges::move(snapshots_, std::back_inserter(checked.snapshots));
  if (survey_) checked.surveys.emplace_back(region_, std::move(*survey_));
}

ResultTask<void> RegionCheck::verify(Entry entry) {
  Verified out{.region = region_, .entry = entry, .found = {}};
  // An unfinished one has nothing to be compared with.
  if (entry.state != State::unfinished) {
    SSMB_CO_TRY(found, co_await Snapshot::of(repository_, std::move(entry)).verify(scope_));
    out.found = std::move(found);
  }
  snapshots_.push_back(std::move(out));
  co_return Result<void>{};
}

bool RegionCheck::any_sound() const {
  return std::ranges::any_of(snapshots_, [](const Verified& one) {
    return one.entry.state == State::complete && is_itself_sound(one);
  });
}

std::string RegionCheck::words_of(const FollowedPointer& followed) const {
  if (followed.end != FollowedPointer::End::nothing) return followed.wrong;
  const bool complete = std::ranges::any_of(
      snapshots_, [](const Verified& one) { return one.entry.state == State::complete; });
  return followed.wrong +
         (complete ? ", though there are complete snapshots" : ": no backup has succeeded there");
}

}  // namespace ssmb::cli
