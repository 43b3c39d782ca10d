#include "snapshot/directory_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace ssmb::snapshot {

namespace {

constexpr std::string_view kStem = ".unfinished-";
constexpr int kTries = 100;

// The lock says that its writer lives. False: another holds it, or it is gone already.
bool is_held(const Descriptor& file) {
  struct stat status{};
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;  // no locks here
  return ::fstat(file.number(), &status) == 0 && status.st_nlink > 0;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::create(const std::filesystem::path& directory) {
  // A sweep may come between making the file and locking it.
  for (int i = 0; i < kTries; ++i) {
    std::string name = (directory / (std::string(kStem) + "XXXXXX")).string();
    TemporaryFile made;
    made.file_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
    if (!made.file_.open()) return system_error("cannot create a file in", directory, errno);
    made.path_ = name;
    if (is_held(made.file_)) return made;
  }
  return system_error("cannot lock a file in", directory, EWOULDBLOCK);
}

void TemporaryFile::remove_torn(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::error_code wrong;
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, wrong);
  for (; !wrong && at != fs::recursive_directory_iterator(); at.increment(wrong)) {
    if (!at->path().filename().string().starts_with(kStem)) continue;
    const Descriptor file(
        ::open(at->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.open() && ::flock(file.number(), LOCK_EX | LOCK_NB) == 0) ::unlink(at->path().c_str());
  }
}

Result<void> TemporaryFile::append(std::string_view bytes) {
  if (!file_.open()) return fail(ErrorKind::internal, "a file is written after its end");
  if (!write_all(file_, bytes)) return system_error("cannot write", path_, errno);
  return {};
}

Result<void> TemporaryFile::finish() {
  // Open until it stands under its name: closed, it would look torn.
  if (!file_.open() || ::fsync(file_.number()) != 0)
    return system_error("cannot write", path_, errno);
  return {};
}

Result<void> TemporaryFile::put_at(const std::filesystem::path& target) {
  if (auto finished = finish(); !finished) return finished;
  // A link never replaces; file systems that lack renameat2's flag have it.
  if (::link(path_.c_str(), target.c_str()) != 0) {
    const int code = errno;
    if (code == EEXIST) return fail(ErrorKind::conflict, target.string() + " exists already");
    return system_error("cannot create", target, code);
  }
  remove();
  return sync_directory(target.parent_path());
}

Result<void> TemporaryFile::replace(const std::filesystem::path& target) {
  if (auto finished = finish(); !finished) return finished;
  if (::rename(path_.c_str(), target.c_str()) != 0)
    return system_error("cannot replace", target, errno);
  path_.clear();
  file_ = Descriptor();
  return sync_directory(target.parent_path());
}

void TemporaryFile::remove() {
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  file_ = Descriptor();
}

}  // namespace ssmb::snapshot
