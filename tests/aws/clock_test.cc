// A wrong clock: corrected once, from the service's own Date, and said.
#include <gmock/gmock.h>

#include "aws/client.h"
#include "tests/aws/harness.h"

namespace ssmb::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

struct Clocked {
  // Refuses what is not signed within five minutes of its own time, `ahead` of ours.
  explicit Clocked(Duration ahead, std::string_view code = "InvalidSignatureException")
      : harness([this, ahead, code](const HttpRequest& request) -> Result<HttpResponse> {
          const Time now = harness.runtime.now() + ahead;
          const auto date = parse_amz_date(request.headers.get("X-Amz-Date"));
          const std::string words =
              date < now ? "Signature expired: x" : "Signature not yet current: x";
          if (std::chrono::abs(date - now) < minutes{5}) return answer(200, "{}");
          return answer(403,
                        R"({"__type":")" + std::string(code) + R"(","message":")" + words + R"("})",
                        {{"Date", to_http_date(now)}});
        }) {
    harness.session.notice = [this](const std::string& text) { notices.push_back(text); };
  }

  static Time parse_amz_date(std::string_view text) {  // 20261122T130000Z
    return *parse_timestamp(std::string(text.substr(0, 8)) + "_" + std::string(text.substr(9, 6)));
  }
  Result<HttpResponse> call() {
    const Operation operation{
        .service = Service::ssm, .name = "ssm:GetParameters", .region = Region("us-west-2")};
    return harness.run(call_json(harness.session, operation, "AmazonSSM", SecretBytes("{}"), {}));
  }

  Harness harness;
  std::vector<std::string> notices;
};

TEST(Clock, AWrongOneIsCorrectedOnceAndSaid) {
  struct Row {
    const char* name;
    Duration ahead;
    std::size_t tries;
    const char* words;  // "": nothing is said
  };
  const Row rows[] = {
      {"right", {}, 1, ""},
      {"a little off", minutes{3}, 1, ""},
      {"behind", hours{2}, 2, "clock is 2.0 h behind AWS's"},
      {"ahead", -minutes{20}, 2, "clock is 20 min ahead of AWS's"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Clocked world(row.ahead);
    EXPECT_TRUE(world.call());
    EXPECT_EQ(world.harness.transport.requests().size(), row.tries);
    EXPECT_TRUE(world.call());
    EXPECT_EQ(world.harness.transport.requests().size(), row.tries + 1) << "it stays corrected";
    EXPECT_EQ(world.notices.size(), *row.words == 0 ? 0U : 1U);
    if (!world.notices.empty()) EXPECT_THAT(world.notices.front(), HasSubstr(row.words));
  }
}

TEST(Clock, ARefusalThatIsNotAboutTheClockIsNotTriedAgain) {
  struct Row {
    const char* name;
    bool dated;
  };
  // A date that agrees with ours: a proxy in between, or a lie.
  for (const Row& row : {Row{"without a date", false}, Row{"with our own date", true}}) {
    SCOPED_TRACE(row.name);
    HttpResponse refused =
        answer(403, R"({"__type":"InvalidSignatureException","message":"Signature expired"})");
    if (row.dated) refused.headers.set("Date", to_http_date(VirtualRuntime::default_start()));
    Harness harness(refused);
    const Operation operation{
        .service = Service::ssm, .name = "ssm:GetParameters", .region = Region("us-west-2")};
    const auto error =
        harness.run(call_json(harness.session, operation, "AmazonSSM", SecretBytes("{}"), {}));
    ASSERT_FALSE(error);
    EXPECT_EQ(harness.transport.requests().size(), 1U);
    EXPECT_EQ(error.error().kind, ErrorKind::credentials);
    EXPECT_THAT(error.error().next, HasSubstr("clock"));
  }
}

// Whoever wants to know how wrong a clock is need not wait for a refusal.
TEST(Clock, EachAnswersDateSaysHowFarOursIsOff) {
  struct Row {
    const char* name;
    std::string date;
    std::optional<Duration> offset;
  };
  const Time now = VirtualRuntime::default_start();
  const auto at = [now](Duration ahead) { return to_http_date(now + ahead); };
  const Row rows[] = {
      {"the same", at({}), Duration{0}},
      {"within its second", at(std::chrono::seconds{-1}), Duration{0}},
      {"ahead", at(std::chrono::seconds{40}), std::chrono::seconds{40}},
      {"behind", at(minutes{-7}), minutes{-7} + std::chrono::seconds{1}},
      {"none", "", std::nullopt},
      {"nonsense", "yesterday", std::nullopt},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Harness harness(answer(200, "{}", {{"Date", row.date}}));
    const Operation operation{
        .service = Service::ssm, .name = "ssm:GetParameters", .region = Region("us-west-2")};
    ASSERT_TRUE(
        harness.run(call_json(harness.session, operation, "AmazonSSM", SecretBytes("{}"), {})));
    EXPECT_EQ(harness.session.clock_offset, row.offset);
    EXPECT_EQ(harness.session.clock_skew, Duration{0});
  }
}

}  // namespace
}  // namespace ssmb::aws
