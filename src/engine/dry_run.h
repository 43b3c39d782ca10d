// A backup's rehearsal: lists, reads one batch, looks at the repository, writes nothing.
#pragma once

#include <vector>

#include "engine/backup.h"

namespace ssmb::engine {

// What the real run would meet is met here, too: a repository that is not there or not ours, what
// the sample's parameters refuse, fewer parameters than the last good snapshot has, a deadline that
// is too short. What only a write would find is not. totals.read is the size of the one batch;
// prediction says what the whole would be.
ResultTask<RegionBackup> dry_run(aws::Session& session, snapshot::Repository& repository,
                                 BackupOptions options, BackupTarget target, Events& events,
                                 CallScope scope);

// What was seen, and what the quotas say of the whole.
struct Seen {
  Duration listing{0};           // measured: the real one makes the same calls at the same pace
  Duration batch{0};             // one reader's work for ten parameters
  Duration tag_pages{0};         // of the tagging index, one after another
  std::vector<Duration> quotas;  // each group's: how long its calls wait for their turn
};

// Listing, reading and tags go on at once: the longest of them is how long it takes. Pure.
Duration predict(const Seen& seen, std::uint64_t parameters, int concurrency);

}  // namespace ssmb::engine
