// --fence under another writer: what the manifest says of it must agree with what truly happened.

#include "engine/fence.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "fence_world.h"

namespace ssmb::engine {
namespace {

TEST(Fence, WithoutOtherWritersIsReachedAtOnce) {
  FenceWorld world;
  const auto backup = world.run();
  ASSERT_TRUE(backup) << backup.error().what;
  EXPECT_EQ(backup->written->manifest.fence, (snapshot::Fence{.reached = true, .rounds = 1}));
  EXPECT_THAT(world.notes.lines, ::testing::Contains("fence: reached in round 1 of 3"));
  world.fencing = Fencing::no;
  const auto unfenced = world.run();
  ASSERT_TRUE(unfenced);
  EXPECT_FALSE(unfenced->written->manifest.fence);
}

ResultTask<RegionBackup> backup_beside(FenceWorld& world, OtherWriter& writer) {
  auto backup = co_await world.backup();
  writer.stop();
  co_return backup;
}

// Reached: the document is what the store was at one moment. Not reached: somebody wrote during
// the last round. And always a whole snapshot.
TEST(Fence, TheManifestAgreesWithTheStoresTrueHistory) {
  std::map<std::string, int> outcomes;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    FenceWorld world(seed);
    world.concurrency = 1;  // slow enough for changes on both sides of a read
    OtherWriter writer(world.sandbox, seed, std::chrono::milliseconds{5 * (1 + seed % 60)});
    boost::asio::co_spawn(world.sandbox.runtime.executor(), writer.run(), boost::asio::detached);
    const auto result = world.sandbox.runtime.run(backup_beside(world, writer));
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().what;
    const RegionBackup& backup = **result;
    const auto& manifest = backup.written->manifest;
    ASSERT_TRUE(manifest.fence);
    EXPECT_EQ(manifest.completeness, snapshot::Completeness::complete);
    const State document = world.document_of(backup);
    EXPECT_EQ(document.size(), manifest.parameter_count);
    if (manifest.fence->reached) {
      EXPECT_TRUE(writer.was(document));
      EXPECT_EQ(manifest.fence->because, "");
    } else {
      EXPECT_EQ(manifest.fence->rounds, 3U);
      EXPECT_TRUE(writer.wrote_between(backup.start, manifest.end));
      EXPECT_NE(manifest.fence->because, "");
    }
    ++outcomes[fmt::format("{} {}", manifest.fence->reached, manifest.fence->rounds)];
    if (!manifest.fence->reached && !writer.was(document)) ++outcomes["torn, and said so"];
  }
  for (const char* outcome : {"true 1", "true 2", "true 3", "false 3", "torn, and said so"})
    EXPECT_GE(outcomes[outcome], 5) << outcome;
}

// The oracle sees what the fence is there for: without it documents are torn.
TEST(Fence, WithoutItSomeDocumentsAreOfNoMoment) {
  int torn = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    FenceWorld world(seed);
    world.fencing = Fencing::no;
    world.concurrency = 1;
    OtherWriter writer(world.sandbox, seed, 5ms);
    boost::asio::co_spawn(world.sandbox.runtime.executor(), writer.run(), boost::asio::detached);
    const auto result = world.sandbox.runtime.run(backup_beside(world, writer));
    ASSERT_TRUE(result && *result);
    if (!writer.was(world.document_of(**result))) ++torn;
  }
  EXPECT_GE(torn, 10);
}

// Acts on the store when the nth listing (or any later) begins.
struct AtListing {
  FenceWorld& world;
  int nth;
  std::function<std::optional<Result<aws::HttpResponse>>()> act;
  int listings = 0;

  std::optional<Result<aws::HttpResponse>> operator()(const aws::HttpRequest& request) {
    if (target_of(request) != "DescribeParameters") return std::nullopt;
    if (!request.body.view().contains("NextToken")) ++listings;
    return listings >= nth ? act() : std::nullopt;
  }
};

TEST(Fence, SaysWhyItWasNotReached) {
  using Answer = std::optional<Result<aws::HttpResponse>>;
  struct Row {
    const char* name;
    int nth;  // listing
    std::function<Answer(FenceWorld&)> act;
    std::uint64_t rounds;
    const char* because;
  };
  int serial = 0;
  const Row rows[] = {
      {"one more with each listing", 2,
       [&](FenceWorld& world) {
         world.sandbox.seed(kRegion.view(),
                            {{{"Name", fmt::format("/app/dev/new{}", ++serial)}, {"Value", "x"}}});
         return Answer();
       },
       3, " is new"},
      {"one fewer with each listing", 2,
       [&](FenceWorld& world) {
         world.store().erase(fmt::format("/app/dev/p{:03}", serial++ % 40));
         return Answer();
       },
       3, "gone"},
      {"the listing is denied", 2,
       [](FenceWorld&) { return Answer(refuse("AccessDeniedException")); }, 1,
       "listing again failed: "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    serial = 0;
    FenceWorld world;
    world.sandbox.transport.set_hook(AtListing{world, row.nth, [&] { return row.act(world); }});
    const auto backup = world.run();
    ASSERT_TRUE(backup) << backup.error().what;
    const auto& manifest = backup->written->manifest;
    EXPECT_FALSE(manifest.fence->reached);
    EXPECT_EQ(manifest.fence->rounds, row.rounds);
    EXPECT_THAT(manifest.fence->because, HasSubstr(row.because));
    EXPECT_EQ(manifest.completeness, snapshot::Completeness::complete);
    EXPECT_THAT(world.notes.lines, ::testing::Contains(HasSubstr("fence: not reached")));
  }
}

// What lies outside the scope, and what the snapshot says it does not hold, may do as it likes.
TEST(Fence, WhatIsNotInTheSnapshotDoesNotTouchIt) {
  FenceWorld world;
  world.sandbox.seed(kRegion.view(),
                     {{{"Name", "/app/dev/secret"}, {"Value", "s"}, {"Type", "SecureString"}}});
  world.sandbox.world.keys().deny_decrypt(kRegion, "/app/dev/secret");
  world.sandbox.transport.set_hook(
      AtListing{world, 2, [&] {
                  world.sandbox.seed(kRegion.view(), {{{"Name", "/app/prod/x"}, {"Value", "x"}}});
                  auto* secret = world.store().find("/app/dev/secret");
                  auto next = secret->current();
                  ++next.number;
                  world.store().append(*secret, std::move(next));
                  return std::optional<Result<aws::HttpResponse>>();
                }});
  const auto backup = world.run();
  ASSERT_TRUE(backup) << backup.error().what;
  EXPECT_TRUE(backup->written->manifest.fence->reached);
  EXPECT_EQ(backup->written->manifest.unreadable.size(), 1U);
}

TEST(Fence, ADiscardedRoundLeavesNothing) {
  FenceWorld world;
  int serial = 0;
  world.sandbox.transport.set_hook(
      AtListing{world, 2, [&] {
                  world.sandbox.seed(kRegion.view(), {{{"Name", "/app/dev/new"}, {"Value", "x"}}});
                  ++serial;
                  return std::optional<Result<aws::HttpResponse>>();
                }});
  const auto backup = world.run();
  ASSERT_TRUE(backup) << backup.error().what;
  EXPECT_EQ(std::ranges::count_if(world.repository.objects,
                                  [](const auto& held) {
                                    return held.first.ends_with(".json") &&
                                           !held.first.starts_with("manifests/");
                                  }),
            1);
  EXPECT_EQ(world.repository.objects.size(), 4U);  // document, index, manifest, pointer
  EXPECT_EQ(
      std::ranges::count_if(world.repository.calls,
                            [](const std::string& call) { return call.starts_with("abort"); }),
      static_cast<int>(backup->written->manifest.fence->rounds) - 1);
}

TEST(Fence, NoRoundBeginsThatWouldNotEndInTime) {
  FenceWorld world;
  const auto calm = world.run();
  ASSERT_TRUE(calm);
  world.repository.objects.clear();
  int serial = 0;
  world.sandbox.transport.set_hook(AtListing{
      world, 2, [&] {
        world.sandbox.seed(kRegion.view(),
                           {{{"Name", fmt::format("/app/dev/new{}", ++serial)}, {"Value", "x"}}});
        return std::optional<Result<aws::HttpResponse>>();
      }});
  const auto deadline = world.sandbox.runtime.steady() + 2 * calm->duration;
  const auto backup = world.run({.deadline = deadline});
  ASSERT_TRUE(backup) << backup.error().what;
  EXPECT_EQ(backup->written->manifest.fence->rounds, 1U);
  EXPECT_THAT(backup->written->manifest.fence->because, HasSubstr("no time to read again"));
}

TEST(Fence, AnInterruptWhileListingAgainEndsTheRegion) {
  FenceWorld world;
  std::stop_source stop;
  world.sandbox.transport.set_hook(AtListing{world, 2, [&] {
                                               stop.request_stop();
                                               return std::optional<Result<aws::HttpResponse>>();
                                             }});
  const auto backup = world.run({.stop = stop.get_token()});
  ASSERT_FALSE(backup);
  EXPECT_EQ(backup.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(world.repository.objects.empty());
}

}  // namespace
}  // namespace ssmb::engine
