// What a Region's snapshots tell together: days without one, parents that are gone, objects that
// belong to none. Pure.
#pragma once

#include <vector>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

// Whole days (UTC), both included.
struct Days {
  std::chrono::sys_days first;
  std::chrono::sys_days last;

  bool operator==(const Days&) const = default;
};

// A manifest names a parent that is not there, though older snapshots are: retention takes the
// oldest first. Somebody removed it; or this is a copy, which holds no incomplete ones.
struct GoneParent {
  ObjectKey manifest;
  ObjectKey parent;

  bool operator==(const GoneParent&) const = default;
};

struct Survey {
  // Days since the first snapshot, and before today, without one that is complete and of the
  // default scope; a backup of the pipeline before counts as one.
  std::vector<Days> without;
  std::vector<GoneParent> gone;
  // Indexes whose document and manifest are gone. One beside an unfinished document is part of it.
  std::vector<Finding> strays;
};

// `entries` as list_snapshots() gives them, `indexes` as index_ids() does.
Survey survey(const std::vector<Entry>& entries, const std::vector<SnapshotId>& indexes, Time now);

}  // namespace ssmb::snapshot
