// --depth labels and history: what the record holds of older versions, and what a refusal costs.

#include "collect_harness.h"

namespace ssmb::engine {
namespace {

using snapshot::Depth;
using snapshot::TagsMode;

const char* const kName = "/app/dev/p000";

json::object version(int number, const char* value, json::array labels = {}) {
  return {{"Version", number}, {"Value", value}, {"Labels", std::move(labels)}};
}

struct DepthTest : CollectTest {
  // p000 with versions 1 to 4 ("v1" to "v4"), p001 with one; both SecureStrings.
  void seed_versions() {
    sandbox.seed(
        kRegion.view(),
        {{{"Name", kName},
          {"Type", "SecureString"},
          {"Version", 4},
          {"Value", "v4"},
          {"Description", "now"},
          {"Labels", {"prod", "blue"}},
          {"History",
           {version(1, "v1", {"first"}), version(2, "v2"), version(3, "v3", {"was-prod", "x"})}}},
         {{"Name", "/app/dev/p001"}, {"Value", "only"}}});
  }
  Result<Collected> collect_deep(Depth depth, TagsMode tags = TagsMode::bulk) {
    return collect(tags, {}, depth);
  }
  sandbox::ssm::Store& store() { return sandbox.world.ssm(AccountId("123456789012"), kRegion); }
  void add_version(const std::string& value, std::vector<std::string> labels) {
    auto* record = store().find(kName);
    auto next = record->current();
    next.number += 1;
    next.value = SecretText(value);
    next.labels = std::move(labels);
    next.modified += std::chrono::milliseconds{1};
    store().append(*record, std::move(next));
  }
  // Acts before the nth call of that kind that speaks of p000.
  void before(std::string target, int nth, std::function<void()> act) {
    sandbox.transport.set_hook([target, nth, act, seen = 0](const aws::HttpRequest& request) mutable
                                   -> std::optional<Result<aws::HttpResponse>> {
      const bool fits = target_of(request) == target && request.body.view().contains(kName);
      if (fits && ++seen == nth) act();
      return std::nullopt;
    });
  }
  void refuse_history(std::string code, bool only_decrypted) {
    sandbox.transport.set_hook(
        [=](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          const bool decrypted = request.body.view().contains("\"WithDecryption\":true");
          if (target_of(request) != "GetParameterHistory" || (only_decrypted && !decrypted) ||
              !request.body.view().contains(kName))
            return std::nullopt;
          return refuse(code);
        });
  }
};

TEST_F(DepthTest, CurrentAsksForNoHistory) {
  seed_versions();
  const auto collected = collect_deep(Depth::current);
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_EQ(sandbox.calls("ssm:GetParameterHistory", kRegion.view()), 0U);
  const Parameter& one = kept.parameters.at(kName);
  EXPECT_FALSE(one.labels || one.labelled_versions || one.history);
}

TEST_F(DepthTest, LabelsAreThoseOfEveryVersionAndNoOldValue) {
  seed_versions();
  const auto collected = collect_deep(Depth::labels);
  ASSERT_TRUE(collected) << collected.error().what;
  const Parameter& one = kept.parameters.at(kName);
  EXPECT_THAT(one.labels, ::testing::Optional(ElementsAre("prod", "blue")));
  const std::vector<VersionLabels> older{{1, {"first"}}, {3, {"was-prod", "x"}}};
  EXPECT_THAT(one.labelled_versions, ::testing::Optional(older));
  EXPECT_FALSE(one.history);
  EXPECT_EQ(one.value.reveal(), "v4");
  const Parameter& other = kept.parameters.at("/app/dev/p001");
  EXPECT_THAT(other.labels, ::testing::Optional(::testing::IsEmpty()));
  EXPECT_THAT(other.labelled_versions, ::testing::Optional(::testing::IsEmpty()));
}

TEST_F(DepthTest, HistoryIsEveryOlderVersionInOrder) {
  seed_versions();
  sandbox.world.options().short_pages = 0.5;
  const auto collected = collect_deep(Depth::history, TagsMode::strict);
  ASSERT_TRUE(collected) << collected.error().what;
  const Parameter& one = kept.parameters.at(kName);
  EXPECT_THAT(one.labels, ::testing::Optional(ElementsAre("prod", "blue")));
  ASSERT_TRUE(one.history);
  ASSERT_EQ(one.history->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const HistoryEntry& entry = (*one.history)[i];
    EXPECT_EQ(entry.metadata.version, static_cast<ParameterVersion>(i + 1));
    EXPECT_EQ(entry.value.reveal(), fmt::format("v{}", i + 1));
    EXPECT_EQ(entry.metadata.key_id, KmsKeyId("alias/aws/ssm"));
  }
  EXPECT_THAT((*one.history)[2].labels, ElementsAre("was-prod", "x"));
  EXPECT_EQ(kept.parameters.at("/app/dev/p001").history->size(), 0U);
}

TEST_F(DepthTest, AllHundredVersionsOverTwoPages) {
  seed_versions();
  for (int i = 5; i <= 130; ++i) add_version(fmt::format("v{}", i), {});
  const auto collected = collect_deep(Depth::history);
  ASSERT_TRUE(collected) << collected.error().what;
  const auto& history = *kept.parameters.at(kName).history;
  ASSERT_EQ(history.size(), 99U);
  EXPECT_EQ(history.front().value.reveal(), "v31");
  EXPECT_EQ(history.back().value.reveal(), "v129");
}

// What the record says of older versions fits the version that it holds.
TEST_F(DepthTest, AChangeBetweenValueAndHistoryIsARace) {
  struct Row {
    const char* name;
    Depth depth;
    const char* target;
    int nth;
    std::vector<std::string> new_labels;
  };
  const Row rows[] = {
      {"labels, before the history", Depth::labels, "GetParameterHistory", 1, {"new"}},
      {"history, before the history", Depth::history, "GetParameterHistory", 1, {"new"}},
      {"history, before the value is read again", Depth::history, "GetParameter", 1, {"new"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    seed_versions();
    if (std::string_view(row.target) == "GetParameter")
      before("GetParameterHistory", 1, [this] {
        add_version("v5", {});
        before("GetParameter", 1, [this] { add_version("v6", {"new"}); });
      });
    else
      before(row.target, row.nth, [&] { add_version("v5", row.new_labels); });
    const auto collected = collect_deep(row.depth);
    ASSERT_TRUE(collected) << collected.error().what;
    const Parameter& one = kept.parameters.at(kName);
    EXPECT_EQ(one.value.reveal(), fmt::format("v{}", one.version));
    EXPECT_THAT(one.labels, ::testing::Optional(ElementsAre("new")));
    EXPECT_EQ(one.labelled_versions->back().version, 4);
    if (row.depth != Depth::history) continue;
    ASSERT_EQ(one.history->size(), static_cast<std::size_t>(one.version - 1));
    EXPECT_EQ(one.history->back().metadata.version, one.version - 1);
  }
}

TEST_F(DepthTest, OneThatKeepsChangingIsUnreadable) {
  struct Row {
    const char* name;
    const char* before;  // calls that begin so
    bool settled;
  };
  const Row rows[] = {
      {"before each history: the value that is read next fits it", "GetParameterHistory", true},
      {"before every read", "GetParameter", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    seed_versions();
    sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request).starts_with(row.before) && request.body.view().contains(kName))
            add_version("v", {});
          return std::nullopt;
        });
    ASSERT_TRUE(collect_deep(Depth::history));
    EXPECT_EQ(kept.unreadable.contains(kName), !row.settled);
  }
  EXPECT_THAT(kept.unreadable.at(kName).what, HasSubstr("kept changing"));
}

TEST_F(DepthTest, OneThatVanishesBeforeItsHistoryIsNoted) {
  seed_versions();
  before("GetParameterHistory", 1, [this] { store().erase(kName); });
  ASSERT_TRUE(collect_deep(Depth::labels));
  EXPECT_THAT(kept.vanished, ElementsAre(kName));
  EXPECT_EQ(kept.parameters.size(), 1U);
}

TEST_F(DepthTest, ARefusedHistoryCostsItselfAlone) {
  struct Row {
    const char* name;
    Depth depth;
    const char* code;
    bool only_decrypted;
    bool labels;  // captured all the same
  };
  const Row rows[] = {
      {"no right to it", Depth::labels, "AccessDeniedException", false, false},
      {"no right to it, whole", Depth::history, "AccessDeniedException", false, false},
      {"an old version's key is gone", Depth::history, "InvalidKeyId", true, true},
      {"labels need no key", Depth::labels, "InvalidKeyId", true, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    kept.parameters.clear();
    kept.without_history.clear();
    seed_versions();
    refuse_history(row.code, row.only_decrypted);
    const auto collected = collect_deep(row.depth);
    ASSERT_TRUE(collected) << collected.error().what;
    const Parameter& one = kept.parameters.at(kName);
    EXPECT_EQ(one.value.reveal(), "v4");
    EXPECT_EQ(one.labels.has_value(), row.labels);
    EXPECT_FALSE(one.history);
    const bool whole = row.labels && row.depth == Depth::labels;
    EXPECT_EQ(kept.without_history.contains(kName), !whole);
    EXPECT_TRUE(kept.parameters.at("/app/dev/p001").labels);
    EXPECT_TRUE(kept.unreadable.empty());
  }
}

TEST_F(DepthTest, ExpiredKeysEndTheRegion) {
  seed_versions();
  refuse_history("ExpiredTokenException", false);
  const auto collected = collect_deep(Depth::labels);
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().kind, ErrorKind::credentials);
}

// A collector that is slower than the readers: histories must not pile up.
struct SlowKept final : Collector {
  SandboxSession& sandbox;
  std::uint64_t taken = 0;
  std::uint64_t most_ahead = 0;

  explicit SlowKept(SandboxSession& s) : sandbox(s) {}
  ResultTask<void> take(Found found, CallScope scope) override {
    EXPECT_TRUE(std::holds_alternative<Read>(found));
    const auto histories = sandbox.calls("ssm:GetParameterHistory", kRegion.view()) / 2;
    most_ahead = std::max(most_ahead, histories - taken);
    ++taken;
    co_return co_await sandbox.runtime.sleep(std::chrono::seconds{1}, scope);
  }
  ByteCount bytes() const override { return {}; }
};

TEST_F(DepthTest, TheBytesOfHistoriesThatWaitAreBounded) {
  constexpr int kCount = 90;
  const std::string large(8192, 'x');
  for (int i = 0; i < kCount; ++i) {
    json::array history;
    for (int v = 1; v < 100; ++v) history.push_back(version(v, large.c_str()));
    sandbox.seed(kRegion.view(), {{{"Name", fmt::format("/app/dev/h{:03}", i)},
                                   {"Tier", "Advanced"},
                                   {"Version", 100},
                                   {"Value", large},
                                   {"History", std::move(history)}}});
  }
  SlowKept slow(sandbox);
  auto result = sandbox.runtime.run(
      engine::collect(sandbox.session,
                      {.region = kRegion,
                       .scope = snapshot::Scope::of_environment(Environment("dev")),
                       .depth = Depth::history,
                       .concurrency = 16},
                      slow, notes, {}));
  ASSERT_TRUE(result && *result);
  EXPECT_EQ(slow.taken, static_cast<std::uint64_t>(kCount));
  // 24 MiB of 800 KB each, though queue and readers have room for all of them.
  EXPECT_LE(slow.most_ahead, 32U);
  EXPECT_GE(slow.most_ahead, 9U);
}

}  // namespace
}  // namespace ssmb::engine
