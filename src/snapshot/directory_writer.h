// A file written beside its name and put there whole.
#pragma once

#include <filesystem>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"

namespace ssmb::snapshot {

// Not visible under any name that a reader lists (it begins with a dot). Removed when it goes,
// unless it was put in place.
class TemporaryFile {
 public:
  // In `directory`, which exists. Mode 0600.
  static Result<TemporaryFile> create(const std::filesystem::path& directory);
  // Removes those anywhere below `root` that no process holds: what a killed run left behind.
  static void remove_torn(const std::filesystem::path& root);
  TemporaryFile() = default;
  ~TemporaryFile() { remove(); }
  TemporaryFile(TemporaryFile&& other) noexcept
      : file_(std::move(other.file_)), path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    return *this;
  }

  Result<void> append(std::string_view bytes);
  // Onto the disk, then under its name. conflict where the name is taken (not with replace).
  Result<void> put_at(const std::filesystem::path& target);
  Result<void> replace(const std::filesystem::path& target);
  void remove();

 private:
  Result<void> finish();

  Descriptor file_;
  std::filesystem::path path_;
};

}  // namespace ssmb::snapshot
