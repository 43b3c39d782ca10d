// An exclusive lock between processes: flock on a file that stays.
#pragma once

#include <filesystem>
#include <optional>

#include "base/error.h"

namespace ssmb::report {

class FileLock {
 public:
  // nullopt while another process holds it: never waits. Makes directories in between. local_io.
  static Result<std::optional<FileLock>> try_take(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ssmb::report
