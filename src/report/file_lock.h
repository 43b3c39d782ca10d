// An exclusive lock between processes: flock on a file that stays.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace ssmb::report {

class FileLock {
 public:
  // Waits until no other process holds it; makes directories in between. local_io.
  static Result<FileLock> take(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock() { release(); }

  void release();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ssmb::report
