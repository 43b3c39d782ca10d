#include "engine/compare_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "base/try.h"
#include "engine/contain.h"
#include "snapshot/standing.h"
#include "snapshot/trouble.h"

namespace ssmb::engine {
namespace {

using snapshot::SnapshotId;
using snapshot::Trouble;
using snapshot::trouble_of;

class Comparing {
 public:
  Comparing(snapshot::Repository& from, snapshot::Repository& copy, const CompareOptions& options,
            CallScope scope)
      : from_(from), copy_(copy), options_(options), scope_(std::move(scope)) {
    compared_.region = options_.region;
    compared_.repository = copy_.describe();
  }

  ResultTask<void> run() {
    const bool all = options_.extent == CompareOptions::Extent::all;
    SSMB_CO_TRY_VOID(all ? co_await every_snapshot() : co_await one_snapshot());
    for (const ObjectKey& pointer : options_.pointers) SSMB_CO_TRY_VOID(co_await compare(pointer));
    co_return Result<void>{};
  }

  ComparedCopy ended(const Result<void>& result) {
    if (!result) compared_.error = result.error();
    return std::move(compared_);
  }

 private:
  ResultTask<std::vector<SnapshotId>> ids(snapshot::Repository& repository) {
    co_return co_await manifest_ids(repository, options_.env, options_.region, scope_);
  }

  // What only one of the two holds is told: the copy has to have every complete one.
  ResultTask<void> every_snapshot() {
    SSMB_CO_TRY(here, co_await ids(from_));
    SSMB_CO_TRY(there, co_await ids(copy_));
    const std::set<SnapshotId> held(there.begin(), there.end());
    for (const SnapshotId& id : here) {
      if (!held.contains(id)) {
        SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
        if (!entry) continue;
      }
      SSMB_CO_TRY_VOID(co_await compare(id));
    }
    const std::set<SnapshotId> own(here.begin(), here.end());
    const auto gone = [&own](const SnapshotId& id) { return !own.contains(id); };
    compared_.only_there = static_cast<std::uint64_t>(std::ranges::count_if(there, gone));
    co_return Result<void>{};
  }

  // The one that was asked for, or the one that the pointer names, or the newest complete one.
  ResultTask<void> one_snapshot() {
    if (options_.id) {
      auto named = co_await snapshot::Snapshot::open(from_, document_key(*options_.id), scope_);
      if (named) co_return co_await compare(named->entry());
      if (trouble_of(named.error()) == Trouble::elsewhere) co_return fail(named.error());
      co_return co_await compare(*options_.id);
    }
    SSMB_CO_TRY(followed, co_await follow_pointer(from_, options_.env, options_.region,
                                                  snapshot::latest_key(options_.region), scope_));
    if (followed.end == snapshot::FollowedPointer::End::snapshot)
      co_return co_await compare(followed.snapshot->entry());
    SSMB_CO_TRY(newest, co_await newest_complete(from_, options_.env, options_.region, scope_));
    if (newest.found) co_return co_await compare(std::move(*newest.found));
    co_return Result<void>{};
  }

  // What the pipeline before this one wrote has no manifest, and is not copied.
  ResultTask<void> compare(snapshot::Entry entry) {
    if (entry.state == snapshot::State::old) co_return Result<void>{};
    co_return co_await compare(entry.id);
  }

  ResultTask<void> compare(SnapshotId id) {
    SSMB_CO_TRY(found, co_await compare_snapshot(from_, copy_, id, scope_));
    if (found.there) ++compared_.compared;
    compared_.bytes += found.bytes;
    std::ranges::move(found.findings, std::back_inserter(compared_.findings));
    std::ranges::move(found.unread, std::back_inserter(compared_.unread));
    co_return Result<void>{};
  }

  // nullopt: there is none, or it could not be read (that is noted).
  ResultTask<std::optional<ObjectKey>> target(snapshot::Repository& repository, ObjectKey pointer) {
    auto named = co_await read_pointer(repository, pointer, scope_);
    if (!named && trouble_of(named.error()) == Trouble::elsewhere) co_return fail(named.error());
    if (!named) compared_.unread.push_back({.key = pointer, .error = named.error()});
    if (!named || !*named) co_return std::nullopt;
    co_return (*named)->target;
  }

  ResultTask<void> compare(ObjectKey pointer) {
    const std::size_t unread = compared_.unread.size();
    SSMB_CO_TRY(own, co_await target(from_, pointer));
    const auto id = own ? snapshot::parse_document_key(own->view()) : std::nullopt;
    if (!id) co_return Result<void>{};  // what is wrong with it, verification tells
    SSMB_CO_TRY(theirs, co_await target(copy_, pointer));
    if (compared_.unread.size() != unread || theirs == own) co_return Result<void>{};
    const auto their_id = theirs ? snapshot::parse_document_key(theirs->view()) : std::nullopt;
    if (their_id && their_id->time < id->time) co_return Result<void>{};
    if (!theirs) {
      SSMB_CO_TRY(held, co_await ids(copy_));
      if (held.empty() && compared_.findings.empty()) co_return Result<void>{};  // nothing is due
    }
    compared_.findings.push_back(
        {.key = pointer,
         .what = theirs ? fmt::format("names '{}' in the copy, and {} in the repository",
                                      printable(theirs->view(), 200), *own)
                        : std::string("the copy lacks it")});
    co_return Result<void>{};
  }

  snapshot::Repository& from_;
  snapshot::Repository& copy_;
  const CompareOptions& options_;
  CallScope scope_;
  ComparedCopy compared_;
};

}  // namespace

Task<ComparedCopy> compare_copy(snapshot::Repository& from, snapshot::Repository& copy,
                                CompareOptions options, CallScope scope) {
  Comparing comparing(from, copy, options, std::move(scope));
  const auto done = co_await contained(comparing.run());
  co_return comparing.ended(done);
}

}  // namespace ssmb::engine
