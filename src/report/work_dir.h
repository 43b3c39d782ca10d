// Files of the work directory.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace ssmb::report {

// What to do about any trouble there.
inline constexpr const char* kWritable = "give a directory that can be written: --work-dir DIR";

// It need not be there. local_io.
Result<void> remove_file(const std::filesystem::path& file);

}  // namespace ssmb::report
