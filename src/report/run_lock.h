// Holds a work directory for one run: its processes share it, those of another run are refused.
// Two runs at once would take each other's summaries for leftovers.
#pragma once

#include <filesystem>

#include "base/descriptor.h"
#include "base/ids.h"

namespace ssmb::report {

class RunLock {
 public:
  // Until the lock goes, or the process with it. conflict: a process of another run holds it, and
  // the error names that run; else local_io. Never waits. Takers come one at a time: the caller
  // holds the lock of the summaries.
  static Result<RunLock> take(const std::filesystem::path& work_dir, const RunId& run);

 private:
  explicit RunLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace ssmb::report
