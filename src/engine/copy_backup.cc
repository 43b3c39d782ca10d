#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <ranges>
#include <set>

#include "base/try.h"
#include "engine/contain.h"
#include "engine/copies.h"
#include "snapshot/copy.h"
#include "snapshot/guard.h"
#include "snapshot/trouble.h"

namespace ssmb::engine {
namespace {

using snapshot::is_held;
using snapshot::PointerReport;
using snapshot::SnapshotId;
using snapshot::Trouble;
using snapshot::trouble_of;

// Is this the trouble of one snapshot, so that the others may be copied all the same?
bool is_of_one(const Error& error) {
  const Trouble trouble = trouble_of(error);
  return trouble == Trouble::gone || trouble == Trouble::damaged ||
         error.kind == ErrorKind::conflict;
}

// latest-<region>.txt and latest.txt: those of which a repository has one, whoever writes into it.
bool is_pointer(std::string_view key) {
  return key.starts_with("latest") && !key.starts_with("latest-incomplete-") &&
         key.ends_with(".txt") && !key.contains('/');
}

// The manifest's key tells no extent.
SnapshotId by_manifest(SnapshotId id) {
  id.extent = SnapshotId::Extent::full;
  return id;
}

// By the guard of the repository it was written to.
bool is_held_at_home(const snapshot::Written& written, snapshot::AcceptShrink accept) {
  return is_held(written.shrink, accept) && !written.pointers.empty() &&
         stays(written.pointers.front());
}

// One Region's way into one copy: first() for every copy, then rest(), which may take long.
class Copying {
 public:
  Copying(snapshot::Repository& from, snapshot::Repository& to, const CopyOptions& options,
          Events& events, CallScope scope)
      : from_(from), to_(to), options_(options), events_(events), scope_(std::move(scope)) {
    report_.repository = to_.describe();
  }

  // This run's snapshot, and the pointers. A pointer goes no further than that of `from_` went: to
  // this one, or, where that was held back, is incomplete or partial, to the newest good one.
  ResultTask<void> first(const snapshot::Written& written) {
    SSMB_CO_TRY_VOID(co_await look());
    const SnapshotId own = by_manifest(written.manifest.id);
    std::erase(lacking_, own);
    SSMB_CO_TRY(there, co_await copy(written.manifest, written.manifest_object));
    own_there_ = there;
    const bool passed = there && has_passed(written);
    if (passed) {
      aim_ = Aim{.manifest = written.manifest, .own = Own::yes};
      co_return co_await promote_aim();
    }
    SSMB_CO_TRY_VOID(co_await find_aim(own));
    if (aim_) SSMB_CO_TRY_VOID(co_await promote_aim());
    if (there) SSMB_CO_TRY_VOID(co_await promote_beside(written));
    co_return Result<void>{};
  }

  // What earlier runs could not copy.
  ResultTask<void> rest() {
    SSMB_CO_TRY_VOID(co_await catch_up());
    if (aim_ && aim_->held) SSMB_CO_TRY_VOID(co_await step_by_step());
    co_return Result<void>{};
  }

  ResultTask<void> rehearse() {
    SSMB_CO_TRY_VOID(co_await look());
    for (const SnapshotId& id : lacking_) {
      SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
      if (entry) ++report_.lacking;
    }
    co_return Result<void>{};
  }

  CopyReport ended(const Result<void>& result) {
    if (!result) note_error(result.error());
    const std::size_t earlier = report_.copied.size() - (own_there_ ? 1 : 0);
    if (earlier != 0)
      events_.note(options_.region, Gravity::info,
                   fmt::format("  {}: {} earlier copied, too", report_.repository, earlier));
    report_.pointers = std::move(aim_pointers_);
    std::ranges::move(own_pointers_, std::back_inserter(report_.pointers));
    for (const PointerReport& pointer : report_.pointers)
      if (stays(pointer))
        events_.note(
            options_.region, Gravity::warning,
            fmt::format("  {} {}: {}", to_.url(pointer.pointer),
                        pointer.outcome == PointerReport::Outcome::kept ? "kept" : "failed",
                        pointer.why));
    return std::move(report_);
  }

 private:
  enum class Own { no, yes };  // is it this run's?
  // The snapshot that the copy's pointer is to name.
  struct Aim {
    snapshot::Manifest manifest;
    Own own = Own::no;
    bool held = false;  // by the copy's own guard
  };

  // What of other environments lies in the copy.
  struct Others {
    std::set<Environment> environments;
    std::vector<ObjectKey> pointers;  // all: whose they are, they say themselves
  };

  // What the copy holds, and (newest first; complete or not) what it lacks. Where document or index
  // is gone there, the manifest alone is no snapshot.
  ResultTask<void> look() {
    std::set<SnapshotId> documents;
    std::set<SnapshotId> indexes;
    std::set<SnapshotId> manifests;
    Others others;
    const auto ours = [&](const std::optional<SnapshotId>& id) {
      if (id && id->environment != options_.env) others.environments.insert(id->environment);
      return id && id->environment == options_.env && id->region == options_.region;
    };
    const auto note = [&](const std::vector<snapshot::ListedKey>& page) {
      for (const snapshot::ListedKey& listed : page) {
        const std::string_view key = listed.key.view();
        if (is_pointer(key)) others.pointers.push_back(listed.key);
        if (const auto id = snapshot::parse_document_key(key); ours(id))
          documents.insert(by_manifest(*id));
        if (const auto id = snapshot::parse_index_key(key); ours(id)) indexes.insert(*id);
        if (const auto id = snapshot::parse_manifest_key(key); ours(id)) manifests.insert(*id);
      }
      return true;
    };
    SSMB_CO_TRY_VOID(co_await to_.list("", note, scope_));
    SSMB_CO_TRY_VOID(co_await check_environment(std::move(others)));
    if (!manifests.empty()) SSMB_CO_TRY_VOID(co_await check_account(*manifests.rbegin()));
    for (const SnapshotId& id : manifests)
      if (documents.contains(id) && indexes.contains(id)) there_.insert(id);
    SSMB_CO_TRY(here, co_await manifest_ids(from_, options_.env, options_.region, scope_));
    for (const SnapshotId& id : here | std::views::reverse)
      if (!there_.contains(id)) lacking_.push_back(id);
    co_return Result<void>{};
  }

  // A pointer names one environment, so that a second one would end half way: with its values
  // there, for whoever may read the first one's. What somebody has put there by mistake keeps
  // nobody from what is his own by the pointers.
  ResultTask<void> check_environment(Others others) {
    if (others.environments.empty()) co_return Result<void>{};
    bool own = false;
    for (const ObjectKey& key : others.pointers) {
      SSMB_CO_TRY(pointer, co_await read_pointer(to_, key, scope_));
      const auto named = pointer ? snapshot::parse_document_key(pointer->target.view())
                                 : std::optional<SnapshotId>();
      if (!named) continue;
      if (named->environment != options_.env) co_return foreign(named->environment, key);
      own = true;
    }
    if (own) co_return Result<void>{};
    co_return foreign(*others.environments.begin(), {});
  }
  std::unexpected<Error> foreign(const Environment& theirs, const ObjectKey& pointer) const {
    std::string next = "give each environment a copy of its own; a prefix will do";
    if (!pointer.empty())
      next += fmt::format("; if {}'s are there by mistake, delete {}", theirs, to_.url(pointer));
    return fail(ErrorKind::configuration,
                fmt::format("{} holds backups of {}, and these are of {}: a copy holds one "
                            "environment, and nothing was written there",
                            to_.describe(), theirs, options_.env),
                std::move(next));
  }

  // Keys name no account: two of them in one place would take each other's.
  ResultTask<void> check_account(SnapshotId newest_id) {
    const auto newest = co_await to_.get(manifest_key(newest_id), scope_);
    if (!newest && is_of_one(newest.error())) co_return Result<void>{};
    if (!newest) co_return fail(newest.error());
    const auto manifest = snapshot::decode_manifest(newest->bytes.view());
    if (!manifest || manifest->account == options_.account) co_return Result<void>{};
    co_return fail(ErrorKind::configuration,
                   fmt::format("{} holds backups of account {}, and these are of {}",
                               to_.describe(), manifest->account, options_.account),
                   "give each account a copy of its own; a prefix will do");
  }

  // Newest first, each looked at again when its turn comes: their manifests may be large.
  ResultTask<void> catch_up() {
    std::vector<SnapshotId> wanted;
    for (const SnapshotId& id : lacking_) {
      SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
      if (entry) wanted.push_back(id);
    }
    report_.lacking = wanted.size();
    for (const SnapshotId& id : wanted) {
      if (stuck_.contains(id)) continue;
      SSMB_CO_TRY(manifest, co_await bring(id));
      if (manifest) --report_.lacking;
    }
    co_return Result<void>{};
  }

  // An earlier one that is complete in `from_` and lies in the copy now; nullopt: it is not, or
  // does not.
  ResultTask<std::optional<snapshot::Manifest>> bring(SnapshotId id) {
    SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
    if (!entry) co_return std::nullopt;
    if (!there_.contains(id)) {
      const snapshot::ObjectRef object{
          .key = manifest_key(id), .size = entry->manifest_size, .sha256 = entry->manifest_sha256};
      SSMB_CO_TRY(copied, co_await copy(*entry->manifest, object));
      if (!copied) stuck_.insert(id);
      if (!copied) co_return std::nullopt;
      std::erase(lacking_, id);
    }
    co_return std::move(entry->manifest);
  }

  // Is it there now? Fails where no other can be copied, either.
  ResultTask<bool> copy(const snapshot::Manifest& manifest, snapshot::ObjectRef object) {
    const auto copied = co_await copy_snapshot(from_, to_, manifest, object, scope_);
    if (!copied && is_of_one(copied.error())) {
      note_error(copied.error());
      co_return false;
    }
    if (!copied) co_return fail(copied.error());
    report_.bytes.value += *copied;
    report_.copied.push_back(manifest.document.key);
    there_.insert(by_manifest(manifest.id));
    co_return true;
  }

  // Has the guard of `from_` let it through? It alone has seen all that lies there.
  bool has_passed(const snapshot::Written& written) const {
    const snapshot::Manifest& manifest = written.manifest;
    if (manifest.id.extent == SnapshotId::Extent::partial) return false;
    if (manifest.completeness == snapshot::Completeness::incomplete) return false;
    if (is_held_at_home(written, options_.accept_shrink)) return false;
    return written.pointers.empty() ||
           written.pointers.front().outcome != PointerReport::Outcome::failed;
  }

  // What the pointer of `from_` names; where that cannot be, the newest before it that would have
  // passed. Copied, if need be.
  ResultTask<void> find_aim(SnapshotId own) {
    SSMB_CO_TRY(followed, co_await follow_pointer(from_, options_.env, options_.region,
                                                  snapshot::latest_key(options_.region), scope_));
    std::optional<Time> before;
    if (followed.end == snapshot::FollowedPointer::End::snapshot) {
      const snapshot::Entry& named = followed.snapshot->entry();
      before = named.id.time;
      if (named.manifest && named.id != own) SSMB_CO_TRY_VOID(co_await aim_at(named.id));
    }
    if (aim_) co_return Result<void>{};
    snapshot::ShrinkGuard guard(from_, options_.env, options_.region, scope_);
    SSMB_CO_TRY(good, co_await guard.good());
    for (const SnapshotId& id : good | std::views::reverse) {
      if (id == own || (before && id.time >= *before)) continue;
      SSMB_CO_TRY_VOID(co_await aim_at(id));
      if (aim_) break;
    }
    co_return Result<void>{};
  }

  ResultTask<void> aim_at(SnapshotId id) {
    SSMB_CO_TRY(manifest, co_await bring(id));
    if (manifest) aim_ = Aim{.manifest = std::move(*manifest)};
    co_return Result<void>{};
  }

  ResultTask<void> promote_aim() {
    if (aim_->own == Own::no) {
      SSMB_CO_TRY(stands, co_await stands_at(aim_->manifest.id));
      if (stands) co_return Result<void>{};
    }
    const auto accept = aim_->own == Own::yes ? options_.accept_shrink : snapshot::AcceptShrink::no;
    auto promoted = co_await promote(aim_->manifest, accept);
    aim_->held = is_held(promoted.shrink, accept);
    if (aim_->own == Own::yes) report_.shrink = promoted.shrink;
    // That a newer one keeps the pointer is as it should be.
    if (aim_->own == Own::no && !aim_->held)
      std::erase_if(promoted.pointers, [](const PointerReport& pointer) {
        return pointer.outcome == PointerReport::Outcome::kept;
      });
    aim_pointers_ = std::move(promoted.pointers);
    co_return Result<void>{};
  }

  // This run's, where it is not what the pointer of `from_` names.
  ResultTask<void> promote_beside(const snapshot::Written& written) {
    snapshot::Promoted promoted;
    if (is_held_at_home(written, options_.accept_shrink)) {
      // Whatever the copy would say: it may hold less than `from_`.
      PointerReport held = written.pointers.front();
      SSMB_CO_TRY(now, co_await read_pointer(to_, held.pointer, scope_));
      held.target = now ? now->target : ObjectKey();
      promoted.shrink = written.shrink;
      promoted.pointers.push_back(std::move(held));
    } else {
      promoted = co_await promote(written.manifest, options_.accept_shrink);
    }
    report_.shrink = promoted.shrink;
    own_pointers_ = std::move(promoted.pointers);
    co_return Result<void>{};
  }

  // A copy that has fallen behind: what is too few beside its last good one may not be beside those
  // between. Each of them as if it had been copied in its time.
  ResultTask<void> step_by_step() {
    SSMB_CO_TRY(latest, co_await follow_pointer(to_, options_.env, options_.region,
                                                snapshot::latest_key(options_.region), scope_));
    const bool good = latest.end == snapshot::FollowedPointer::End::snapshot;
    const Time since = good ? latest.snapshot->entry().id.time : Time();
    for (const SnapshotId& id : there_) {
      if (id.time <= since) continue;
      if (id.time >= aim_->manifest.id.time) break;
      SSMB_CO_TRY(entry, co_await complete_if_read(to_, id, scope_));
      if (entry) co_await promote(*entry->manifest, snapshot::AcceptShrink::no);
    }
    co_return co_await promote_aim();
  }

  Task<snapshot::Promoted> promote(const snapshot::Manifest& manifest,
                                   snapshot::AcceptShrink accept) {
    return snapshot::promote(to_, manifest, options_.scope_from, accept, options_.default_region,
                             scope_);
  }

  // Do the copy's pointers name it already, or a newer one?
  ResultTask<bool> stands_at(const SnapshotId& id) {
    SSMB_CO_TRY(latest, co_await leads_to(snapshot::latest_key(options_.region), id));
    if (!latest || options_.default_region == snapshot::DefaultRegion::no) co_return latest;
    co_return co_await leads_to(snapshot::latest_key(), id);
  }
  ResultTask<bool> leads_to(ObjectKey pointer, const SnapshotId& id) {
    SSMB_CO_TRY(followed,
                co_await follow_pointer(to_, options_.env, options_.region, pointer, scope_));
    if (followed.end != snapshot::FollowedPointer::End::snapshot) co_return false;
    co_return followed.snapshot->entry().id.time >= id.time;
  }

  void note_error(const Error& error) {
    events_.note(options_.region, Gravity::warning,
                 fmt::format("  copy to {}: {}", report_.repository, to_line(error)));
    if (!report_.error) report_.error = error;
  }

  snapshot::Repository& from_;
  snapshot::Repository& to_;
  const CopyOptions& options_;
  Events& events_;
  CallScope scope_;
  CopyReport report_;
  std::set<SnapshotId> there_;
  std::vector<SnapshotId> lacking_;
  std::set<SnapshotId> stuck_;  // damaged, or in conflict: not tried twice
  std::optional<Aim> aim_;
  std::vector<PointerReport> aim_pointers_;
  std::vector<PointerReport> own_pointers_;  // of this run's snapshot, where that is not the aim
  bool own_there_ = false;
};

}  // namespace

Task<std::vector<CopyReport>> copy_backup(snapshot::Repository& from,
                                          std::vector<snapshot::Repository*> copies,
                                          const snapshot::Written& written, CopyOptions options,
                                          Events& events, CallScope scope) {
  std::deque<Copying> copying;
  std::vector<Result<void>> done;
  for (snapshot::Repository* to : copies) {
    copying.emplace_back(from, *to, options, events, scope);
    done.push_back(co_await contained(copying.back().first(written)));
  }
  std::vector<CopyReport> reports;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (done[i]) done[i] = co_await contained(copying[i].rest());
    reports.push_back(copying[i].ended(done[i]));
  }
  co_return reports;
}

Task<CopyReport> foresee_copy(snapshot::Repository& from, snapshot::Repository& to,
                              CopyOptions options, Events& events, CallScope scope) {
  Copying copying(from, to, options, events, std::move(scope));
  const auto done = co_await contained(copying.rehearse());
  co_return copying.ended(done);
}

}  // namespace ssmb::engine
