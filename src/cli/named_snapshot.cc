#include "cli/named_snapshot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/try.h"
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

}  // namespace

void add_snapshot_flag(FlagSet& flags, std::string& key) {
  flags.text("--snapshot", "KEY", key,
             "this one, by its key as `list` prints it, in place of the newest good one");
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
