#include "snapshot/directory_repository.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/digest.h"
#include "base/try.h"
#include "snapshot/directory_writer.h"
#include "snapshot/layout.h"

namespace ssmb::snapshot {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPage = 1000;
constexpr auto kLockPause = std::chrono::milliseconds{20};
constexpr std::uint64_t kToTheEnd = ~std::uint64_t{0};
// Pointers are smaller: their etag is their content's hash, so that no change goes unseen however
// coarse the file system's clock is. Larger objects are written once.
constexpr std::uint64_t kHashed = std::uint64_t{64} << 10;

Result<Descriptor> open_for_reading(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.open()) return file;
  const int code = errno;
  auto error = system_error("cannot open", path, code);
  if (code == ENOENT || code == ENOTDIR)
    return fail(ErrorKind::not_found, "there is no " + path.string());
  if (code == EACCES)
    return fail(ErrorKind::denied, std::move(error.error().what), "check owner and mode");
  return error;
}

// At most `length` bytes from `offset`; fewer only at the file's end.
Result<SecretBytes> read_range(const Descriptor& file, const fs::path& path, std::uint64_t offset,
                               std::uint64_t length, std::uint64_t size) {
  SecretBytes bytes;
  if (offset >= size) return bytes;
  bytes.resize(static_cast<std::size_t>(std::min(length, size - offset)));
  std::size_t used = 0;
  while (used < bytes.size()) {
    const ssize_t got = ::pread(file.number(), bytes.data() + used, bytes.size() - used,
                                static_cast<off_t>(offset + used));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  bytes.resize(used);
  return bytes;
}

Time time_of(const struct timespec& stamp) {
  return Time(std::chrono::seconds{stamp.tv_sec} +
              std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{stamp.tv_nsec}));
}

Result<ObjectStat> stat_open(const Descriptor& file, const fs::path& path, Time now) {
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return system_error("cannot look at", path, errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::not_found, path.string() + " is not a file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::string etag = fmt::format("\"{}-{}-{}.{}\"", status.st_ino, size, status.st_mtim.tv_sec,
                                 status.st_mtim.tv_nsec);
  if (size <= kHashed) {
    SSMB_TRY(bytes, read_range(file, path, 0, size, size));
    etag = "\"" + sha256_hex(bytes.view()) + "\"";
  }
  return ObjectStat{.size = size,
                    .etag = ETag(std::move(etag)),
                    .last_modified = time_of(status.st_mtim),
                    .service_time = now};
}

class DirectoryWriter final : public ObjectWriter {
 public:
  DirectoryWriter(Runtime& runtime, TemporaryFile file, fs::path target)
      : runtime_(runtime), file_(std::move(file)), target_(std::move(target)) {}

  ResultTask<void> append(SecretBytes bytes, CallScope scope) override {
    SSMB_CO_TRY_VOID(check(runtime_, scope));
    co_return file_.append(bytes.view());
  }
  ResultTask<ObjectStat> commit(CallScope scope) override {
    SSMB_CO_TRY_VOID(check(runtime_, scope));
    SSMB_CO_TRY_VOID(file_.put_at(target_));
    SSMB_CO_TRY(opened, open_for_reading(target_));
    co_return stat_open(opened, target_, runtime_.now());
  }
  Task<void> abort() override {
    file_.remove();
    co_return;
  }

 private:
  Runtime& runtime_;
  TemporaryFile file_;
  fs::path target_;
};

class DirectoryRepository final : public Repository {
 public:
  DirectoryRepository(Runtime& runtime, fs::path root)
      : runtime_(runtime), root_(std::move(root)) {}

  std::string describe() const override { return root_.string(); }
  std::string url(const ObjectKey& key) const override { return (root_ / key.str()).string(); }

  ResultTask<ObjectStat> put_new(ObjectKey key, SecretBytes bytes, CallScope scope) override {
    SSMB_CO_TRY(writer, co_await create(key, scope));
    SSMB_CO_TRY_VOID(co_await writer->append(std::move(bytes), scope));
    co_return co_await writer->commit(scope);
  }

  ResultTask<std::unique_ptr<ObjectWriter>> create(ObjectKey key, CallScope scope) override {
    SSMB_CO_TRY_VOID(enter(key, scope));
    const fs::path target = root_ / key.str();
    SSMB_CO_TRY_VOID(make_directories(target.parent_path()));
    if (!std::exchange(swept_, true)) TemporaryFile::remove_torn(root_);
    SSMB_CO_TRY(file, TemporaryFile::create(target.parent_path()));
    std::unique_ptr<ObjectWriter> writer =
        std::make_unique<DirectoryWriter>(runtime_, std::move(file), target);
    co_return writer;
  }

  ResultTask<ObjectStat> replace(ObjectKey key, std::optional<ETag> expected, SecretBytes bytes,
                                 CallScope scope) override {
    SSMB_CO_TRY_VOID(enter(key, scope));
    const fs::path target = root_ / key.str();
    SSMB_CO_TRY_VOID(make_directories(target.parent_path()));
    SSMB_CO_TRY(file, TemporaryFile::create(target.parent_path()));
    SSMB_CO_TRY_VOID(file.append(bytes.view()));
    // From here to the end no other process compares or sets.
    const auto lock = co_await take_lock(scope);
    if (!lock) co_return fail(lock.error());
    const auto now = look(target);
    if (!now && now.error().kind != ErrorKind::not_found) co_return now;
    const bool holds = now ? expected == now->etag : !expected;
    if (!holds)
      co_return fail(ErrorKind::conflict,
                     target.string() + " was written by another run meanwhile");
    SSMB_CO_TRY_VOID(file.replace(target));
    co_return look(target);
  }

  ResultTask<StoredObject> get(ObjectKey key, CallScope scope) override {
    co_return co_await get_range(std::move(key), 0, kToTheEnd, std::move(scope));
  }

  ResultTask<StoredObject> get_range(ObjectKey key, std::uint64_t offset, std::uint64_t length,
                                     CallScope scope) override {
    SSMB_CO_TRY_VOID(enter(key, scope));
    const fs::path path = root_ / key.str();
    SSMB_CO_TRY(file, open_for_reading(path));
    SSMB_CO_TRY(there, stat_open(file, path, runtime_.now()));
    SSMB_CO_TRY(bytes, read_range(file, path, offset, length, there.size));
    co_return StoredObject{.stat = std::move(there), .bytes = std::move(bytes)};
  }

  ResultTask<ObjectStat> stat(ObjectKey key, CallScope scope) override {
    SSMB_CO_TRY_VOID(enter(key, scope));
    co_return look(root_ / key.str());
  }

  ResultTask<void> list(std::string prefix,
                        std::function<bool(const std::vector<ListedKey>&)> on_page,
                        CallScope scope) override {
    SSMB_CO_TRY_VOID(check(runtime_, scope));
    SSMB_CO_TRY(keys, walk(prefix));
    for (std::size_t i = 0; i < keys.size(); i += kPage) {
      const auto first = keys.begin() + static_cast<std::ptrdiff_t>(i);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kPage, keys.size() - i));
      if (!on_page(std::vector<ListedKey>(first, first + count))) break;
    }
    co_return Result<void>{};
  }

 private:
  Result<void> enter(const ObjectKey& key, const CallScope& scope) {
    if (auto good = check_key(key); !good) return good;
    return check(runtime_, scope);
  }

  Result<ObjectStat> look(const fs::path& path) {
    SSMB_TRY(file, open_for_reading(path));
    return stat_open(file, path, runtime_.now());
  }

  // Held until the descriptor goes. Its name begins with a dot: no reader lists it.
  ResultTask<Descriptor> take_lock(CallScope scope) {
    const fs::path path = root_ / ".lock";
    Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock.open()) co_return system_error("cannot open", path, errno);
    // Another process holds it for one small write: never wait on the executor's thread.
    while (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EINTR && errno != EWOULDBLOCK)
        co_return system_error("cannot lock", path, errno);
      SSMB_CO_TRY_VOID(co_await runtime_.sleep(kLockPause, scope));
    }
    co_return lock;
  }

  Result<std::vector<ListedKey>> walk(const std::string& prefix) const {
    std::vector<ListedKey> keys;
    std::error_code wrong;
    // Only the directory that the prefix names needs a look.
    const fs::path start = root_ / fs::path(prefix).parent_path();
    fs::recursive_directory_iterator at(start, wrong);
    if (wrong == std::errc::no_such_file_or_directory) return keys;
    for (; !wrong && at != fs::recursive_directory_iterator(); at.increment(wrong)) {
      const bool hidden = at->path().filename().string().starts_with('.');
      if (hidden && at->is_directory(wrong)) at.disable_recursion_pending();
      if (hidden || !at->is_regular_file(wrong) || at->is_symlink(wrong)) continue;
      std::string key = at->path().lexically_relative(root_).generic_string();
      if (!key.starts_with(prefix)) continue;
      struct stat status{};
      if (::lstat(at->path().c_str(), &status) != 0) continue;  // gone meanwhile
      keys.push_back({.key = ObjectKey(std::move(key)),
                      .size = static_cast<std::uint64_t>(status.st_size),
                      .last_modified = time_of(status.st_mtim)});
    }
    if (wrong) return system_error("cannot list", start, wrong.value());
    std::ranges::sort(keys, {}, &ListedKey::key);
    return keys;
  }

  Runtime& runtime_;
  fs::path root_;
  bool swept_ = false;  // of what killed runs left behind
};

}  // namespace

Result<void> check_directory(const fs::path& root) {
  std::error_code wrong;
  const fs::file_status status = fs::status(root, wrong);
  if (fs::is_directory(status)) return {};
  if (status.type() == fs::file_type::not_found)
    return fail(ErrorKind::configuration, "there is no directory " + root.string(),
                "is it spelt right, and mounted? The first backup makes it");
  if (wrong) return system_error("cannot look at", root, wrong.value());
  return fail(ErrorKind::configuration, root.string() + " is not a directory");
}

std::unique_ptr<Repository> make_directory_repository(Runtime& runtime, fs::path root) {
  return std::make_unique<DirectoryRepository>(runtime, std::move(root));
}

}  // namespace ssmb::snapshot
