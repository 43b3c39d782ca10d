#include "snapshot/directory_writer.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace ssmb::snapshot {

Result<TemporaryFile> TemporaryFile::create(const std::filesystem::path& directory) {
  std::string name = (directory / ".unfinished-XXXXXX").string();
  TemporaryFile made;
  made.file_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (!made.file_.open()) return system_error("cannot create a file in", directory, errno);
  made.path_ = name;
  return made;
}

Result<void> TemporaryFile::append(std::string_view bytes) {
  if (!file_.open()) return fail(ErrorKind::internal, "a file is written after its end");
  if (!write_all(file_, bytes)) return system_error("cannot write", path_, errno);
  return {};
}

Result<void> TemporaryFile::finish() {
  if (!file_.open() || ::fsync(file_.number()) != 0 || !file_.close())
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
  return sync_directory(target.parent_path());
}

void TemporaryFile::remove() {
  file_ = Descriptor();
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace ssmb::snapshot
