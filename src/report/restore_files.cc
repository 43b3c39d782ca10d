#include "report/restore_files.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/try.h"
#include "report/work_dir.h"

namespace ssmb::report {
namespace {

Result<void> advised(Result<void> written) {
  if (written) return written;
  return fail(std::move(written).error().advising(kWritable));
}

}  // namespace

// A lock of its own, and not that of a run: two processes with the same --run-id share that one,
// and a backup at work is no reason to wait with a restore.
Result<void> RestoreFiles::begin() {
  SSMB_TRY(lock, hold_work_dir(work_dir_, "restore"));
  held_.emplace(std::move(lock));
  return remove_file(work_dir_ / "restore_result.json");
}

Result<void> RestoreFiles::write_analysis(const ShownPlan& shown) const {
  return advised(write_file(work_dir_ / "analysis.json",
                            [&shown](const TextSink& sink) { write_plan_json(sink, shown); }));
}

Result<void> RestoreFiles::write_result(const boost::json::object& result) const {
  return advised(
      write_file(work_dir_ / "restore_result.json", boost::json::serialize(result) + '\n'));
}

std::filesystem::path RestoreFiles::journal(const Region& region) const {
  return work_dir_ / fmt::format("restore-journal-{}.jsonl", region);
}

}  // namespace ssmb::report
