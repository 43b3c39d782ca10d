// A backup's rehearsal: lists, reads one batch, looks at the repository, writes nothing.
#pragma once

#include "engine/backup.h"

namespace ssmb::engine {

// totals.read is the size of the one batch; prediction says what the whole would be.
ResultTask<RegionBackup> dry_run(aws::Session& session, snapshot::Repository& repository,
                                 BackupOptions options, BackupTarget target, Events& events,
                                 CallScope scope);

// How long reading takes when it overlaps with a listing that took `listing`. Pure.
Duration predict(Duration listing, Duration batch, std::uint64_t parameters, int concurrency);

}  // namespace ssmb::engine
