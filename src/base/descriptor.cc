#include "base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace ssmb {

namespace {

std::string_view advice(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT: return "make room there, or name another place";
    case EACCES:
    case EPERM: return "check owner and mode";
    case EROFS: return "it is mounted read-only: name another place";
    case EFBIG: return "raise the limit on the size of files (ulimit -f), or name another place";
    case ENOTDIR:
    case EISDIR:
      return "a file stands where a directory should, or the reverse: name another place";
    default: return "check the file system there, or name another place";
  }
}

}  // namespace

std::unexpected<Error> system_error(std::string_view what, const std::filesystem::path& path,
                                    int code) {
  return fail(ErrorKind::local_io,
              fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(code)),
              std::string(advice(code)));
}

bool write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> make_directories(const std::filesystem::path& directory) {
  std::filesystem::path made;
  for (const auto& part : directory) {
    made /= part;
    struct stat status{};
    if (::stat(made.c_str(), &status) == 0) continue;
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST)
      return system_error("cannot make directory", made, errno);
  }
  return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.number()) != 0)
    return system_error("cannot sync directory", directory, errno);
  return {};
}

}  // namespace ssmb
