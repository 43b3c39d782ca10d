#include "cli/named_snapshot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "base/try.h"
#include "report/snapshot_text.h"
#include "snapshot/as_of.h"
#include "snapshot/lone_document.h"
#include "snapshot/trouble.h"

namespace ssmb::cli {
namespace {

using snapshot::Trouble;
using snapshot::trouble_of;

// A snapshot whose document is gone is listed by its manifest.
ResultTask<bool> manifest_speaks_of(snapshot::Repository& repository, ObjectKey key,
                                    CallScope scope) {
  const auto id = snapshot::parse_document_key(key.view());
  if (!id || id->region.empty()) co_return false;
  const auto manifest = co_await repository.get(manifest_key(*id), std::move(scope));
  if (!manifest && trouble_of(manifest.error()) == Trouble::gone) co_return false;
  if (!manifest) co_return fail(manifest.error());
  const auto decoded = snapshot::decode_manifest(manifest->bytes.view());
  co_return decoded && decoded->document.key == key;
}

bool is_key(const std::string& word) { return snapshot::parse_document_key(word).has_value(); }

bool is_file(const std::string& word) {
  std::error_code wrong;
  return !is_key(word) && std::filesystem::is_regular_file(word, wrong);
}

// Of a key what it says, of a file what it holds.
ResultTask<snapshot::SnapshotId> id_of(Context& context, NamedSnapshot named) {
  if (const auto id = snapshot::parse_document_key(named.word)) co_return *id;
  SSMB_CO_TRY(env, context.env());
  if (!is_file(named.word)) co_return fail(no_such_key(named, env));
  SSMB_CO_TRY(
      lone, co_await snapshot::open_lone_document(context.runtime(), named.word, context.scope()));
  co_return lone.entry.id;
}

Result<void> check_time(Context& context, const SnapshotChoice& choice) {
  if (choice.as_of.empty()) return {};
  if (!choice.snapshot.empty())
    return fail(ErrorKind::usage, "--snapshot and --as-of exclude each other", "leave one out");
  const auto time = parse_moment(choice.as_of, context.runtime().now());
  if (!time) return fail(Error(time.error()).within("--as-of"));
  return {};
}

void tell_passed_over(Context& context, const Region& region,
                      const std::vector<snapshot::Entry>& passed_over) {
  for (const snapshot::Entry& entry : passed_over) {
    const std::string why = report::why_not_complete(entry);
    context.err() << fmt::format("note: {}: {} is passed over: {}{}\n", region, entry.document,
                                 to_string(entry.state),
                                 why.empty() ? "" : ", " + printable(why, 200));
  }
}

// None is that old.
Error none_as_of(const Selection& selection, const Region& region, Time time,
                 const snapshot::AsOf& as_of) {
  return {
      .kind = ErrorKind::not_found,
      .what = fmt::format("no complete snapshot of {} in {} was started by {}", selection.env,
                          region, to_iso8601_seconds(time)),
      .fault = std::nullopt,
      .next = as_of.oldest
                  ? fmt::format("the oldest is of {}: --snapshot {}",
                                to_iso8601_seconds(as_of.oldest->id.time), as_of.oldest->document)
                  : fmt::format("there is none of any time: `ssm-backup list --env {}` shows "
                                "what there is",
                                selection.env)};
}

ResultTask<OpenedSnapshot> open_as_of(Context& context, const Selection& selection, Region region,
                                      std::string when) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(time, parse_moment(when, context.runtime().now()));
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  SSMB_CO_TRY(as_of,
              co_await snapshot::complete_as_of(*repository, selection.env, region, time, scope));
  tell_passed_over(context, region, as_of.passed_over);
  if (!as_of.found) co_return fail(none_as_of(selection, region, time, as_of));
  auto opened = snapshot::Snapshot::of(*repository, std::move(*as_of.found));
  co_return OpenedSnapshot{
      .region = region, .repository = std::move(repository), .snapshot = std::move(opened)};
}

ResultTask<OpenedSnapshot> open_file(Context& context, Region region, std::string path) {
  SSMB_CO_TRY(lone,
              co_await snapshot::open_lone_document(context.runtime(), path, context.scope()));
  if (!lone.entry.id.region.empty()) region = lone.entry.id.region;
  auto opened = snapshot::Snapshot::of(*lone.repository, std::move(lone.entry));
  co_return OpenedSnapshot{.region = std::move(region),
                           .repository = std::move(lone.repository),
                           .snapshot = std::move(opened)};
}

}  // namespace

bool names_snapshot(const std::string& word) { return is_key(word) || is_file(word); }

void add_snapshot_flag(FlagSet& flags, std::string& key) {
  flags.text("--snapshot", "KEY", key,
             "this one, by its key as `list` prints it, in place of the newest good one");
}

void add_choice_flags(FlagSet& flags, SnapshotChoice& choice) {
  flags
      .text("--snapshot", "KEY|FILE", choice.snapshot,
            "this one, by its key as `list` prints it, or a document on disk", ValueKind::file)
      .text("--as-of", "TIME", choice.as_of,
            "the newest complete one started by then: 2026-11-22T13:00Z (UTC where no zone is "
            "given), yesterday, -3d, -6h");
}

ResultTask<Selection> select_chosen(Context& context, std::vector<SnapshotChoice> choices) {
  std::vector<Region> named;
  std::optional<ObjectKey> nowhere;  // a key that names no Region
  Repositories repositories = Repositories::not_wanted;
  for (const SnapshotChoice& choice : choices) {
    SSMB_CO_TRY_VOID(check_time(context, choice));
    if (!is_file(choice.snapshot)) repositories = Repositories::wanted;
    if (!choice.names_one()) continue;
    const NamedSnapshot word{.said_by = choice.said_by, .word = choice.snapshot};
    SSMB_CO_TRY(id, co_await id_of(context, word));
    SSMB_CO_TRY_VOID(check_named(context, word, id));
    if (id.region.empty() && is_key(choice.snapshot)) nowhere = ObjectKey(choice.snapshot);
    if (id.region.empty() && !is_key(choice.snapshot) && context.options().regions.size() != 1)
      co_return fail(ErrorKind::usage,
                     fmt::format("nothing in {} tells its Region", printable(choice.snapshot, 200)),
                     "say which: --region");
    if (!id.region.empty() && std::ranges::find(named, id.region) == named.end())
      named.push_back(id.region);
  }
  if (!nowhere) co_return co_await select_named_regions(context, named, repositories);
  // It may lie in any.
  SSMB_CO_TRY(selection, co_await select_named_regions(context, {}, repositories));
  SSMB_CO_TRY(found, co_await open_named(context, selection, *nowhere));
  std::erase(named, found.region);
  named.insert(named.begin(), found.region);
  selection.regions = std::move(named);
  co_return selection;
}

ResultTask<OpenedSnapshot> open_chosen(Context& context, Selection selection, Region region,
                                       SnapshotChoice choice) {
  if (!choice.as_of.empty())
    co_return co_await open_as_of(context, selection, region, choice.as_of);
  if (choice.snapshot.empty()) co_return co_await open_newest(context, selection, region);
  if (is_file(choice.snapshot)) co_return co_await open_file(context, region, choice.snapshot);
  const auto id = snapshot::parse_document_key(choice.snapshot);
  selection.regions = {id && !id->region.empty() ? id->region : region};
  co_return co_await open_named(context, selection, ObjectKey(choice.snapshot));
}

ResultTask<OpenedSnapshot> open_newest(Context& context, const Selection& selection,
                                       Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  SSMB_CO_TRY(opened,
              co_await snapshot::Snapshot::open_latest(*repository, selection.env, region, scope));
  co_return OpenedSnapshot{
      .region = region, .repository = std::move(repository), .snapshot = std::move(opened)};
}

ResultTask<OpenedSnapshot> open_named(Context& context, const Selection& selection, ObjectKey key) {
  for (const Region& region : selection.regions) {
    const CallScope scope = context.scope();
    SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
    auto opened = co_await snapshot::Snapshot::open(*repository, key, scope);
    if (opened)
      co_return OpenedSnapshot{
          .region = region, .repository = std::move(repository), .snapshot = std::move(*opened)};
    if (trouble_of(opened.error()) != Trouble::gone) co_return fail(std::move(opened).error());
    SSMB_CO_TRY(orphan, co_await manifest_speaks_of(*repository, key, scope));
    if (orphan)
      co_return fail(ErrorKind::corrupt,
                     repository->url(key) + " is missing, its manifest is there",
                     fmt::format("`ssm-backup list --env {}` shows the others", selection.env));
  }
  co_return fail(
      ErrorKind::not_found,
      fmt::format("there is no snapshot {} in {}", key, fmt::join(selection.regions, ", ")),
      fmt::format("`ssm-backup list --env {}` shows the keys there are", selection.env));
}

}  // namespace ssmb::cli
