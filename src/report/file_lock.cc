#include "report/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "report/work_dir.h"

namespace ssmb::report {
namespace {

// As strerror, without its shared buffer.
std::string reason_of(int number) { return std::generic_category().message(number); }

std::unexpected<Error> cannot(const std::filesystem::path& path, std::string_view why) {
  return fail(ErrorKind::local_io, "cannot lock " + path.string() + ": " + std::string(why),
              kWritable);
}

// Whatever the umask says. What is another user's was opened up by him.
bool let_group_in(int descriptor, const std::filesystem::path& path) {
  struct stat file{};
  struct stat directory{};
  if (::fstat(descriptor, &file) != 0) return false;
  const auto above = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (::stat(above.c_str(), &directory) != 0) return false;
  constexpr mode_t kShared = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;
  const bool shares = (directory.st_mode & S_IWGRP) != 0 && directory.st_gid == file.st_gid;
  if (!shares || file.st_uid != ::geteuid() || (file.st_mode & 0777U) == kShared) return true;
  return ::fchmod(descriptor, kShared) == 0;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::try_take(const std::filesystem::path& path,
                                                   Takers takers) {
  std::error_code bad;
  std::filesystem::create_directories(path.parent_path(), bad);
  if (bad) return cannot(path, bad.message());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot(path, reason_of(errno));
  FileLock lock(descriptor);
  if (takers == Takers::group && !let_group_in(descriptor, path))
    return cannot(path, reason_of(errno));
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return cannot(path, reason_of(errno));
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ssmb::report
