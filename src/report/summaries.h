// What a run leaves in the work directory for Jenkins and notices: region_summaries.json and
// <region>/summary.json (reference: docs/format.md). Never a value.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "engine/run.h"

namespace ssmb::report {

struct RunFacts {
  Environment env;
  RunId run_id;
  engine::RunMode mode = engine::RunMode::real;
};

// A Region's entry: the old members in their old meaning, and new ones beside them. Pure.
boost::json::object region_entry(const RunFacts& run, const engine::RegionOutcome& outcome);
// <region>/summary.json of a Region that has a snapshot (or was rehearsed). Pure.
boost::json::object region_summary(const RunFacts& run, const engine::RegionOutcome& outcome);

// Puts the Region's entry among those of this run in region_summaries.json; entries of other runs
// go. Several processes may do this at once: a lock file orders them.
Result<void> write_summaries(const std::filesystem::path& work_dir, const RunFacts& run,
                             const engine::RegionOutcome& outcome);

// Those of the snapshot, or of a dry run's sample.
std::vector<snapshot::Unreadable> unreadable_of(const engine::RegionBackup& backup);

// Why a backup is incomplete though every parameter was read; empty if nothing is to say.
std::string incomplete_because(const engine::RegionBackup& backup);

// Unreadable parameters that nobody accepted.
std::uint64_t failed_count(const engine::RegionBackup& backup);

}  // namespace ssmb::report
