// The few system calls behind safe files: owned descriptors, whole writes, private directories.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace ssmb {

// A file descriptor, closed when it goes.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  bool open() const { return number_ >= 0; }
  int number() const { return number_; }
  // False, with errno, where a full disk shows only now.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_ = -1;
};

// local_io: "<what> <path>: <the system's words for code>".
std::unexpected<Error> system_error(std::string_view what, const std::filesystem::path& path,
                                    int code);

// False, with errno, if not all of it could be written.
bool write_all(const Descriptor& file, std::string_view bytes);
// As mkdir -p, each missing directory with mode 0700.
Result<void> make_directories(const std::filesystem::path& directory);
// A new name is safe only once its directory is on disk too.
Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace ssmb
