#include "snapshot/promotion.h"

#include "base/planted.h"
#include "snapshot/last_good.h"

namespace ssmb::snapshot {
Task<Promoted> promote(Repository& repository, const Manifest& manifest, ScopeFrom scope_from,
                       AcceptShrink accept_shrink, DefaultRegion default_region, CallScope scope) {
  Promoted promoted;
  const SnapshotId& id = manifest.id;
  if (id.extent == SnapshotId::Extent::partial) co_return promoted;
  const ObjectKey latest = latest_key(id.region);
  const LastGood last = co_await find_last_good(repository, id, default_region, scope);
  promoted.last_good_count = last.parameter_count;
  if (manifest.completeness == Completeness::incomplete && !planted(Defect::incomplete_is_latest)) {
    promoted.pointers.push_back({.pointer = latest,
                                 .outcome = PointerReport::Outcome::kept,
                                 .why = "the snapshot is incomplete",
                                 .target = last.named});
    promoted.pointers.push_back(
        co_await advance_pointer(repository, latest_incomplete_key(id.region), id, scope));
    co_return promoted;
  }
  promoted.shrink = judge_shrink(last.parameter_count, manifest.parameter_count);
  const Candidate candidate{.region = id.region,
                            .scope = manifest.scope,
                            .scope_from = scope_from,
                            .parameter_count = manifest.parameter_count};
  if (auto held = held_back(last, candidate, accept_shrink)) {
    promoted.pointers.push_back(std::move(*held));
    co_return promoted;
  }
  PointerReport moved = co_await advance_pointer(repository, latest, id, scope, last.distrusted);
  if (moved.outcome == PointerReport::Outcome::moved && last.distrusted) {
    moved.outcome = PointerReport::Outcome::repaired;
    moved.why = last.distrusted->why;
  }
  promoted.pointers.push_back(std::move(moved));
  if (default_region == DefaultRegion::yes)
    promoted.pointers.push_back(
        co_await advance_pointer(repository, latest_key(), id, scope, last.distrusted));
  co_return promoted;
}

}  // namespace ssmb::snapshot
