#include "engine/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/dry_run.h"

namespace ssmb::engine {
namespace {

using snapshot::SnapshotWriter;
using snapshot::Unreadable;

// Hands what arrives to the writer, and what is worth a line to the log.
class Keeper final : public Collector {
 public:
  Keeper(SnapshotWriter& writer, const BackupOptions& options, const Region& region, Events& events)
      : writer_(writer), options_(options), region_(region), events_(events) {}

  ResultTask<void> take(Found found, CallScope scope) override {
    if (auto* parameter = std::get_if<Parameter>(&found))
      co_return co_await writer_.add(std::move(*parameter), scope);
    if (auto* unreadable = std::get_if<Unreadable>(&found)) {
      const bool accepted = std::ranges::any_of(
          options_.accept_unreadable,
          [unreadable](const auto& glob) { return glob_match(glob, unreadable->name.view()); });
      unreadable->accepted = accepted ? Unreadable::Accepted::yes : Unreadable::Accepted::no;
      events_.note(region_, accepted ? Gravity::info : Gravity::warning,
                   fmt::format("  {}: {}", unreadable->name, to_line(unreadable->error)));
      writer_.note_unreadable(std::move(*unreadable));
    } else if (auto* vanished = std::get_if<Vanished>(&found)) {
      events_.note(region_, Gravity::info,
                   fmt::format("  {}: vanished after it was listed", vanished->name));
      writer_.note_vanished(vanished->name);
    }
    co_return Result<void>{};
  }
  ByteCount bytes() const override { return {writer_.bytes()}; }

 private:
  SnapshotWriter& writer_;
  const BackupOptions& options_;
  const Region& region_;
  Events& events_;
};

snapshot::RunInfo run_info(const BackupOptions& options, const BackupTarget& target, Time start) {
  return {.environment = options.env,
          .region = target.region,
          .account = target.account,
          .run_id = options.run_id,
          .tool_version = options.tool_version,
          .start = start,
          .scope = options.scope,
          .depth = snapshot::Depth::current,
          .tags = options.tags};
}

// Collects into the writer and finishes it.
ResultTask<RegionBackup> write_snapshot(aws::Session& session, SnapshotWriter& writer,
                                        BackupOptions options, BackupTarget target, Events& events,
                                        CallScope scope) {
  Keeper keeper(writer, options, target.region, events);
  SSMB_CO_TRY(collected, co_await collect(session,
                                          {.region = target.region,
                                           .scope = options.scope,
                                           .tags = options.tags,
                                           .concurrency = options.concurrency},
                                          keeper, events, scope));
  snapshot::Ending ending;
  ending.end = session.runtime.now();
  ending.listed = collected.totals.listed;
  ending.service_settings = std::move(collected.service_settings);
  ending.tags = collected.tags;
  ending.accept_shrink = options.accept_shrink;
  ending.default_region = target.default_region;
  SSMB_CO_TRY(written, co_await writer.finish(std::move(ending), scope));
  RegionBackup backup;
  backup.totals = collected.totals;
  backup.totals.bytes = ByteCount{written.manifest.document.size};
  backup.written = std::move(written);
  co_return backup;
}

ResultTask<RegionBackup> backup_for_real(aws::Session& session, snapshot::Repository& repository,
                                         BackupOptions options, BackupTarget target, Time start,
                                         Events& events, CallScope scope) {
  SSMB_CO_TRY(writer,
              co_await SnapshotWriter::begin(repository, run_info(options, target, start), scope));
  auto backup = co_await write_snapshot(session, *writer, options, target, events, scope);
  if (!backup) co_await writer->abort();
  if (backup) backup->url = repository.url(writer->key());
  co_return backup;
}

}  // namespace

bool is_complete(const RegionBackup& backup) {
  if (!backup.written) return true;
  const auto& written = *backup.written;
  if (written.manifest.completeness == snapshot::Completeness::incomplete) return false;
  return std::ranges::none_of(written.pointers, [&written](const auto& report) {
    using Outcome = snapshot::PointerReport::Outcome;
    // Kept because of a newer snapshot is as it should be; kept because of a shrink is not.
    return report.outcome == Outcome::failed ||
           (report.outcome == Outcome::kept && written.shrink != snapshot::Shrink::none);
  });
}

ResultTask<RegionBackup> backup_region(aws::Session& session, snapshot::Repository& repository,
                                       BackupOptions options, BackupTarget target, Events& events,
                                       CallScope scope) {
  const Time start = session.runtime.now();
  const SteadyTime begin = session.runtime.steady();
  auto backup =
      options.mode == RunMode::dry
          ? co_await dry_run(session, repository, options, target, events, scope)
          : co_await backup_for_real(session, repository, options, target, start, events, scope);
  if (!backup) co_return fail(std::move(backup).error());
  backup->start = start;
  backup->duration = session.runtime.steady() - begin;
  backup->repository = repository.describe();
  co_return backup;
}

}  // namespace ssmb::engine
