// One snapshot to look into: the newest good one of a Region, or the one that --snapshot KEY names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/selection.h"
#include "snapshot/reader.h"

namespace ssmb::cli {

void add_snapshot_flag(FlagSet& flags, std::string& key);

// A snapshot, with what keeps it readable.
struct OpenedSnapshot {
  Region region;
  std::unique_ptr<snapshot::Repository> repository;
  snapshot::Snapshot snapshot;
};

// The one that latest-<region>.txt names. not_found: there is no such pointer; corrupt: it names no
// snapshot that is there.
ResultTask<OpenedSnapshot> open_newest(Context& context, const Selection& selection, Region region);

// In the first of the selection's Regions that holds it: mostly there is only the one that the
// key names. not_found: no object and no manifest speaks of it; corrupt: only a manifest does.
ResultTask<OpenedSnapshot> open_named(Context& context, const Selection& selection, ObjectKey key);

}  // namespace ssmb::cli
