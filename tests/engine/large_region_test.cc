// A Region of 100,000 parameters, through the whole of a backup: nothing lost, nothing twice.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collect_harness.h"
#include "engine/backup.h"
#include "snapshot/reader.h"
#include "tests/support/memory_repository.h"

namespace ssmb::engine {
namespace {

constexpr int kCount = 100'000;

std::string name_of(int i) { return fmt::format("/app/dev/{:06}", i); }

void fill(sandbox::ssm::Store& store) {
  for (int i = 0; i < kCount; ++i) {
    sandbox::ssm::Record record{
        .name = name_of(i), .type = "String", .versions = {}, .tags = {}, .shares = {}};
    record.versions.push_back({.value = SecretText(std::to_string(i))});
    store.put(std::move(record));
  }
}

TEST(LargeRegion, IsTakenWholeWhateverItsOrderAndPages) {
  SandboxSession sandbox(7);  // the order of listings is a hash keyed by this
  fill(sandbox.world.ssm(AccountId("123456789012"), kRegion));
  sandbox.world.options().short_pages = 0.5;  // cut short, down to none
  testing::MemoryRepository repository(sandbox.runtime);
  Notes notes;
  const Environment env("dev");
  auto backup = sandbox.runtime.run(
      backup_region(sandbox.session, repository,
                    {.env = env,
                     .scope = snapshot::Scope::of_environment(env),
                     .concurrency = 16,
                     .run_id = RunId("run"),
                     .tool_version = "0"},
                    {.region = kRegion, .account = AccountId("123456789012")}, notes, {}));
  ASSERT_TRUE(backup);
  ASSERT_TRUE(*backup) << backup->error().what;
  const auto& manifest = (*backup)->written->manifest;
  EXPECT_EQ(manifest.listed, static_cast<std::uint64_t>(kCount));
  EXPECT_EQ(manifest.parameter_count, static_cast<std::uint64_t>(kCount));
  EXPECT_EQ(manifest.completeness, snapshot::Completeness::complete);
  EXPECT_GT(sandbox.calls("ssm:DescribeParameters", kRegion.view()), 2'200U);

  // The index is sorted and names each once; the reader checks both, and the count.
  auto opened =
      sandbox.runtime.run(snapshot::Snapshot::open(repository, manifest.document.key, {}));
  ASSERT_TRUE(opened && *opened);
  const auto index = sandbox.runtime.run((*opened)->read_index({}));
  ASSERT_TRUE(index && *index);
  ASSERT_EQ((*index)->size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i)
    ASSERT_EQ((**index)[static_cast<std::size_t>(i)].name.view(), name_of(i));
}

}  // namespace
}  // namespace ssmb::engine
