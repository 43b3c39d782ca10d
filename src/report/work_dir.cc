#include "report/work_dir.h"

namespace ssmb::report {

Result<void> remove_file(const std::filesystem::path& file) {
  std::error_code bad;
  std::filesystem::remove(file, bad);
  if (!bad) return {};
  return fail(ErrorKind::local_io, "cannot remove " + file.string() + ": " + bad.message(),
              kWritable);
}

}  // namespace ssmb::report
