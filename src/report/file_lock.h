// An exclusive lock between processes: flock on a file that stays.
#pragma once

#include <filesystem>
#include <optional>

#include "base/error.h"

namespace ssmb::report {

class FileLock {
 public:
  // Who may take it beside the user who made the file. group: that of a directory into which the
  // group may write, too, where the file has it (a directory with the set-group-ID bit).
  enum class Takers { owner, group };
  // nullopt while another process holds it: never waits. Makes directories in between. local_io.
  static Result<std::optional<FileLock>> try_take(const std::filesystem::path& path,
                                                  Takers takers = Takers::owner);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ssmb::report
