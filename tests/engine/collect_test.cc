#include "collect_harness.h"

namespace ssmb::engine {
namespace {

TEST_F(CollectTest, ReadsEveryParameterOfTheScopeWithItsTags) {
  seed(123);
  sandbox.seed(kRegion.view(), {{{"Name", "/app/devices/x"}, {"Value", "no"}},
                                {{"Name", "/app/prod/x"}, {"Value", "no"}}});
  sandbox.world.options().short_pages = 0.5;  // some of them empty
  const auto collected = collect();
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(kept.parameters.size(), 123U);
  EXPECT_EQ(collected->totals.listed, 123U);
  EXPECT_EQ(collected->totals.read, 123U);
  const Parameter& one = kept.parameters.at("/app/dev/p042");
  EXPECT_EQ(one.value.reveal(), "v42");
  EXPECT_EQ(one.tags, (std::vector<Tag>{{"Owner", "t42"}}));
  EXPECT_EQ(collected->facts.settings.size(), 2U);
  EXPECT_LE(sandbox.calls("ssm:GetParameters", kRegion.view()), 13U);
}

TEST_F(CollectTest, StrictTagsAreReadFromTheParameterItself) {
  seed(12);
  sandbox.world.options().tagging_lag = std::chrono::hours{1};
  (void)sandbox.runtime.run(sandbox.runtime.sleep(std::chrono::minutes{2}, {}));
  ASSERT_TRUE(collect());
  EXPECT_TRUE(kept.parameters.at("/app/dev/p007").tags.empty());  // the index lags
  ASSERT_TRUE(collect(snapshot::TagsMode::strict));
  EXPECT_EQ(kept.parameters.at("/app/dev/p007").tags, (std::vector<Tag>{{"Owner", "t7"}}));
}

// Found by the simulation: a parameter made while a backup ran was in it without its tags.
TEST_F(CollectTest, AParameterYoungerThanTheTagIndexIsAskedForItsTags) {
  sandbox.world.options().tagging_lag = std::chrono::hours{1};
  seed(12);
  ASSERT_TRUE(collect());
  EXPECT_EQ(kept.parameters.at("/app/dev/p007").tags, (std::vector<Tag>{{"Owner", "t7"}}));
  EXPECT_EQ(sandbox.calls("ssm:ListTagsForResource", kRegion.view()), 12U);
}

// Four thousand fresh parameters took eight times as long as predicted, and nothing said why.
TEST_F(CollectTest, AMassChangeRightBeforeIsTold) {
  const auto told = ::testing::Contains(HasSubstr("are read one by one"));
  sandbox.world.options().tagging_lag = std::chrono::hours{1};
  seed(99);
  ASSERT_TRUE(collect());
  EXPECT_THAT(notes.lines, ::testing::Not(told));
  seed(120);
  ASSERT_TRUE(collect());
  EXPECT_THAT(notes.lines, told);
}

// A clock that is off by less than what SSM refuses.
class OtherClock final : public Runtime {
 public:
  OtherClock(Runtime& right, Duration ahead) : right_(right), ahead_(ahead) {}
  Time now() override { return right_.now() + ahead_; }
  SteadyTime steady() override { return right_.steady(); }
  ResultTask<void> sleep(Duration duration, CallScope scope) override {
    return right_.sleep(duration, std::move(scope));
  }
  std::uint64_t random() override { return right_.random(); }
  boost::asio::any_io_executor executor() override { return right_.executor(); }

 private:
  Runtime& right_;
  Duration ahead_;
};

// It was in a complete snapshot without its tags.
TEST_F(CollectTest, AYoungParameterIsAskedForItsTagsThoughTheClockIsMinutesOff) {
  sandbox.world.options().tagging_lag = std::chrono::minutes{1};
  seed(3);
  for (const Duration ahead : {std::chrono::minutes{3}, std::chrono::minutes{-3}}) {
    SCOPED_TRACE(to_human(ahead));
    OtherClock clock(sandbox.runtime, ahead);
    aws::Session session{.runtime = clock,
                         .transport = sandbox.transport,
                         .credentials = sandbox.credentials,
                         .endpoints = sandbox.session.endpoints};
    const auto collected = sandbox.runtime.run(engine::collect(
        session, {.region = kRegion, .scope = snapshot::Scope::of_environment(Environment("dev"))},
        kept, notes, {}));
    ASSERT_TRUE(collected && *collected);
    EXPECT_EQ(kept.parameters.at("/app/dev/p002").tags, (std::vector<Tag>{{"Owner", "t2"}}));
  }
}

TEST_F(CollectTest, OneDeniedKeyInsideABatchCostsOnlyItself) {
  seed(10);
  sandbox.seed(kRegion.view(),
               {{{"Name", "/app/dev/secret"}, {"Value", "s"}, {"Type", "SecureString"}}});
  sandbox.world.keys().deny_decrypt(kRegion, "/app/dev/secret");
  const auto collected = collect();
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(kept.parameters.size(), 10U);
  ASSERT_EQ(kept.unreadable.size(), 1U);
  EXPECT_EQ(kept.unreadable.at("/app/dev/secret").kind, ErrorKind::denied);
  EXPECT_EQ(collected->totals.unreadable, 1U);
}

TEST_F(CollectTest, OneThatVanishesAfterTheListingIsNoted) {
  seed(20);
  sandbox.transport.set_hook([this](const aws::HttpRequest& request) {
    if (target_of(request) == "GetParameters")
      sandbox.world.ssm(AccountId("123456789012"), kRegion).erase("/app/dev/p003");
    return std::nullopt;
  });
  ASSERT_TRUE(collect());
  EXPECT_THAT(kept.vanished, ElementsAre("/app/dev/p003"));
  EXPECT_EQ(kept.parameters.size(), 19U);
  EXPECT_TRUE(kept.unreadable.empty());
}

// Writes a new version of one parameter before requests of one kind.
struct Meddler {
  SandboxSession& sandbox;
  std::string before;
  int times = 1;

  std::optional<Result<aws::HttpResponse>> operator()(const aws::HttpRequest& request) {
    if (!before.empty() && target_of(request) != before) return std::nullopt;
    if (times-- <= 0) return std::nullopt;
    auto& store = sandbox.world.ssm(AccountId("123456789012"), kRegion);
    auto* record = store.find("/app/dev/p001");
    auto version = record->current();
    version.number += 1;
    version.value = SecretText("changed");
    version.description = "changed too";
    version.modified += std::chrono::milliseconds{1};
    store.append(*record, std::move(version));
    return std::nullopt;
  }
};

TEST_F(CollectTest, OneThatChangesBetweenListingAndReadingIsTakenWhole) {
  seed(3);
  sandbox.transport.set_hook(Meddler{sandbox, "GetParameters"});
  ASSERT_TRUE(collect());
  const Parameter& one = kept.parameters.at("/app/dev/p001");
  EXPECT_EQ(one.value.reveal(), "changed");
  EXPECT_EQ(one.description, "changed too");
  EXPECT_EQ(one.version, 2);
}

TEST_F(CollectTest, OneThatKeepsChangingIsUnreadable) {
  seed(3);
  sandbox.transport.set_hook(
      [meddler = Meddler{sandbox, "", 1000}](const aws::HttpRequest& request) mutable {
        const std::string target = target_of(request);
        return target.starts_with("GetParameter") ? meddler(request) : std::nullopt;
      });
  ASSERT_TRUE(collect());
  ASSERT_EQ(kept.unreadable.size(), 1U);
  EXPECT_THAT(kept.unreadable.at("/app/dev/p001").what, HasSubstr("kept changing"));
  EXPECT_EQ(kept.parameters.size(), 2U);
}

}  // namespace
}  // namespace ssmb::engine
