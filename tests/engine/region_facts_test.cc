// Region facts beside a collecting: what they cost, and what they never cost.
#include "engine/region_facts.h"

#include <boost/json/parse.hpp>

#include "aws/limits.h"
#include "collect_harness.h"
#include "sandbox/ssm/settings.h"

namespace ssmb::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::string name_of(int number) { return fmt::format("/app/dev/p{:04}", number); }

struct RegionFactsTest : CollectTest {
  RegionFactsTest() { shares = AskShares::yes; }

  // Advanced ones, of which the first are shared; all older than the tag index may lag.
  void seed_advanced(int count, int shared, int policies = 1) {
    json::array parameters;
    for (int i = 0; i < count; ++i) {
      json::array list;
      for (int p = 0; i < shared && p < policies; ++p)
        list.push_back({{"PolicyId", fmt::format("id-{:03}", p)},
                        {"PolicyHash", "h"},
                        {"Policy", fmt::format(R"({{"Statement":[],"Id":"{}"}})", p)}});
      parameters.push_back({{"Name", name_of(i)},
                            {"Value", "v"},
                            {"Tier", "Advanced"},
                            {"LastModifiedDate", "2026-01-02T03:04:05Z"},
                            {"ResourcePolicies", std::move(list)}});
    }
    sandbox.seed(kRegion.view(), std::move(parameters));
  }
  void use_limits() {
    sandbox.session.limits = std::make_shared<aws::Limits>(sandbox.runtime, 0.5);
  }
  std::uint64_t asked() const { return sandbox.calls("ssm:GetResourcePolicies", kRegion.view()); }

  // What is answered in the sandbox's place; counts the calls.
  using Answer = std::function<std::optional<Result<aws::HttpResponse>>(const std::string& arn)>;
  void answer_policies(Answer answer) {
    sandbox.transport.set_hook(
        [this,
         answer](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (target_of(request) != "GetResourcePolicies") return std::nullopt;
          ++hooked;
          const json::value body = json::parse(request.body.view());
          return answer(std::string(body.at("ResourceArn").as_string()));
        });
  }
  snapshot::Shares collected_shares() {
    auto collected = collect();
    if (!collected) ADD_FAILURE() << collected.error().what;
    if (!collected || !collected->facts.shares) return {};
    took = sandbox.runtime.steady() - begun;
    return *collected->facts.shares;
  }

  int hooked = 0;
  SteadyTime begun = sandbox.runtime.steady();
  Duration took{0};
};

TEST_F(RegionFactsTest, OnlyAdvancedParametersAreAsked) {
  seed(25);
  json::array advanced;
  for (const char* name : {"/app/dev/b", "/app/dev/a", "/app/dev/c"})
    advanced.push_back(
        {{"Name", name},
         {"Value", "v"},
         {"Tier", "Advanced"},
         {"ResourcePolicies",
          name == std::string_view("/app/dev/c")
              ? json::array{}
              : json::array{{{"PolicyId", "i"}, {"PolicyHash", "h"}, {"Policy", "{}"}}}}});
  sandbox.seed(kRegion.view(), std::move(advanced));
  const snapshot::Shares shares = collected_shares();
  EXPECT_EQ(asked(), 3U);
  EXPECT_EQ(shares.advanced, 3U);
  EXPECT_EQ(shares.known, 3U);
  EXPECT_EQ(shares.why, "");
  ASSERT_EQ(shares.list.size(), 2U);
  EXPECT_EQ(shares.list[0].name, ParameterName("/app/dev/a"));
  EXPECT_EQ(shares.list[1].name, ParameterName("/app/dev/b"));
  EXPECT_EQ(shares.list[0].policies,
            (std::vector<ResourcePolicy>{{.id = "i", .hash = "h", .text = "{}"}}));
  EXPECT_THAT(notes.lines, Not(Contains(HasSubstr("Region facts"))));
}

TEST_F(RegionFactsTest, NothingIsAskedThatNobodyWants) {
  seed_advanced(3, 3);
  shares = AskShares::no;
  const auto collected = collect();
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->facts.shares, std::nullopt);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(RegionFactsTest, PoliciesOfAllPagesAreRead) {
  seed_advanced(1, 1, 120);
  EXPECT_EQ(collected_shares().list.at(0).policies.size(), 120U);
  EXPECT_EQ(asked(), 3U);
}

TEST_F(RegionFactsTest, TheSettingsAreAskedOnce) {
  seed(3);
  sandbox.world.ssm(AccountId("123456789012"), kRegion)
      .settings[std::string(sandbox::ssm::kDefaultTierSetting)] = {.value = "Advanced"};
  const auto collected = collect();
  ASSERT_TRUE(collected);
  EXPECT_EQ(sandbox.calls("ssm:GetServiceSetting", kRegion.view()), 2U);
  ASSERT_EQ(collected->facts.settings.size(), 2U);
  EXPECT_EQ(collected->facts.settings[0].id, snapshot::kHighThroughputSetting);
  EXPECT_EQ(collected->facts.settings[0].status, "Default");
  EXPECT_EQ(collected->facts.settings[1].value, "Advanced");
  EXPECT_EQ(collected->facts.settings[1].status, "Customized");
  EXPECT_EQ(collected->facts.shares, snapshot::Shares{});
}

// A page of HTML, as a stand-in gives it that does not know the operation.
aws::HttpResponse page() {
  return {.status = 500,
          .headers = {},
          .body = SecretBytes("<!doctype html>\n<title>500 Internal Server Error</title>")};
}

TEST_F(RegionFactsTest, WhatNobodyAnswersCostsALineAndNoTime) {
  struct Row {
    const char* name;
    std::function<aws::HttpResponse()> answer;
    const char* why;
  };
  const Row rows[] = {
      {"denied", [] { return refuse("AccessDeniedException"); }, "AccessDeniedException"},
      {"a stand-in without the operation", page, "500"},
      {"an operation that is not known", [] { return refuse("UnknownOperationException", 404); },
       "UnknownOperationException"},
  };
  seed_advanced(60, 60);
  ASSERT_EQ(collected_shares().known, 60U);
  const Duration usual = took;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    notes.lines.clear();
    std::vector<std::string> notices;
    sandbox.session.notice = [&](const std::string& text) { notices.push_back(text); };
    int policies = 0;
    int settings = 0;
    sandbox.transport.set_hook(
        [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          const std::string target = target_of(request);
          policies += target == "GetResourcePolicies" ? 1 : 0;
          settings += target == "GetServiceSetting" ? 1 : 0;
          if (target != "GetResourcePolicies" && target != "GetServiceSetting") return std::nullopt;
          return row.answer();
        });
    begun = sandbox.runtime.steady();
    const auto collected = collect();
    ASSERT_TRUE(collected);
    EXPECT_LE(sandbox.runtime.steady() - begun, usual + 100ms);
    EXPECT_EQ(policies, 5);
    EXPECT_EQ(settings, 2);
    EXPECT_THAT(notices, IsEmpty());
    const snapshot::RegionFacts& facts = collected->facts;
    EXPECT_THAT(facts.settings, IsEmpty());
    ASSERT_EQ(facts.unknown_settings.size(), 2U);
    EXPECT_THAT(facts.unknown_settings[1].why, HasSubstr(row.why));
    ASSERT_TRUE(facts.shares);
    EXPECT_EQ(facts.shares->advanced, 60U);
    EXPECT_EQ(facts.shares->known, 0U);
    EXPECT_THAT(facts.shares->why, AllOf(HasSubstr(row.why), Not(HasSubstr("<"))));
    EXPECT_EQ(std::ranges::count_if(notes.lines,
                                    [](const std::string& line) { return line.contains("facts"); }),
              1);
    EXPECT_THAT(notes.lines, Contains(HasSubstr("the shares of 60 of 60 Advanced parameters")));
  }
}

TEST_F(RegionFactsTest, ARefusalOfOneCostsThatOne) {
  seed_advanced(20, 20);
  answer_policies([](const std::string& arn) -> std::optional<Result<aws::HttpResponse>> {
    if (arn.ends_with("p0007")) return refuse("AccessDeniedException");
    return std::nullopt;
  });
  const snapshot::Shares shares = collected_shares();
  EXPECT_EQ(hooked, 20);
  EXPECT_EQ(shares.known, 19U);
  EXPECT_EQ(shares.list.size(), 19U);
  EXPECT_THAT(shares.why, HasSubstr("AccessDeniedException"));
}

TEST_F(RegionFactsTest, OneThatIsGoneIsNotShared) {
  seed_advanced(3, 0);
  answer_policies([](const std::string& arn) -> std::optional<Result<aws::HttpResponse>> {
    if (arn.ends_with("p0001")) return refuse("ResourceNotFoundException");
    return std::nullopt;
  });
  const snapshot::Shares shares = collected_shares();
  EXPECT_TRUE(shares.all_known());
  EXPECT_EQ(shares.why, "");
}

// What can be asked within half a minute after all else is done is waited for; more is not begun.
TEST_F(RegionFactsTest, AFewAreWaitedForAndManyAreNot) {
  struct Row {
    const char* name;
    int count;
    bool whole;
    Duration least;
    Duration most;
  };
  // At half of ten a second, ten at once.
  const Row rows[] = {{"few", 10, true, 0s, 1s},
                      {"a minute's half", 100, true, 5s, 31s},
                      {"more than there is time for", 600, false, 0s, 31s}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    use_limits();
    seed_advanced(row.count, row.count);
    shares = AskShares::no;
    begun = sandbox.runtime.steady();
    ASSERT_TRUE(collect());
    const Duration without = sandbox.runtime.steady() - begun;
    use_limits();
    shares = AskShares::yes;
    begun = sandbox.runtime.steady();
    const snapshot::Shares read = collected_shares();
    EXPECT_EQ(read.advanced, static_cast<std::uint64_t>(row.count));
    EXPECT_EQ(read.all_known(), row.whole);
    EXPECT_EQ(read.why.empty(), row.whole);
    EXPECT_GE(took - without, row.least);
    EXPECT_LE(took - without, row.most);
    if (!row.whole) EXPECT_LE(took - without, 1s);
  }
}

TEST_F(RegionFactsTest, AThrottleThatLastsEndsAfterHalfAMinute) {
  use_limits();
  seed_advanced(5, 5);
  answer_policies([](const std::string&) { return refuse("ThrottlingException"); });
  const snapshot::Shares shares = collected_shares();
  EXPECT_EQ(shares.known, 0U);
  EXPECT_THAT(shares.why, HasSubstr("no time"));
  EXPECT_LE(took, 32s);
}

TEST_F(RegionFactsTest, TheManifestIsWrittenBeforeTheDeadline) {
  use_limits();
  seed_advanced(100, 100);
  auto collected =
      collect(snapshot::TagsMode::bulk, {.deadline = sandbox.runtime.steady() + 10s, .stop = {}});
  ASSERT_TRUE(collected) << collected.error().what;
  EXPECT_FALSE(collected->facts.shares->all_known());
  EXPECT_LE(sandbox.runtime.steady() - begun, 6s);
}

TEST_F(RegionFactsTest, AnInterruptEndsTheAskingToo) {
  use_limits();
  seed_advanced(100, 0);
  std::stop_source stop;
  answer_policies([&](const std::string&) -> std::optional<Result<aws::HttpResponse>> {
    if (hooked == 20) stop.request_stop();
    return std::nullopt;
  });
  (void)collect(snapshot::TagsMode::bulk, {.stop = stop.get_token()});
  EXPECT_LE(hooked, 21);
  EXPECT_LE(sandbox.runtime.steady() - begun, 5s);
}

TEST_F(RegionFactsTest, PoliciesWithoutEndAreNotKept) {
  seed_advanced(50, 50);
  const std::string large(200'000, 'x');
  answer_policies([&](const std::string&) -> std::optional<Result<aws::HttpResponse>> {
    return aws::HttpResponse{.status = 200,
                             .headers = {},
                             .body = SecretBytes(fmt::format(
                                 R"({{"Policies":[{{"PolicyId":"i","Policy":"{}"}}]}})", large))};
  });
  const snapshot::Shares shares = collected_shares();
  EXPECT_LE(shares.list.size(), 21U);
  EXPECT_THAT(shares.why, HasSubstr("more than 4 MiB"));
}

}  // namespace
}  // namespace ssmb::engine
