// Collecting where calls are refused, fail or keep silent.

#include "collect_harness.h"

namespace ssmb::engine {
namespace {

TEST_F(CollectTest, AnExpiredTokenRestartsTheListing) {
  seed(120);
  int pages = 0;
  sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "DescribeParameters" && ++pages == 3)
          return refuse("InvalidNextToken");
        return std::nullopt;
      });
  const auto collected = collect();
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(kept.parameters.size(), 120U);
  EXPECT_EQ(collected->totals.listed, 120U);
}

TEST_F(CollectTest, TagsAreReadSinglyWhereBulkIsDenied) {
  seed(5);
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "GetResources") return refuse("AccessDeniedException");
        return std::nullopt;
      });
  const auto collected = collect();
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(collected->tags, snapshot::TagsMode::strict);
  EXPECT_EQ(kept.parameters.at("/app/dev/p004").tags, (std::vector<Tag>{{"Owner", "t4"}}));
}

TEST_F(CollectTest, ATagCallThatIsRefusedNeverCostsTheRecord) {
  struct Row {
    const char* name;
    const char* code;
    bool erased;
    std::size_t untagged;
    std::size_t vanished;
  };
  const Row rows[] = {
      {"no right to read tags", "AccessDeniedException", false, 3, 0},
      {"gone, says the tag call, yet there", "InvalidResourceId", false, 3, 0},
      {"gone", "InvalidResourceId", true, 2, 1},
      {"some other 404", "ResourceNotFoundException", false, 3, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    kept.untagged.clear();
    kept.vanished.clear();
    seed(3);
    sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) != "ListTagsForResource") return std::nullopt;
          if (row.erased)
            sandbox.world.ssm(AccountId("123456789012"), kRegion).erase("/app/dev/p001");
          return refuse(row.code);
        });
    const auto collected = collect(snapshot::TagsMode::strict);
    ASSERT_TRUE(collected) << collected.error().what;
    EXPECT_EQ(kept.untagged.size(), row.untagged);
    EXPECT_EQ(kept.vanished.size(), row.vanished);
    EXPECT_EQ(collected->totals.read, row.untagged);
    EXPECT_TRUE(kept.unreadable.empty());
  }
}

TEST_F(CollectTest, TagsAreReadSinglyWhereTheirEndpointIsOutOfReach) {
  seed(5);
  for (const ErrorKind kind : {ErrorKind::unreachable, ErrorKind::transient, ErrorKind::timeout}) {
    SCOPED_TRACE(to_string(kind));
    sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) == "GetResources") return fail(kind, "no way there");
          return std::nullopt;
        });
    const auto collected = collect();
    ASSERT_TRUE(collected) << collected.error().what;
    EXPECT_EQ(collected->tags, snapshot::TagsMode::strict);
    EXPECT_EQ(kept.parameters.at("/app/dev/p004").tags, (std::vector<Tag>{{"Owner", "t4"}}));
    EXPECT_THAT(notes.lines, ::testing::Contains(HasSubstr("tags are read one by one")));
  }
}

// For minutes the index's quota is somebody else's, or our own pace is slower than a call a minute:
// then it is waited for, not thrown away for a call for each parameter.
TEST_F(CollectTest, AThrottledTagIndexIsWaitedFor) {
  struct Row {
    const char* name;
    std::optional<double> share;  // nullopt: without limits
    Duration throttled;
  };
  const Row rows[] = {
      {"backing off", std::nullopt, std::chrono::minutes{3}},
      {"at the pace of the limits", 0.5, std::chrono::minutes{3}},
      {"at a pace of less than a call a minute", 0.01, std::chrono::minutes{2}},
  };
  seed(250);
  (void)sandbox.runtime.run(sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    if (row.share)
      sandbox.session.limits = std::make_shared<aws::Limits>(sandbox.runtime, *row.share);
    const auto until = sandbox.runtime.steady() + row.throttled;
    sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) == "GetResources" && sandbox.runtime.steady() < until)
            return refuse("ThrottlingException");
          return std::nullopt;
        });
    const auto collected = collect();
    ASSERT_TRUE(collected) << collected.error().what;
    EXPECT_EQ(collected->tags, snapshot::TagsMode::bulk);
    EXPECT_EQ(kept.parameters.at("/app/dev/p249").tags, (std::vector<Tag>{{"Owner", "t249"}}));
    EXPECT_EQ(sandbox.calls("ssm:ListTagsForResource", kRegion.view()), 0U);
  }
}

TEST_F(CollectTest, ATagIndexThatIsThrottledForeverLeavesTimeToReadSingly) {
  seed(5);
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "GetResources") return refuse("ThrottlingException");
        return std::nullopt;
      });
  const auto collected =
      collect(snapshot::TagsMode::bulk,
              {.deadline = sandbox.runtime.steady() + std::chrono::minutes{10}, .stop = {}});
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(collected->tags, snapshot::TagsMode::strict);
  EXPECT_EQ(kept.parameters.size(), 5U);
}

TEST_F(CollectTest, AListingThatTurnsInACircleEnds) {
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) != "DescribeParameters") return std::nullopt;
        return aws::HttpResponse{.status = 200,
                                 .headers = {},
                                 .body = SecretBytes(R"({"Parameters":[],"NextToken":"same"})")};
      });
  const auto collected = collect();
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(collected.error().what, HasSubstr("does not end"));
}

TEST_F(CollectTest, AnExceptionIsAnErrorOfTheRegion) {
  seed(40);
  kept.broken = true;
  const auto collected = collect();
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().kind, ErrorKind::internal);
  EXPECT_THAT(collected.error().what, HasSubstr("broken"));
}

TEST_F(CollectTest, ThrottledSettingsDoNotHoldUpTheBackup) {
  seed(2);
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "GetServiceSetting") return refuse("ThrottlingException");
        return std::nullopt;
      });
  const auto begin = sandbox.runtime.steady();
  ASSERT_TRUE(collect());
  EXPECT_LE(sandbox.runtime.steady() - begin, std::chrono::seconds{11});
}

TEST_F(CollectTest, SettingsThatAreDeniedAreNotedAndNothingMore) {
  seed(2);
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "GetServiceSetting") return refuse("AccessDeniedException");
        return std::nullopt;
      });
  const auto collected = collect();
  ASSERT_TRUE(collected);
  EXPECT_TRUE(collected->facts.settings.empty());
  EXPECT_THAT(notes.lines, ::testing::Contains(HasSubstr("high-throughput-enabled")));
}

TEST_F(CollectTest, TheRegionEndsWithItsFirstGreatError) {
  struct Row {
    const char* name;
    const char* target;
    const char* code;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"the listing is denied", "DescribeParameters", "AccessDeniedException", ErrorKind::denied},
      {"keys expire while reading", "GetParameters", "ExpiredTokenException",
       ErrorKind::credentials},
      {"keys expire while tags are read", "GetResources", "ExpiredTokenException",
       ErrorKind::credentials},
  };
  seed(100);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    sandbox.transport.set_hook(
        [&row](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) == row.target) return refuse(row.code);
          return std::nullopt;
        });
    const auto collected = collect();
    ASSERT_FALSE(collected);
    EXPECT_EQ(collected.error().kind, row.kind) << collected.error().what;
  }
}

TEST_F(CollectTest, AFullSnapshotOrAnInterruptEndsTheCollecting) {
  seed(300);
  kept.full = true;
  auto collected = collect();
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().what, "no room");

  kept.full = false;
  std::stop_source stop;
  sandbox.transport.set_hook([&](const aws::HttpRequest& request) {
    if (target_of(request) == "GetParameters") stop.request_stop();
    return std::nullopt;
  });
  collected = collect(snapshot::TagsMode::bulk, {.stop = stop.get_token()});
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().kind, ErrorKind::cancelled);

  sandbox.transport.set_hook({});
  const auto soon = sandbox.runtime.steady() + std::chrono::milliseconds{20};
  collected = collect(snapshot::TagsMode::bulk, {.deadline = soon});
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().kind, ErrorKind::timeout);
}

TEST_F(CollectTest, NeverMoreInFlightThanAskedForBesideTheListing) {
  seed(400);
  ASSERT_TRUE(collect());
  // Four readers, the listing, the tags, the settings.
  EXPECT_LE(sandbox.transport.most_at_once(), 7);
  EXPECT_GE(sandbox.transport.most_at_once(), 4);
}

}  // namespace
}  // namespace ssmb::engine
