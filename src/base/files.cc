#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace ssmb {
namespace {

std::unexpected<Error> failed(std::string_view what, const std::filesystem::path& path, int code) {
  const ErrorKind kind = code == ENOENT ? ErrorKind::not_found : ErrorKind::local_io;
  return fail(kind,
              fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(code)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool open() const { return number_ >= 0; }
  int number() const { return number_; }
  // close() may be where a full disk shows.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// As mkdir -p, each missing directory with mode 0700.
Result<void> make_directories(const std::filesystem::path& directory) {
  std::filesystem::path made;
  for (const auto& part : directory) {
    made /= part;
    struct stat status{};
    if (::stat(made.c_str(), &status) == 0) continue;
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST)
      return failed("cannot make directory", made, errno);
  }
  return {};
}

// The new name is safe only once its directory is on disk too.
Result<void> sync_directory(const std::filesystem::path& directory) {
  Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.number()) != 0)
    return failed("cannot sync directory", directory, errno);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT)
    return fail(ErrorKind::not_found, fmt::format("there is no file {}", path.string()));
  if (!file.open()) return failed("cannot open", path, errno);
  std::string text;
  std::size_t used = 0;
  while (true) {
    text.resize(used + 64 * 1024);
    const ssize_t got = ::read(file.number(), text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", path, errno);
    used += static_cast<std::size_t>(got);
    if (got == 0) break;
  }
  text.resize(used);
  return text;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path directory = path.parent_path();
  if (directory.empty()) directory = ".";
  if (auto made = make_directories(directory); !made) return made;

  std::string beside = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // mode 0600
  if (!file.open()) return failed("cannot create a file beside", path, errno);
  const bool written = write_all(file.number(), text) && ::fsync(file.number()) == 0 &&
                       file.close() && ::rename(beside.c_str(), path.c_str()) == 0;
  if (!written) {
    const int code = errno;
    ::unlink(beside.c_str());
    return failed("cannot write", path, code);
  }
  return sync_directory(directory);
}

}  // namespace ssmb
