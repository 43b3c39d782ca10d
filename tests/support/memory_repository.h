// The smallest repository, for tests: copy this one to add another.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/repository.h"

namespace ssmb::testing {

class MemoryRepository final : public snapshot::Repository {
 public:
  explicit MemoryRepository(Runtime& runtime) : runtime_(runtime) {}

  // What a test sets: how long each call takes; and a fault for a call ("put_new", "create",
  // "append", "commit", "replace", "get", "get_range", "stat", "list") on a key.
  Duration latency{0};
  using Fault = std::function<std::optional<Error>(std::string_view call, const ObjectKey& key)>;
  Fault fault;
  // What a test reads and tampers with.
  struct Held {
    std::string bytes;
    Time last_modified;
  };
  std::map<std::string, Held, std::less<>> objects;
  std::vector<std::string> calls;  // "get latest.txt"
  std::uint64_t bytes_read = 0;    // of objects

  std::string describe() const override { return "memory"; }
  std::string url(const ObjectKey& key) const override { return "memory:" + key.str(); }
  ResultTask<snapshot::ObjectStat> put_new(ObjectKey key, SecretBytes bytes,
                                           CallScope scope) override;
  ResultTask<std::unique_ptr<snapshot::ObjectWriter>> create(ObjectKey key,
                                                             CallScope scope) override;
  ResultTask<snapshot::ObjectStat> replace(ObjectKey key, std::optional<ETag> expected,
                                           SecretBytes bytes, CallScope scope) override;
  ResultTask<snapshot::StoredObject> get(ObjectKey key, CallScope scope) override;
  ResultTask<snapshot::StoredObject> get_range(ObjectKey key, std::uint64_t offset,
                                               std::uint64_t length, CallScope scope) override;
  ResultTask<snapshot::ObjectStat> stat(ObjectKey key, CallScope scope) override;
  ResultTask<void> list(std::string prefix,
                        std::function<bool(const std::vector<snapshot::ListedKey>&)> on_page,
                        CallScope scope) override;

 private:
  friend class MemoryWriter;
  ResultTask<void> enter(std::string_view call, ObjectKey key, CallScope scope);
  snapshot::ObjectStat stat_of(const Held& held);
  snapshot::ObjectStat store(const ObjectKey& key, std::string_view bytes);

  Runtime& runtime_;
};

}  // namespace ssmb::testing
