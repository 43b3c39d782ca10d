#include "snapshot/last_good.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "base/text.h"
#include "base/try.h"
#include "base/units.h"
#include "snapshot/document.h"
#include "snapshot/guard.h"
#include "snapshot/manifest.h"
#include "snapshot/standing.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

constexpr std::uint64_t kHead = 4096;

}  // namespace

std::optional<std::uint64_t> count_of_old_document(std::string_view head) {
  constexpr std::string_view kKey = "\"parameter_count\"";
  const std::string_view before = head.substr(0, head.find("\"parameters\""));
  const std::size_t at = before.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = trim(before.substr(at + kKey.size()));
  if (!rest.starts_with(':')) return std::nullopt;
  rest = trim(rest.substr(1));
  std::uint64_t count = 0;
  const auto [end, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  return wrong == std::errc() ? std::optional(count) : std::nullopt;
}

namespace {

// From the document alone: its head, or all of it. not_found: there is no document.
ResultTask<std::uint64_t> count_in(Repository& repository, ObjectKey document, CallScope scope) {
  SSMB_CO_TRY(head, co_await repository.get_range(document, 0, kHead, scope));
  if (const auto count = count_of_old_document(head.bytes.view())) co_return *count;
  SSMB_CO_TRY(snapshot, co_await Snapshot::open(repository, document, scope));
  const auto ignore = [](const DocumentRecord&) -> Result<void> { return {}; };
  SSMB_CO_TRY(summary, co_await snapshot.read_all(ignore, scope));
  co_return summary.parameter_count;
}

// The pointer that speaks for the Region. Before there were Regions, latest.txt spoke for what is
// now the default one; it may name another Region, which was the default one then.
ResultTask<FollowedPointer> speaking(Repository& repository, SnapshotId id,
                                     DefaultRegion default_region, CallScope scope) {
  SSMB_CO_TRY(own, co_await follow_pointer(repository, id.environment, id.region,
                                           latest_key(id.region), scope));
  if (own.end != FollowedPointer::End::nothing || default_region == DefaultRegion::no)
    co_return own;
  SSMB_CO_TRY(old,
              co_await follow_pointer(repository, id.environment, id.region, latest_key(), scope));
  co_return old.end == FollowedPointer::End::wrong ? own : old;
}

// What the pointer would name had it been kept.
ResultTask<std::optional<Entry>> replayed(Repository& repository, SnapshotId before,
                                          CallScope scope) {
  SSMB_CO_TRY(rows, co_await replay(repository, before.environment, before.region, before.time,
                                    IfUnread::fail, scope));
  const auto last = std::ranges::find_if(rows | std::views::reverse, &Replayed::is_good);
  if (last == rows.rend()) co_return std::nullopt;
  co_return co_await complete_at(repository, last->id, scope);
}

// What is left of a snapshot that is not whole: its document's count, else its manifest's. nullopt:
// nothing.
ResultTask<std::optional<std::uint64_t>> remains(Repository& repository, ObjectKey document,
                                                 CallScope scope) {
  const auto id = parse_document_key(document.view());
  // Another scope's count says nothing of this one's.
  if (!id || id->extent == SnapshotId::Extent::partial) co_return std::nullopt;
  const auto counted = co_await count_in(repository, document, scope);
  if (counted) co_return *counted;
  const Trouble trouble = trouble_of(counted.error());
  if (trouble != Trouble::gone && trouble != Trouble::damaged) co_return fail(counted.error());
  if (id->region.empty()) co_return std::nullopt;
  const auto manifest = co_await repository.get(manifest_key(*id), scope);
  if (!manifest && trouble_of(manifest.error()) == Trouble::gone) co_return std::nullopt;
  if (!manifest) co_return fail(manifest.error());
  const auto decoded = decode_manifest(manifest->bytes.view());
  if (!decoded || decoded->document.key != document) co_return std::nullopt;
  co_return decoded->parameter_count;
}

void take(LastGood& last, const Entry& entry) {
  last.parameter_count = entry.manifest->parameter_count;
  last.scope = entry.manifest->scope;
}

// By the snapshot that the pointer names; false where that is none that counts.
ResultTask<bool> take_named(Repository& repository, const FollowedPointer& followed, LastGood& last,
                            CallScope scope) {
  using End = FollowedPointer::End;
  if (followed.end == End::unread && !followed.snapshot) co_return fail(*followed.unread);
  if (followed.end != End::snapshot && followed.end != End::unread) co_return false;
  if (followed.snapshot->entry().manifest) {
    take(last, followed.snapshot->entry());
    co_return true;
  }
  const auto counted = co_await count_in(repository, followed.target, scope);
  if (counted) last.parameter_count = *counted;
  if (counted) co_return true;
  const Trouble trouble = trouble_of(counted.error());
  if (trouble != Trouble::gone && trouble != Trouble::damaged) co_return fail(counted.error());
  last.distrusted = Distrusted{.target = followed.target,
                               .why = fmt::format("it named {}, which is broken: {}",
                                                  followed.target, to_line(counted.error()))};
  co_return false;
}

// "names X, which is missing", told of the past.
std::string told(const FollowedPointer& followed) {
  constexpr std::string_view kNames = "names ";
  const std::string_view wrong = followed.wrong;
  return wrong.starts_with(kNames) ? fmt::format("it named {}", wrong.substr(kNames.size()))
                                   : fmt::format("it {}", wrong);
}

// Does it name what came later, so that it says nothing of what was the last good one before? What
// it names itself has passed the guard.
bool names_later(const FollowedPointer& followed, const SnapshotId& before) {
  return followed.snapshot && followed.snapshot->entry().id.time >= before.time &&
         followed.target != document_key(before);
}

bool names_partial(const FollowedPointer& followed) {
  const auto id = parse_document_key(followed.target.view());
  return id && id->extent == SnapshotId::Extent::partial;
}

ResultTask<void> find(Repository& repository, SnapshotId before, DefaultRegion default_region,
                      LastGood& last, CallScope scope) {
  SSMB_CO_TRY(followed, co_await speaking(repository, before, default_region, scope));
  if (followed.pointer == latest_key(before.region)) last.named = followed.target;
  const bool broken = followed.snapshot && followed.snapshot->entry().state == State::broken;
  if (followed.end == FollowedPointer::End::wrong)
    last.distrusted =
        Distrusted{.target = broken || names_partial(followed) ? followed.target : ObjectKey(),
                   .why = told(followed)};
  const bool later = names_later(followed, before);
  if (!later) {
    SSMB_CO_TRY(taken, co_await take_named(repository, followed, last, scope));
    if (taken) co_return Result<void>{};
  }
  SSMB_CO_TRY(entry, co_await replayed(repository, before, scope));
  if (entry) take(last, *entry);
  if (entry && followed.end == FollowedPointer::End::nothing)
    last.distrusted = Distrusted{.target = {}, .why = "it was missing"};
  if (entry || later) co_return Result<void>{};
  SSMB_CO_TRY(count, co_await remains(repository, followed.target, scope));
  last.parameter_count = count;
  co_return Result<void>{};
}

}  // namespace

Task<LastGood> find_last_good(Repository& repository, SnapshotId before,
                              DefaultRegion default_region, CallScope scope) {
  LastGood last;
  const auto found = co_await find(repository, std::move(before), default_region, last, scope);
  if (!found) {
    last.unknown_because = to_line(found.error());
    last.unknown_next = found.error().next;
  }
  co_return last;
}

std::optional<PointerReport> held_back(const LastGood& last, const Candidate& candidate,
                                       AcceptShrink accept) {
  using Outcome = PointerReport::Outcome;
  PointerReport kept{.pointer = latest_key(candidate.region),
                     .outcome = Outcome::kept,
                     .why = {},
                     .target = last.named};
  if (candidate.scope_from == ScopeFrom::assumed && last.scope && *last.scope != candidate.scope) {
    kept.outcome = Outcome::failed;
    kept.why =
        fmt::format("its scope is {}, assumed without the metadata; the last good snapshot's is {}",
                    candidate.scope.describe(), last.scope->describe());
    kept.next = "leave out --region or --repository: then the metadata is read";
    return kept;
  }
  if (accept == AcceptShrink::yes) return std::nullopt;
  if (const Shrink shrink = judge_shrink(last.parameter_count, candidate.parameter_count);
      shrink != Shrink::none) {
    kept.why =
        shrink == Shrink::empty
            ? "the snapshot holds no parameters"
            : fmt::format("the snapshot holds {}, the last good one {}",
                          counted(candidate.parameter_count, "parameter"), *last.parameter_count);
    if (last.distrusted) kept.why += "; " + last.distrusted->why;
    return kept;
  }
  if (last.unknown_because.empty()) return std::nullopt;
  kept.outcome = Outcome::failed;
  kept.why = "whether parameters are missing cannot be told: " + last.unknown_because;
  kept.next = (last.unknown_next.empty() ? "run again" : last.unknown_next) +
              "; --accept-shrink moves it all the same";
  return kept;
}

}  // namespace ssmb::snapshot
