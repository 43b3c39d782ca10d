#include "snapshot/standing.h"

#include <fmt/format.h>

#include <ranges>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/catalogue.h"
#include "snapshot/guard.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

using End = FollowedPointer::End;

FollowedPointer wrong(FollowedPointer followed, std::string why) {
  followed.end = End::wrong;
  followed.wrong = std::move(why);
  return followed;
}

FollowedPointer unread(FollowedPointer followed, Error why) {
  followed.end = End::unread;
  followed.unread = std::move(why);
  return followed;
}

// Trouble with an object on the way is what the pointer has come to.
Result<FollowedPointer> troubled(FollowedPointer followed, Error error) {
  const std::string target(followed.target.view());
  switch (trouble_of(error)) {
    case Trouble::elsewhere: return fail(std::move(error));
    case Trouble::unread: return unread(std::move(followed), std::move(error));
    case Trouble::gone:
      return wrong(std::move(followed), fmt::format("names {}, which is missing", target));
    case Trouble::damaged: break;
  }
  return wrong(std::move(followed), "cannot be used: " + to_line(error));
}

// What is wrong with a snapshot that is there.
FollowedPointer judged(FollowedPointer followed) {
  const Entry entry = followed.snapshot->entry();
  std::string what;
  switch (entry.state) {
    case State::complete:
    case State::old: followed.end = End::snapshot; return followed;
    case State::unread: return unread(std::move(followed), *entry.unread);
    case State::incomplete: what = "which is incomplete"; break;
    case State::alone: what = "which has no manifest"; break;
    case State::unfinished: what = "whose run did not end"; break;
    case State::broken: what = "which is broken: " + entry.problem; break;
  }
  return wrong(std::move(followed), fmt::format("names {}, {}", entry.document, what));
}

}  // namespace

ResultTask<FollowedPointer> follow_pointer(Repository& repository, Environment environment,
                                           Region region, ObjectKey pointer, CallScope scope) {
  FollowedPointer followed{.pointer = pointer};
  const auto named = co_await read_pointer(repository, pointer, scope);
  if (!named) co_return troubled(std::move(followed), named.error());
  if (!*named) {
    followed.wrong = "does not exist";
    co_return followed;
  }
  followed.target = (*named)->target;
  const auto id = parse_document_key(followed.target.view());
  const std::string named_key = followed.target.str();
  if (!id || !belongs_to(*id, environment, region))
    co_return wrong(std::move(followed),
                    fmt::format("names '{}', no backup of {} in {}",
                                printable((*named)->target.view(), 200), environment, region));
  if (id->extent == SnapshotId::Extent::partial)
    co_return wrong(std::move(followed), fmt::format("names {}, which is partial", named_key));
  if (id->time > (*named)->service_time + kAhead)
    co_return wrong(std::move(followed), fmt::format("names {}, a time in the future", named_key));
  auto opened = co_await Snapshot::open(repository, followed.target, scope);
  if (!opened) co_return troubled(std::move(followed), std::move(opened).error());
  followed.snapshot = std::move(*opened);
  co_return judged(std::move(followed));
}

namespace {

using ParseKey = std::optional<SnapshotId> (*)(std::string_view);

ResultTask<std::vector<SnapshotId>> listed_ids(Repository& repository, std::string prefix,
                                               ParseKey parse, CallScope scope) {
  std::vector<SnapshotId> ids;
  const auto note = [&ids, parse](const std::vector<ListedKey>& page) {
    for (const ListedKey& listed : page)
      if (const auto id = parse(listed.key.view())) ids.push_back(*id);
    return true;  // keys come in order, and a timestamp sorts as its text
  };
  SSMB_CO_TRY_VOID(co_await repository.list(std::move(prefix), note, scope));
  co_return ids;
}

}  // namespace

ResultTask<std::vector<SnapshotId>> manifest_ids(Repository& repository, Environment environment,
                                                 Region region, CallScope scope) {
  return listed_ids(repository, manifests_prefix(environment, region), parse_manifest_key,
                    std::move(scope));
}

ResultTask<std::vector<SnapshotId>> index_ids(Repository& repository, Environment environment,
                                              Region region, CallScope scope) {
  return listed_ids(repository, manifests_prefix(environment, region), parse_index_key,
                    std::move(scope));
}

ResultTask<std::optional<Entry>> complete_at(Repository& repository, SnapshotId id,
                                             CallScope scope) {
  const ObjectKey document = document_key(id);
  const auto stat = co_await repository.stat(document, scope);
  if (!stat && trouble_of(stat.error()) == Trouble::gone) co_return std::nullopt;
  if (!stat) co_return fail(stat.error());
  if (id.time > stat->service_time + kAhead) co_return std::nullopt;
  SSMB_CO_TRY(entry, co_await describe_if_there(repository, id, document, stat->size, scope));
  if (!entry) co_return std::nullopt;
  if (entry->unread) co_return fail(std::move(*entry->unread));
  if (entry->state != State::complete) co_return std::nullopt;
  co_return std::move(*entry);
}

ResultTask<std::optional<Entry>> complete_if_read(Repository& repository, SnapshotId id,
                                                  CallScope scope) {
  auto entry = co_await complete_at(repository, id, scope);
  if (!entry && trouble_of(entry.error()) != Trouble::elsewhere) co_return std::nullopt;
  co_return entry;
}

ResultTask<NewestComplete> newest_complete(Repository& repository, Environment environment,
                                           Region region, CallScope scope) {
  SSMB_CO_TRY(ids, co_await manifest_ids(repository, environment, region, scope));
  ShrinkGuard guard(repository, environment, region, scope);
  NewestComplete newest;
  for (const SnapshotId& id : ids | std::views::reverse) {
    SSMB_CO_TRY(entry, co_await complete_if_read(repository, id, scope));
    if (!entry) continue;
    SSMB_CO_TRY(objection, co_await guard.objection(*entry));
    if (objection.empty()) {
      newest.found = std::move(entry);
      break;
    }
    newest.passed_over.push_back(entry->document);
  }
  co_return newest;
}

namespace {

// "; KEY and 2 more are complete, too, but ..."
std::string passed_over_text(const NewestComplete& newest) {
  const std::size_t count = newest.passed_over.size();
  if (count == 0) return {};
  const std::string which =
      count == 1 ? newest.passed_over.front().str() + " is"
                 : fmt::format("{} and {} more are", newest.passed_over.front(), count - 1);
  return fmt::format("; {} complete, too, but with too few parameters to be trusted", which);
}

}  // namespace

std::string advice_without_latest(const FollowedPointer& followed, const NewestComplete& newest) {
  if (newest.found)
    return fmt::format(
        "the newest complete snapshot is there all the same: --snapshot {}; the next complete "
        "backup mends the pointer{}",
        newest.found->document, passed_over_text(newest));
  if (followed.end == End::nothing)
    return "no backup has succeeded there yet: `ssm-backup list` shows what there is";
  return "no complete snapshot is there: `ssm-backup list` shows what there is" +
         passed_over_text(newest);
}

}  // namespace ssmb::snapshot
