// Format 1, byte for byte: docs/format.md points to these files. A change here is a change of the
// format.
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;

TEST(Golden, ASnapshotByteForByte) {
  VirtualRuntime runtime(1);
  testing::MemoryRepository repository(runtime);
  const Time start = VirtualRuntime::default_start();
  ASSERT_TRUE(*runtime.run(testing::write_snapshot(repository, {.start = start - 24h})));
  const auto written = *runtime.run(testing::write_snapshot(
      repository, {.start = start + 250ms,
                   .parameters = {testing::plain_parameter("/app/dev/b"), testing::full_parameter(),
                                  testing::plain_parameter("/app/dev/a/文", "line\none")},
                   .unreadable = {"/app/dev/denied"},
                   .vanished = {"/app/dev/gone"}}));
  ASSERT_TRUE(written) << written.error().what;
  const auto bytes = [&](const ObjectKey& key) { return repository.objects.at(key.str()).bytes; };
  const std::string folder = "tests/golden/snapshot/";
  testing::expect_golden(folder + "document.json", bytes(written->manifest.document.key));
  testing::expect_golden(folder + "document.index", bytes(written->manifest.index.key));
  testing::expect_golden(folder + "manifest.json", bytes(written->manifest_key));
  testing::expect_golden(folder + "latest-incomplete.txt",
                         bytes(latest_incomplete_key(Region("us-west-2"))));
}

}  // namespace
}  // namespace ssmb::snapshot
