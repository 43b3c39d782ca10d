// One parameter out of a large snapshot: what is transferred, not only how often.

#include <gtest/gtest.h>

#include <string>

#include "base/try.h"
#include "runtime/virtual_runtime.h"
#include "snapshot/as_of.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using testing::MemoryRepository;

const Time kNow = VirtualRuntime::default_start();
constexpr int kCount = 100'000;
constexpr std::uint64_t kBound = 200'000;

// Counts the bytes of the objects that are read.
class CountingRepository final : public Repository {
 public:
  explicit CountingRepository(Repository& inner) : inner_(inner) {}

  std::uint64_t bytes = 0;
  std::uint64_t requests = 0;

  std::string describe() const override { return inner_.describe(); }
  std::string url(const ObjectKey& key) const override { return inner_.url(key); }
  ResultTask<ObjectStat> put_new(ObjectKey key, SecretBytes content, CallScope scope) override {
    co_return co_await inner_.put_new(std::move(key), std::move(content), std::move(scope));
  }
  ResultTask<std::unique_ptr<ObjectWriter>> create(ObjectKey key, CallScope scope) override {
    co_return co_await inner_.create(std::move(key), std::move(scope));
  }
  ResultTask<ObjectStat> replace(ObjectKey key, std::optional<ETag> expected, SecretBytes content,
                                 CallScope scope) override {
    co_return co_await inner_.replace(std::move(key), std::move(expected), std::move(content),
                                      std::move(scope));
  }
  ResultTask<StoredObject> get(ObjectKey key, CallScope scope) override {
    auto got = co_await inner_.get(std::move(key), std::move(scope));
    co_return counted(std::move(got));
  }
  ResultTask<StoredObject> get_range(ObjectKey key, std::uint64_t offset, std::uint64_t length,
                                     CallScope scope) override {
    auto got = co_await inner_.get_range(std::move(key), offset, length, std::move(scope));
    co_return counted(std::move(got));
  }
  ResultTask<ObjectStat> stat(ObjectKey key, CallScope scope) override {
    ++requests;
    co_return co_await inner_.stat(std::move(key), std::move(scope));
  }
  ResultTask<void> list(std::string prefix,
                        std::function<bool(const std::vector<ListedKey>&)> on_page,
                        CallScope scope) override {
    ++requests;
    co_return co_await inner_.list(std::move(prefix), std::move(on_page), std::move(scope));
  }

 private:
  Result<StoredObject> counted(Result<StoredObject> got) {
    ++requests;
    if (got) bytes += got->bytes.size();
    return got;
  }

  Repository& inner_;
};

// The index and the manifest are those of a document of 800 MB: they know lengths, not values.
TEST(OneParameter, OfAHundredThousandCostsUnder200Kilobytes) {
  VirtualRuntime runtime(1);
  MemoryRepository memory(runtime);
  const auto written =
      *runtime.run(testing::write_snapshot(memory, {.start = kNow, .count = kCount}));
  ASSERT_TRUE(written) << written.error().what;
  const Environment env("dev");
  const Region region("us-west-2");
  const ObjectKey key = written->manifest.document.key;

  const struct {
    const char* name;
    std::function<Result<Snapshot>(Repository&)> open;
  } rows[] = {
      {"the newest good one",
       [&](Repository& repository) {
         return *runtime.run(Snapshot::open_latest(repository, env, region, {}));
       }},
      {"by its key",
       [&](Repository& repository) { return *runtime.run(Snapshot::open(repository, key, {})); }},
      {"by time",
       [&](Repository& repository) -> Result<Snapshot> {
         auto as_of = *runtime.run(complete_as_of(repository, env, region, kNow, {}));
         SSMB_TRY_VOID(as_of);
         return Snapshot::of(repository, *as_of->found);
       }},
  };
  for (const auto& row : rows) {
    for (const char* name : {"/app/dev/0000", "/app/dev/50000", "/app/dev/99999"}) {
      SCOPED_TRACE(std::string(row.name) + ": " + name);
      CountingRepository repository(memory);
      const auto snapshot = row.open(repository);
      ASSERT_TRUE(snapshot) << snapshot.error().what;
      const auto found = *runtime.run(snapshot->read(ParameterName(name), {}));
      ASSERT_TRUE(found) << found.error().what;
      EXPECT_EQ(found->record.parameter.name.view(), name);
      EXPECT_LT(repository.bytes, kBound);
      EXPECT_GT(repository.bytes, 1000U);
      EXPECT_LE(repository.requests, 6U);
      RecordProperty("bytes", static_cast<int>(repository.bytes));
    }
  }
}

}  // namespace
}  // namespace ssmb::snapshot
