#include <gmock/gmock.h>

#include <chrono>

#include "aws/client.h"
#include "base/digest.h"
#include "runtime/concurrency.h"
#include "tests/aws/harness.h"

namespace ssmb::aws {
namespace {

using std::chrono::seconds;

Operation operation(Idempotency idempotency = Idempotency::safe) {
  return {.service = Service::ssm,
          .name = "ssm:GetParameters",
          .region = Region("us-west-2"),
          .idempotency = idempotency};
}

template <class World>
Result<HttpResponse> call_once(World& harness, Operation op, CallScope scope = {}) {
  return harness.run(
      call_json(harness.session, std::move(op), "AmazonSSM", SecretBytes("{}"), scope));
}

Result<HttpResponse> refusal(int status, std::string_view code) {
  return answer(status, "{\"__type\":\"" + std::string(code) + "\"}");
}

TEST(Call, SendsJsonToTheRegionalEndpointAndSigns) {
  Harness harness(answer(200, "{}"));
  ASSERT_TRUE(call_once(harness, operation()));
  ASSERT_EQ(harness.transport.requests().size(), 1U);
  const HttpRequest& request = harness.transport.requests().front();
  EXPECT_EQ(to_text(request),
            "POST https://ssm.us-west-2.amazonaws.com/\n"
            "Content-Type: application/x-amz-json-1.1\n"
            "X-Amz-Target: AmazonSSM.GetParameters\n"
            "\n"
            "{}");
  EXPECT_TRUE(request.headers.find("Authorization"));
}

TEST(Call, AnErrorDoesNotRepeatTheSessionToken) {
  constexpr std::string_view kToken = "FwoGZXIvYXdzEXAMPLETOKEN";
  const std::string canonical =
      R"({"__type":"InvalidSignatureException","message":"The Canonical String should have been 'POST\n/\n)"
      R"(x-amz-security-token:FwoGZXIvYXdzEXAMPLETOKEN\n'"})";
  struct Row {
    const char* name;
    HttpResponse response;
    const char* message;
  };
  const Row rows[] = {
      {"in AWS's words", answer(400, canonical),
       "The Canonical String should have been 'POST\\n/\\nx-amz-security-token:(session "
       "token)\\n'"},
      {"escaped", answer(400, R"({"__type":"X","message":"token FwoGZXIvYXdz\u0045XAMPLETOKEN"})"),
       "token (session token)"},
      {"in an echo", answer(418, "POST / HTTP/1.1 X-Amz-Security-Token: FwoGZXIvYXdzEXAMPLETOKEN"),
       "(not quoted: it may repeat what was sent)"},
      {"in an echo that is escaped",
       answer(418, "<p>X-Amz-Security-Token: FwoGZXIvYXdzEXAMPLE&#84;OKEN"),
       "(not quoted: it may repeat what was sent)"},
      {"cut off by the quote's end",
       answer(418, std::string(70, 'x') + " FwoGZXIvYXdzEXAMPLETOKEN"),
       "(not quoted: it may repeat what was sent)"},
      {"not in it", answer(418, "I am a teapot"), "I am a teapot"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Harness harness(row.response);
    harness.credentials.token = kToken;
    const auto refused = call_once(harness, operation());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault->message, row.message);
  }
}

TEST(Call, AnErrorQuotesNoJsonThatBreaksOff) {
  Harness harness(answer(418, R"({"Parameters":[{"Name":"/a","Value":"hunter2","Ty)"));
  const auto refused = call_once(harness, operation());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault->message, "(JSON that breaks off)");
}

TEST(Call, AnErrorDoesNotEchoADocument) {
  Harness harness(answer(418, R"(PUT /bucket/key {"Name": "/a", "Value": "hunter2"})"));
  Operation put = operation();
  put.service = Service::s3;
  const auto refused = harness.run(call(harness.session, put, SigningStyle::s3,
                                        [] {
                                          HttpRequest request;
                                          request.method = "PUT";
                                          request.body =
                                              SecretBytes(R"({"Name": "/a", "Value": "hunter2"})");
                                          return request;
                                        },
                                        {}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault->message, "(not quoted: it may repeat what was sent)");
}

TEST(Call, RetriesWhatMaySucceedAndNothingElse) {
  const Result<HttpResponse> good = answer(200, "{}");
  const Result<HttpResponse> lost = fail(ErrorKind::transient, "the connection broke");
  const Result<HttpResponse> refused = fail(ErrorKind::unreachable, "connection refused");
  const HttpResponse damaged = answer(200, "{}", {{"x-amz-crc32", "1"}});
  constexpr auto safe = Idempotency::safe;
  constexpr auto unsafe = Idempotency::unsafe;
  struct Row {
    const char* name;
    Idempotency idempotency;
    std::vector<Result<HttpResponse>> answers;
    std::size_t tries;
    std::optional<ErrorKind> error;
  };
  const Row rows[] = {
      {"throttled", safe, {refusal(400, "ThrottlingException"), good}, 2, {}},
      {"throttled write", unsafe, {refusal(400, "TooManyUpdates"), good}, 2, {}},
      {"server error", safe, {refusal(500, "InternalServerError"), good}, 2, {}},
      {"server error on a write",
       unsafe,
       {refusal(500, "InternalServerError"), good},
       1,
       ErrorKind::transient},
      {"answer lost", safe, {lost, lost, good}, 3, {}},
      {"answer to a write lost", unsafe, {lost, good}, 1, ErrorKind::transient},
      {"never connected", unsafe, {refused, good}, 2, {}},
      {"HTML from a proxy", safe, {answer(502, "<html>"), good}, 2, {}},
      {"checksum of the answer wrong", safe, {damaged, good}, 2, {}},
      {"always failing", safe, {lost}, 5, ErrorKind::transient},
      {"denied", safe, {refusal(400, "AccessDeniedException"), good}, 1, ErrorKind::denied},
      {"invalid", safe, {refusal(400, "ValidationException"), good}, 1, ErrorKind::invalid},
      {"expired", safe, {refusal(400, "ExpiredTokenException"), good}, 1, ErrorKind::credentials},
      {"cancelled", safe, {fail(ErrorKind::cancelled, "stopped"), good}, 1, ErrorKind::cancelled},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Harness harness(in_turn(row.answers));
    const auto response = call_once(harness, operation(row.idempotency));
    EXPECT_EQ(harness.transport.requests().size(), row.tries);
    ASSERT_EQ(response.has_value(), !row.error.has_value());
    if (row.error) EXPECT_EQ(response.error().kind, *row.error);
  }
}

TEST(Call, WaitsAsThePolicySays) {
  Harness harness(in_turn({refusal(500, ""), refusal(500, ""), refusal(500, ""), answer(200, "")}));
  VirtualRuntime same(1);  // the same seed: the same waits
  Duration expected{0};
  for (int attempt = 1; attempt <= 3; ++attempt) {
    expected += harness.session.retry.backoff.delay(attempt, same.random_unit());
  }
  ASSERT_TRUE(call_once(harness, operation()));
  EXPECT_EQ(harness.runtime.steady().time_since_epoch(), expected);
  EXPECT_GT(expected, Duration{0});
}

TEST(Call, ThrottlesEndOnlyWithTheDeadline) {
  Harness harness(in_turn({refusal(400, "ThrottlingException")}));
  const CallScope scope{.deadline = SteadyTime(seconds(600)), .stop = {}};
  const auto response = call_once(harness, operation(), scope);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timeout);
  EXPECT_EQ(response.error().fault->code, "ThrottlingException");
  EXPECT_GT(harness.transport.requests().size(), 20U);
  EXPECT_LE(harness.runtime.steady(), scope.deadline);
}

TEST(Call, SignsEachTryWithTheServicesTime) {
  Harness harness(in_turn({refusal(500, ""), answer(200, "")}));
  harness.session.clock_skew = seconds(-120);
  harness.session.retry.backoff = {.base = seconds(40), .cap = seconds(40)};
  ASSERT_TRUE(call_once(harness, operation()));
  const auto& requests = harness.transport.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].headers.get("X-Amz-Date"), "20261122T125800Z");
  EXPECT_NE(requests[1].headers.get("X-Amz-Date"), requests[0].headers.get("X-Amz-Date"));
}

TEST(Call, LimitsEachTryInsideTheScope) {
  const auto late = fail(ErrorKind::timeout, "the deadline passed");
  Harness harness(in_turn({late, answer(200, "")}));
  const CallScope scope{.deadline = SteadyTime(seconds(100)), .stop = {}};
  ASSERT_TRUE(call_once(harness, operation(), scope));
  ASSERT_EQ(harness.transport.scopes().size(), 2U);
  EXPECT_EQ(harness.transport.scopes()[0].deadline, SteadyTime(seconds(15)));
  EXPECT_LE(harness.transport.scopes()[1].deadline, scope.deadline);

  Harness writes(in_turn({late, answer(200, "")}));
  const auto lost = call_once(writes, operation(Idempotency::unsafe));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::transient);
  EXPECT_EQ(lost.error().what, "no answer within 1 min");
}

// A silent Region was waited for a minute a try: five minutes for the first call alone.
TEST(Call, WaitsLongForAnObjectAlone) {
  struct Row {
    const char* name;
    Service service;
    const char* operation;
    Idempotency idempotency;
    const char* method;
    const char* body;
    int waits;
  };
  using enum Idempotency;
  const Row rows[] = {
      {"a question", Service::ssm, "ssm:GetParameters", safe, "POST", "{}", 15},
      {"who we are", Service::sts, "sts:GetCallerIdentity", safe, "POST", "Action=x", 15},
      {"a write that is not repeated", Service::ssm, "ssm:PutParameter", unsafe, "POST", "{}", 60},
      {"a part", Service::s3, "s3:PutObject", safe, "PUT", "x", 60},
      {"an object", Service::s3, "s3:GetObject", safe, "GET", "", 60},
      {"is it there", Service::s3, "s3:GetObject", safe, "HEAD", "", 15},
      {"a list of keys", Service::s3, "s3:ListBucket", safe, "GET", "", 15},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Harness harness(answer(200, ""));
    const Operation op{.service = row.service,
                       .name = row.operation,
                       .region = Region("us-west-2"),
                       .idempotency = row.idempotency};
    const auto build = [&row] {
      HttpRequest request;
      request.method = row.method;
      request.body = SecretBytes(row.body);
      return request;
    };
    ASSERT_TRUE(harness.run(call(harness.session, op, SigningStyle::standard, build, {})));
    EXPECT_EQ(harness.transport.scopes()[0].deadline, SteadyTime(seconds(row.waits)));
  }
}

// Answers nothing, until the scope of each request has ended; but for those of a service.
struct SilentTransport final : Transport {
  SilentTransport(Runtime& r, std::string one) : runtime(r), answers(std::move(one)) {}
  ResultTask<HttpResponse> send(HttpRequest request, CallScope scope) override {
    if (!answers.empty() && request.headers.get("X-Amz-Target").ends_with(answers))
      co_return answer(200, "{}");
    co_await runtime.sleep(std::chrono::hours{1}, scope);
    co_return fail(scope_ended(scope));
  }
  Runtime& runtime;
  std::string answers;
};

struct SilentHarness : Harness {
  explicit SilentHarness(const std::string& one = {})
      : Harness(answer(200, "")), silent(runtime, one) {
    session.notice = [this](const std::string& text) { notices.push_back(text); };
  }
  SilentTransport silent;
  std::vector<std::string> notices;
  Session session{runtime, silent, credentials, *Endpoints::from(std::nullopt, {})};
};

// It had been a lost call like any other, and the next ones waited as long again.
TEST(Call, AServiceThatAnswersNothingIsGivenUpForGood) {
  SilentHarness harness("PutParameter");
  const auto silent = call_once(harness, operation());
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::timeout);
  EXPECT_EQ(silent.error().what, "no answer within 15 s (after 5 tries)");
  EXPECT_THAT(silent.error().next, ::testing::HasSubstr("does the Region answer from here?"));
  EXPECT_LE(harness.runtime.steady(), SteadyTime(seconds(90)));

  // Where the service answers others meanwhile, one call is lost, and no more.
  Operation write = operation();
  write.name = "ssm:PutParameter";
  auto both = [](SilentHarness& in, Operation lost, Operation heard) -> ResultTask<HttpResponse> {
    TaskGroup group(in.runtime.executor());
    auto later = [](SilentHarness& at, Operation op) -> Task<void> {
      (void)co_await at.runtime.sleep(seconds(20), {});
      (void)co_await call_json(at.session, std::move(op), "AmazonSSM", SecretBytes("{}"), {});
    };
    group.spawn(later(in, std::move(heard)));
    auto answer =
        co_await call_json(in.session, std::move(lost), "AmazonSSM", SecretBytes("{}"), {});
    co_await group.join();
    co_return answer;
  };
  const auto lost = harness.run(both(harness, operation(), write));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::transient);
}

TEST(Call, TheFirstTryInVainIsToldOnceForAService) {
  struct Row {
    const char* name;
    Result<HttpResponse> first;
    const char* says;
  };
  const Row rows[] = {
      {"refused", fail(ErrorKind::unreachable, "connection refused"),
       "ssm:GetParameters in us-west-2: connection refused; trying again, 2 of 5"},
      {"late", fail(ErrorKind::timeout, "the deadline has passed"),
       "ssm:GetParameters in us-west-2: no answer within 15 s; trying again, 2 of 5"},
      {"a proxy's error", answer(502, "<html>"),
       "ssm:GetParameters in us-west-2: the service failed (502); trying again, 2 of 5"},
      {"the service's error", refusal(500, "InternalServerError"),
       "ssm:GetParameters in us-west-2: the service failed (500 InternalServerError); trying "
       "again, 2 of 5"},
      {"throttled", refusal(400, "ThrottlingException"), ""},
      {"denied", refusal(400, "AccessDeniedException"), ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Harness harness(in_turn({row.first, answer(200, "{}"), row.first, answer(200, "{}")}));
    std::vector<std::string> notices;
    harness.session.notice = [&notices](const std::string& text) { notices.push_back(text); };
    (void)call_once(harness, operation());
    (void)call_once(harness, operation());
    if (*row.says == '\0')
      EXPECT_THAT(notices, ::testing::IsEmpty());
    else
      EXPECT_THAT(notices, ::testing::ElementsAre(row.says));
  }
}

// "the deadline has passed ... allow more time with --deadline", of a limit that was ours.
TEST(Call, ALimitOfOursSaysSo) {
  SilentHarness harness;
  const CallScope scope = CallScope{}.limited(seconds(10), harness.runtime.steady());
  const auto late =
      harness.run(call_json(harness.session, operation(), "AmazonSSM", SecretBytes("{}"), scope));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().what, "no answer within 10 s");
  EXPECT_THAT(late.error().next, ::testing::Not(::testing::HasSubstr("--deadline")));
  // Where the user's own is nearer, it is that.
  const CallScope nearer{.deadline = harness.runtime.steady() + seconds(5), .stop = {}};
  EXPECT_EQ(nearer.limited(seconds(10), harness.runtime.steady()).limit, Duration{0});
}

TEST(Call, KeepsWhatTheScopeSays) {
  Harness harness(answer(200, ""));
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = call_once(harness, operation(), {.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  const auto late =
      call_once(harness, operation(), {.deadline = SteadyTime(seconds(0)), .stop = {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);
  EXPECT_TRUE(harness.transport.requests().empty());
}

TEST(Call, NamesTheOperationWhenNoAnswerCame) {
  Harness harness(in_turn({fail(ErrorKind::unreachable, "connection refused")}));
  const auto response = call_once(harness, operation());
  ASSERT_FALSE(response);
  EXPECT_EQ(to_line(response.error()),
            "connection refused (after 5 tries): ssm:GetParameters in us-west-2 gave no answer");
  EXPECT_EQ(response.error().fault->http_status, 0);
}

TEST(Call, ChecksTheAnswersChecksum) {
  struct Row {
    const char* name;
    std::string header;
    bool fits;
  };
  const std::string right = std::to_string(crc32("{}"));
  for (const Row& row : {Row{"right", right, true}, Row{"wrong", "123", false},
                         Row{"text", "abc", false}, Row{"tail", right + "x", false}}) {
    SCOPED_TRACE(row.name);
    Harness harness(answer(200, "{}", {{"x-amz-crc32", row.header}}));
    EXPECT_EQ(call_once(harness, operation()).has_value(), row.fits);
  }
}

TEST(Call, RefusesARegionThatIsNone) {
  Harness harness(answer(200, ""));
  Operation evil = operation();
  evil.region = Region("evil.example/");
  const auto response = call_once(harness, evil);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::configuration);
  EXPECT_TRUE(harness.transport.requests().empty());
}

}  // namespace
}  // namespace ssmb::aws
