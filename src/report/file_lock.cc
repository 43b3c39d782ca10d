#include "report/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ssmb::report {
namespace {

std::unexpected<Error> cannot(const std::filesystem::path& path, std::string_view why) {
  return fail(ErrorKind::local_io, "cannot lock " + path.string() + ": " + std::string(why),
              "see --work-dir");
}

}  // namespace

Result<std::optional<FileLock>> FileLock::try_take(const std::filesystem::path& path) {
  std::error_code bad;
  std::filesystem::create_directories(path.parent_path(), bad);
  if (bad) return cannot(path, bad.message());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot(path, std::strerror(errno));
  FileLock lock(descriptor);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return cannot(path, std::strerror(errno));
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ssmb::report
