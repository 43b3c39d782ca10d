#include "engine/collect.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/ssm/store.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::engine {
namespace {

namespace json = boost::json;
using ssmb::testing::SandboxSession;
using ssmb::testing::target_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Region kRegion("us-west-2");

class Kept final : public Collector {
 public:
  ResultTask<void> take(Found found, CallScope scope) override {
    if (auto* parameter = std::get_if<Parameter>(&found))
      parameters.insert_or_assign(parameter->name.str(), *parameter);
    if (auto* missing = std::get_if<snapshot::Unreadable>(&found))
      unreadable[missing->name.str()] = missing->error;
    if (auto* gone = std::get_if<Vanished>(&found)) vanished.push_back(gone->name.str());
    if (full) co_return fail(ErrorKind::denied, "no room");
    co_return check(*runtime, scope);
  }
  ByteCount bytes() const override { return {}; }

  Runtime* runtime = nullptr;
  bool full = false;
  std::map<std::string, Parameter> parameters;
  std::map<std::string, Error> unreadable;
  std::vector<std::string> vanished;
};

struct Notes final : Events {
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress& progress) override { last = progress; }
  void note(const Region&, Gravity, const std::string& text) override { lines.push_back(text); }
  RegionProgress last;
  std::vector<std::string> lines;
};

struct CollectTest : ::testing::Test {
  CollectTest() { kept.runtime = &sandbox.runtime; }

  void seed(int count) {
    json::array parameters;
    for (int i = 0; i < count; ++i) {
      parameters.push_back({{"Name", fmt::format("/app/dev/p{:03}", i)},
                            {"Value", fmt::format("v{}", i)},
                            {"Tags", {{{"Key", "Owner"}, {"Value", fmt::format("t{}", i)}}}}});
    }
    sandbox.seed(kRegion.view(), std::move(parameters));
  }
  Result<Collected> collect(snapshot::TagsMode tags = snapshot::TagsMode::bulk,
                            CallScope scope = {}) {
    auto task = engine::collect(sandbox.session,
                                {.region = kRegion,
                                 .scope = snapshot::Scope::of_environment(Environment("dev")),
                                 .tags = tags,
                                 .concurrency = 4},
                                kept, notes, scope);
    auto result = sandbox.runtime.run(std::move(task));
    if (!result) return fail(ErrorKind::internal, "deadlock");
    return std::move(*result);
  }

  SandboxSession sandbox;
  Kept kept;
  Notes notes;
};

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
  EXPECT_EQ(collected->service_settings.size(), 2U);
  EXPECT_LE(sandbox.calls("ssm:GetParameters", kRegion.view()), 13U);
}

TEST_F(CollectTest, StrictTagsAreReadFromTheParameterItself) {
  seed(12);
  sandbox.world.options().tagging_lag = std::chrono::hours{1};
  ASSERT_TRUE(collect());
  EXPECT_TRUE(kept.parameters.at("/app/dev/p007").tags.empty());  // the index lags
  ASSERT_TRUE(collect(snapshot::TagsMode::strict));
  EXPECT_EQ(kept.parameters.at("/app/dev/p007").tags, (std::vector<Tag>{{"Owner", "t7"}}));
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

aws::HttpResponse refuse(std::string_view code, int status = 400) {
  return {.status = status,
          .headers = {},
          .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", code))};
}

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

TEST_F(CollectTest, SettingsThatAreDeniedAreNotedAndNothingMore) {
  seed(2);
  sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "GetServiceSetting") return refuse("AccessDeniedException");
        return std::nullopt;
      });
  const auto collected = collect();
  ASSERT_TRUE(collected);
  EXPECT_TRUE(collected->service_settings.empty());
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
