#include "report/work_dir.h"

#include <fmt/format.h>

#include "base/try.h"

namespace ssmb::report {

Result<FileLock> hold_work_dir(const std::filesystem::path& work_dir, std::string_view what) {
  SSMB_TRY(lock, FileLock::try_take(work_dir / fmt::format(".{}.lock", what)));
  if (lock) return std::move(*lock);
  return fail(ErrorKind::conflict,
              fmt::format("another {} is using the work directory {}", what, work_dir.string()),
              "wait for its end, or give this one another --work-dir");
}

Result<void> remove_file(const std::filesystem::path& file) {
  std::error_code bad;
  std::filesystem::remove(file, bad);
  if (!bad) return {};
  return fail(ErrorKind::local_io, "cannot remove " + file.string() + ": " + bad.message(),
              kWritable);
}

}  // namespace ssmb::report
