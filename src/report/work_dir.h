// Files of the work directory.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"
#include "report/file_lock.h"

namespace ssmb::report {

// What to do about any trouble there.
inline constexpr const char* kWritable = "give a directory that can be written: --work-dir DIR";

// Held while it lives. conflict: another `what` ("restore") is using the directory. local_io.
Result<FileLock> hold_work_dir(const std::filesystem::path& work_dir, std::string_view what);

// It need not be there. local_io.
Result<void> remove_file(const std::filesystem::path& file);

}  // namespace ssmb::report
