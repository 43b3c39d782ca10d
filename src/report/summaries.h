// What a run leaves in the work directory for Jenkins and notices: region_summaries.json and
// <region>/summary.json (reference: docs/summaries.md). Never a value.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "engine/run.h"
#include "report/run_lock.h"

namespace ssmb::report {

struct RunFacts {
  Environment env;
  RunId run_id;
  engine::RunMode mode = engine::RunMode::real;
};

// A Region's entry: the old members in their old meaning, and new ones beside them. Pure.
boost::json::object region_entry(const RunFacts& run, const engine::RegionOutcome& outcome);
// That of a Region that has begun: a failure which says so, for it is what is read where the run is
// killed. Pure.
boost::json::object begun_entry(const RunFacts& run, const Region& region);
// {"key", "time", "ageSeconds"}, or {"unknownBecause"}. Pure.
boost::json::object remaining_json(const engine::Remaining& remaining);
// <region>/summary.json of a Region that has a snapshot (or was rehearsed). Pure.
boost::json::object region_summary(const RunFacts& run, const engine::RegionOutcome& outcome);

// The two files of one run. Several processes of a run may write at once: a lock file orders them;
// nothing blocks the executor. Another run that is still at work in the directory is a conflict,
// found in begin(); all other errors are local_io.
class SummaryFiles {
 public:
  SummaryFiles(Runtime& runtime, std::filesystem::path work_dir, RunFacts run)
      : runtime_(runtime), work_dir_(std::move(work_dir)), run_(std::move(run)) {}

  // Before anything is read: finds out whether the directory can be written, and removes what other
  // runs left, entries of region_summaries.json and <region>/summary.json, so that none of theirs
  // passes for this run's.
  ResultTask<void> begin(CallScope scope);
  // Of a dry run: the real one whose entries it has replaced; empty: there was none.
  const std::string& replaced() const { return replaced_; }
  // Puts the Region's entry among those of this run, and waits for another process that is at it.
  // What fails is tried again later, and told in the end.
  Task<void> region_begins(Region region, CallScope scope);
  // The same entry as it came out, at once unless another process is at it.
  void region_ended(const engine::RegionOutcome& outcome);
  // Writes what is still due, and says what could not be written.
  ResultTask<void> finish();

 private:
  ResultTask<void> flush(CallScope scope);
  Result<bool> try_write();  // false: another process holds the lock
  Result<void> take_over();
  boost::json::object stamped(boost::json::object entry) const;
  boost::json::object entries_of_run(const std::filesystem::path& file);

  Runtime& runtime_;
  std::filesystem::path work_dir_;
  RunFacts run_;
  boost::json::object entries_;  // of this process's Regions
  Result<void> ended_;           // of the <region>/summary.json files
  std::optional<RunLock> held_;
  std::string replaced_;
  bool due_ = true;  // region_summaries.json lacks something
};

// Those of the snapshot, or of a dry run's sample.
const std::vector<snapshot::Unreadable>& unreadable_of(const engine::RegionBackup& backup);
const std::vector<snapshot::Lacking>& lacking_of(const engine::RegionBackup& backup);

// Why a backup is incomplete though every parameter was read; empty if nothing is to say.
std::string incomplete_because(const engine::RegionBackup& backup);

std::uint64_t parameter_count(const engine::RegionBackup& backup);

// How many parameters a summary tells of by name, in each list: the manifest names all.
inline constexpr std::size_t kMostTold = 1000;

// Parameters that could not be read, or not whole, and that nobody accepted.
std::uint64_t failed_count(const engine::RegionBackup& backup);

}  // namespace ssmb::report
