// What a restore leaves in the work directory: analysis.json of the plan, restore_result.json of
// what was done (reference: docs/summaries.md). Never a value.
#pragma once

#include <filesystem>

#include "report/file_lock.h"
#include "report/restore_json.h"

namespace ssmb::report {

class RestoreFiles {
 public:
  explicit RestoreFiles(std::filesystem::path work_dir) : work_dir_(std::move(work_dir)) {}

  // Before the first write: holds every other restore off that uses the directory (conflict), and
  // removes an earlier one's result, so that it does not pass for this one's. local_io.
  Result<void> begin();
  Result<void> write_analysis(const ShownPlan& shown) const;
  Result<void> write_result(const boost::json::object& result) const;

  // "restore-journal-<region>.jsonl"
  std::filesystem::path journal(const Region& region) const;

 private:
  std::filesystem::path work_dir_;
  std::optional<FileLock> held_;
};

}  // namespace ssmb::report
