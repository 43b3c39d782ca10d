#include "report/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <array>
#include <cerrno>

#include "base/text.h"

namespace ssmb::report {
namespace {

bool lock(const Descriptor& file, int how) {
  int done = -1;
  do {
    done = ::flock(file.number(), how);
  } while (done != 0 && errno == EINTR);
  return done == 0;
}

// The run that wrote itself there.
std::string holder_of(const Descriptor& file) {
  std::array<char, 256> text{};
  const ssize_t size = ::pread(file.number(), text.data(), text.size(), 0);
  return std::string(trim({text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))}));
}

bool write_holder(const Descriptor& file, const RunId& run) {
  return ::ftruncate(file.number(), 0) == 0 && write_all(file, run.str() + '\n');
}

}  // namespace

Result<RunLock> RunLock::take(const std::filesystem::path& work_dir, const RunId& run) {
  const std::filesystem::path path = work_dir / ".run.lock";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return system_error("cannot open", path, errno);
  if (lock(file, LOCK_EX | LOCK_NB)) {
    // Nobody else runs. From now on others of this run may come beside.
    if (!write_holder(file, run)) return system_error("cannot write", path, errno);
    if (!lock(file, LOCK_SH | LOCK_NB)) return system_error("cannot lock", path, errno);
    return RunLock(std::move(file));
  }
  if (errno != EWOULDBLOCK) return system_error("cannot lock", path, errno);
  const std::string holder = holder_of(file);
  if (holder == run.str() && lock(file, LOCK_SH | LOCK_NB)) return RunLock(std::move(file));
  return fail(
      ErrorKind::conflict,
      fmt::format("another run ({}) is using the work directory {}",
                  printable(holder.empty() ? "its id is unknown" : holder, 200), work_dir.string()),
      "wait for its end, or give this one another --work-dir");
}

}  // namespace ssmb::report
