// What could be restored from: the newest good snapshot of a repository, and of its copies.
#pragma once

#include <optional>
#include <vector>

#include "engine/doctor/lifecycle.h"
#include "engine/doctor/region_case.h"
#include "snapshot/reader.h"

namespace ssmb::engine::doctor {

// The newest good one, as `list` and `restore --as-of` judge it, and whether the pointers lead to
// it. `rules`: of the bucket; nullopt: they may not be read. An error is an interrupt.
ResultTask<void> examine_snapshots(RegionCase& at, const snapshot::RepositoryAddress& address,
                                   std::optional<std::vector<LifecycleRule>> rules);

// Each copy: is it elsewhere, can it be read, and how old is its newest good snapshot? `lost`:
// those that could not be read at all, which is said once and not again for the next Region.
ResultTask<void> examine_copies(RegionCase& at,
                                const std::optional<snapshot::RepositoryAddress>& repository,
                                std::vector<snapshot::RepositoryAddress>& lost);

}  // namespace ssmb::engine::doctor
