#include "snapshot/guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "base/units.h"
#include "snapshot/trouble.h"
#include "snapshot/writer.h"

namespace ssmb::snapshot {
namespace {

std::string objection_of(std::optional<std::uint64_t> last_good, std::uint64_t count) {
  switch (judge_shrink(last_good, count)) {
    case Shrink::none: break;
    case Shrink::empty: return "it holds no parameters";
    case Shrink::shrunk:
      return fmt::format("it holds {}, the last good one before it {}", counted(count, "parameter"),
                         *last_good);
  }
  return {};
}

}  // namespace

bool Replayed::is_good() const { return judge_shrink(last_good, count) == Shrink::none; }

ResultTask<std::vector<Replayed>> replay(Repository& repository, Environment environment,
                                         Region region, std::optional<Time> before,
                                         IfUnread if_unread, CallScope scope) {
  SSMB_CO_TRY(ids, co_await manifest_ids(repository, environment, region, scope));
  std::vector<Replayed> rows;
  std::optional<std::uint64_t> last;
  for (const SnapshotId& id : ids) {
    if (before && id.time >= *before) break;
    SSMB_CO_TRY(entry, if_unread == IfUnread::fail
                           ? co_await complete_at(repository, id, scope)
                           : co_await complete_if_read(repository, id, scope));
    if (!entry) continue;
    rows.push_back({.id = id, .count = entry->manifest->parameter_count, .last_good = last});
    if (rows.back().is_good()) last = rows.back().count;
  }
  co_return rows;
}

// Costs less than following it, and is mostly all that is asked.
ResultTask<bool> ShrinkGuard::names(ObjectKey document) {
  if (!named_) {
    const auto pointer = co_await read_pointer(repository_, latest_key(region_), scope_);
    if (!pointer && trouble_of(pointer.error()) == Trouble::elsewhere)
      co_return fail(pointer.error());
    named_ = pointer && *pointer ? (*pointer)->target : ObjectKey();
  }
  co_return *named_ == document;
}

ResultTask<void> ShrinkGuard::follow() {
  if (latest_) co_return Result<void>{};
  SSMB_CO_TRY(followed, co_await follow_pointer(repository_, environment_, region_,
                                                latest_key(region_), scope_));
  latest_ = std::move(followed);
  co_return Result<void>{};
}

ResultTask<void> ShrinkGuard::replay_once() {
  if (replayed_) co_return Result<void>{};
  SSMB_CO_TRY(rows, co_await replay(repository_, environment_, region_, std::nullopt,
                                    IfUnread::pass_over, scope_));
  replayed_ = std::move(rows);
  co_return Result<void>{};
}

ResultTask<std::string> ShrinkGuard::objection(const Entry& entry) {
  const bool guarded = entry.state == State::complete && entry.manifest &&
                       entry.id.extent == SnapshotId::Extent::full;
  if (!guarded) co_return std::string();
  const std::uint64_t count = entry.manifest->parameter_count;
  SSMB_CO_TRY(named, co_await names(entry.document));
  if (named) co_return std::string();
  SSMB_CO_TRY_VOID(co_await follow());
  if (latest_->end == FollowedPointer::End::snapshot && latest_->snapshot->entry().manifest) {
    const Entry& latest = latest_->snapshot->entry();
    std::string beside = objection_of(latest.manifest->parameter_count, count);
    if (beside.empty() || latest.id.time < entry.id.time) co_return beside;
  }
  SSMB_CO_TRY_VOID(co_await replay_once());
  const auto row = std::ranges::find(*replayed_, entry.id, &Replayed::id);
  co_return row == replayed_->end() ? std::string() : objection_of(row->last_good, count);
}

ResultTask<std::vector<SnapshotId>> ShrinkGuard::good() {
  SSMB_CO_TRY_VOID(co_await replay_once());
  std::vector<SnapshotId> ids;
  for (const Replayed& row : *replayed_)
    if (row.is_good()) ids.push_back(row.id);
  co_return ids;
}

}  // namespace ssmb::snapshot
