// A repository in a directory: files of mode 0600 in directories of mode 0700.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "snapshot/repository.h"

namespace ssmb::snapshot {

// The directory is made when the first object is written. File I/O blocks the executor: fine for
// one run, not for a server. Several processes may share the directory (a lock file orders
// replace()). `runtime` gives the clock and outlives the repository.
std::unique_ptr<Repository> make_directory_repository(Runtime& runtime, std::filesystem::path root);

// For those who only read: configuration, unless it is a directory that is there. A misspelt one
// would look like an empty repository.
Result<void> check_directory(const std::filesystem::path& root);

}  // namespace ssmb::snapshot
