#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

#include "base/descriptor.h"

namespace ssmb {
namespace {

template <class Text>
Result<Text> read_whole(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT)
    return fail(ErrorKind::not_found, fmt::format("there is no file {}", path.string()));
  if (!file.open()) return system_error("cannot open", path, errno);
  Text text;
  std::size_t used = 0;
  while (true) {
    text.resize(used + std::size_t{64} * 1024);
    const ssize_t got = ::read(file.number(), text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path, errno);
    used += static_cast<std::size_t>(got);
    if (got == 0) break;
  }
  text.resize(used);
  return text;
}

constexpr mode_t kOwner = 0600;
constexpr mode_t kEverybody = 0644;

std::filesystem::path directory_of(const std::filesystem::path& path) {
  std::filesystem::path directory = path.parent_path();
  return directory.empty() ? "." : directory;
}

Result<void> replace_file(const std::filesystem::path& path, mode_t mode,
                          const std::function<void(const TextSink&)>& write) {
  const std::filesystem::path directory = directory_of(path);
  std::string beside = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // mode 0600
  if (!file.open()) return system_error("cannot create a file beside", path, errno);
  int code = 0;  // of the first piece that could not be written
  write([&](std::string_view piece) {
    if (code == 0 && !write_all(file, piece)) code = errno;
  });
  const bool written = code == 0 && ::fchmod(file.number(), mode) == 0 &&
                       ::fsync(file.number()) == 0 && file.close() &&
                       ::rename(beside.c_str(), path.c_str()) == 0;
  if (!written) {
    if (code == 0) code = errno;
    ::unlink(beside.c_str());
    return system_error("cannot write", path, code);
  }
  return sync_directory(directory);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  return read_whole<std::string>(path);
}

Result<SecretBytes> read_secret_file(const std::filesystem::path& path) {
  return read_whole<SecretBytes>(path);
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  return write_file(path, [text](const TextSink& sink) { sink(text); });
}

Result<void> write_file(const std::filesystem::path& path,
                        const std::function<void(const TextSink&)>& write) {
  if (auto made = make_directories(directory_of(path)); !made) return made;
  return replace_file(path, kOwner, write);
}

Result<void> write_public_file(const std::filesystem::path& path, std::string_view text) {
  return replace_file(path, kEverybody, [text](const TextSink& sink) { sink(text); });
}

}  // namespace ssmb
