// A repository: where snapshots lie. An S3 bucket (with an optional prefix) or a directory with the
// same layout; the in-memory one in tests/support is the smallest, copy that to add another.
//
// Contract, held by one conformance suite (tests/conformance/repository_test.cc):
// - Objects are written once and whole: a reader sees nothing of an object before its write ended.
// - Keys are relative to the prefix, never begin with "/", and hold no "." or ".." segment.
// - Calls may run at once, from coroutines of one executor. Retries happen inside.
// - Errors: not_found, conflict (a condition failed), denied, corrupt, local_io and the
//   transport's own; each names the repository and the key.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "runtime/runtime.h"

namespace ssmb::snapshot {

// What one ranged read of a large object asks for: enough to hide the way there and back.
inline constexpr std::uint64_t kReadPiece = std::uint64_t{4} << 20;

struct ObjectStat {
  std::uint64_t size = 0;
  ETag etag;  // changes with the content; opaque
  std::optional<Time> last_modified;
  Time service_time;  // the repository's own clock at the answer
};

struct StoredObject {
  ObjectStat stat;
  SecretBytes bytes;
};

struct ListedKey {
  ObjectKey key;
  std::uint64_t size = 0;
  std::optional<Time> last_modified;
};

// An object under way. Nothing is visible before commit() has returned; abort() leaves nothing
// behind. Destroying a writer that was neither committed nor aborted leaves, at worst, parts that
// only the store's own clean-up sees.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual ResultTask<void> append(SecretBytes bytes, CallScope scope) = 0;
  // conflict if the key has been taken meanwhile.
  virtual ResultTask<ObjectStat> commit(CallScope scope) = 0;
  virtual Task<void> abort() = 0;
};

class Repository {
 public:
  virtual ~Repository() = default;

  // For messages: "s3://bucket/prefix", "/srv/backup".
  virtual std::string describe() const = 0;
  // For messages and summaries: "s3://bucket/prefix/key".
  virtual std::string url(const ObjectKey& key) const = 0;

  // Creates the object unless the key exists (conflict). Repeating a put whose answer was lost
  // succeeds when the object is the very one sent.
  virtual ResultTask<ObjectStat> put_new(ObjectKey key, SecretBytes bytes, CallScope scope) = 0;
  // The same for an object of any size, in pieces; memory stays bounded.
  virtual ResultTask<std::unique_ptr<ObjectWriter>> create(ObjectKey key, CallScope scope) = 0;
  // Compare and set: replaces the object if its etag is still `expected`; with nullopt only if
  // there is none. conflict otherwise.
  virtual ResultTask<ObjectStat> replace(ObjectKey key, std::optional<ETag> expected,
                                         SecretBytes bytes, CallScope scope) = 0;

  virtual ResultTask<StoredObject> get(ObjectKey key, CallScope scope) = 0;
  // Bytes [offset, offset + length); fewer only at the object's end.
  virtual ResultTask<StoredObject> get_range(ObjectKey key, std::uint64_t offset,
                                             std::uint64_t length, CallScope scope) = 0;
  virtual ResultTask<ObjectStat> stat(ObjectKey key, CallScope scope) = 0;
  // Every key that begins with `prefix`, in byte order, page by page; `on_page` returns false to
  // stop early.
  virtual ResultTask<void> list(std::string prefix,
                                std::function<bool(const std::vector<ListedKey>&)> on_page,
                                CallScope scope) = 0;
};

}  // namespace ssmb::snapshot
