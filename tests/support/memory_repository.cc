#include "tests/support/memory_repository.h"

#include <algorithm>

#include "base/digest.h"
#include "base/try.h"
#include "snapshot/layout.h"

namespace ssmb::testing {

using namespace snapshot;

namespace {

constexpr std::size_t kPage = 3;

std::unexpected<Error> missing(const ObjectKey& key) {
  return fail(ErrorKind::not_found, "memory: there is no " + key.str());
}
std::unexpected<Error> taken(const ObjectKey& key) {
  return fail(ErrorKind::conflict, "memory: another writer was first at " + key.str());
}

ETag etag_of(std::string_view bytes) { return ETag("\"" + sha256_hex(bytes) + "\""); }

}  // namespace

class MemoryWriter final : public ObjectWriter {
 public:
  MemoryWriter(MemoryRepository& repository, ObjectKey key)
      : repository_(repository), key_(std::move(key)) {}

  ResultTask<void> append(SecretBytes bytes, CallScope scope) override {
    SSMB_CO_TRY_VOID(co_await repository_.enter("append", key_, scope));
    bytes_.append(bytes.view());
    co_return Result<void>{};
  }
  ResultTask<ObjectStat> commit(CallScope scope) override {
    SSMB_CO_TRY_VOID(co_await repository_.enter("commit", key_, scope));
    if (repository_.objects.contains(key_.view())) co_return taken(key_);
    co_return repository_.store(key_, bytes_.view());
  }
  Task<void> abort() override {
    repository_.calls.push_back("abort " + key_.str());
    bytes_.clear();
    co_return;
  }

 private:
  MemoryRepository& repository_;
  ObjectKey key_;
  SecretBytes bytes_;
};

ResultTask<void> MemoryRepository::enter(std::string_view call, ObjectKey key, CallScope scope) {
  calls.push_back(std::string(call) + " " + key.str());
  SSMB_CO_TRY_VOID(check(runtime_, scope));
  if (latency > Duration{0}) SSMB_CO_TRY_VOID(co_await runtime_.sleep(latency, scope));
  if (fault)
    if (auto error = fault(call, key)) co_return fail(std::move(*error));
  if (call == "list") co_return Result<void>{};
  co_return check_key(key);
}

ObjectStat MemoryRepository::stat_of(const Held& held) {
  return {.size = held.bytes.size(),
          .etag = etag_of(held.bytes),
          .last_modified = held.last_modified,
          .service_time = runtime_.now()};
}

ObjectStat MemoryRepository::store(const ObjectKey& key, std::string_view bytes) {
  Held& held = objects[key.str()];
  held = {.bytes = std::string(bytes), .last_modified = runtime_.now()};
  return stat_of(held);
}

ResultTask<ObjectStat> MemoryRepository::put_new(ObjectKey key, SecretBytes bytes,
                                                 CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("put_new", key, scope));
  if (objects.contains(key.view())) co_return taken(key);
  co_return store(key, bytes.view());
}

ResultTask<std::unique_ptr<ObjectWriter>> MemoryRepository::create(ObjectKey key, CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("create", key, scope));
  std::unique_ptr<ObjectWriter> writer = std::make_unique<MemoryWriter>(*this, key);
  co_return writer;
}

ResultTask<ObjectStat> MemoryRepository::replace(ObjectKey key, std::optional<ETag> expected,
                                                 SecretBytes bytes, CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("replace", key, scope));
  const auto found = objects.find(key.view());
  const bool there = found != objects.end();
  if (there != expected.has_value()) co_return taken(key);
  if (there && etag_of(found->second.bytes) != *expected) co_return taken(key);
  co_return store(key, bytes.view());
}

ResultTask<StoredObject> MemoryRepository::get(ObjectKey key, CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("get", key, scope));
  const auto found = objects.find(key.view());
  if (found == objects.end()) co_return missing(key);
  bytes_read += found->second.bytes.size();
  co_return StoredObject{.stat = stat_of(found->second), .bytes = SecretBytes(found->second.bytes)};
}

ResultTask<StoredObject> MemoryRepository::get_range(ObjectKey key, std::uint64_t offset,
                                                     std::uint64_t length, CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("get_range", key, scope));
  const auto found = objects.find(key.view());
  if (found == objects.end()) co_return missing(key);
  const std::string_view bytes = found->second.bytes;
  const std::string_view range = offset < bytes.size() ? bytes.substr(offset, length) : "";
  bytes_read += range.size();
  co_return StoredObject{.stat = stat_of(found->second), .bytes = SecretBytes(range)};
}

ResultTask<ObjectStat> MemoryRepository::stat(ObjectKey key, CallScope scope) {
  SSMB_CO_TRY_VOID(co_await enter("stat", key, scope));
  const auto found = objects.find(key.view());
  if (found == objects.end()) co_return missing(key);
  co_return stat_of(found->second);
}

ResultTask<void> MemoryRepository::list(std::string prefix,
                                        std::function<bool(const std::vector<ListedKey>&)> on_page,
                                        CallScope scope) {
  std::vector<ListedKey> page;
  SSMB_CO_TRY_VOID(co_await enter("list", ObjectKey(prefix), scope));
  for (const auto& [key, held] : objects) {
    if (!key.starts_with(prefix)) continue;
    page.push_back(
        {.key = ObjectKey(key), .size = held.bytes.size(), .last_modified = held.last_modified});
    if (page.size() < kPage) continue;
    if (!on_page(page)) co_return Result<void>{};
    page.clear();
  }
  if (!page.empty()) (void)on_page(page);
  co_return Result<void>{};
}

}  // namespace ssmb::testing
