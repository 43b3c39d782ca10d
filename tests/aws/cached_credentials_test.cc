// The memory around a source, in virtual time.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <tuple>

#include "aws/auth/provider.h"
#include "runtime/concurrency.h"
#include "runtime/virtual_runtime.h"

namespace ssmb::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Takes a second, then hands out keys that live for `lifetime`, numbered; or fails.
struct Script {
  int fetches = 0;
  Duration lifetime = minutes{60};
  bool failing = false;
  Duration takes = seconds{1};
};

class ScriptedProvider final : public Provider {
 public:
  ScriptedProvider(Runtime& runtime, Script& script) : runtime_(runtime), script_(script) {}
  ResultTask<Credentials> fetch(CallScope scope) override {
    const int number = ++script_.fetches;
    auto slept = co_await runtime_.sleep(script_.takes, scope);
    if (!slept) co_return fail(std::move(slept).error());
    if (script_.failing) co_return fail(ErrorKind::unreachable, "nobody there", "ring the bell");
    co_return Credentials{.access_key_id = std::to_string(number),
                          .expires = runtime_.now() + script_.lifetime};
  }
  std::string describe() const override { return "the script"; }

 private:
  Runtime& runtime_;
  Script& script_;
};

class CachedCredentials : public testing::Test {
 protected:
  Result<std::shared_ptr<const Credentials>> get(CallScope scope = {}) {
    return runtime_.run(source_->get(std::move(scope))).value();
  }
  std::string id() {
    const auto credentials = get();
    return credentials ? (*credentials)->access_key_id : to_line(credentials.error());
  }
  void pass(Duration duration) { runtime_.run(runtime_.sleep(duration, {})); }

  VirtualRuntime runtime_{1};
  Script script_;
  std::unique_ptr<CredentialsSource> source_ =
      cached(runtime_, std::make_unique<ScriptedProvider>(runtime_, script_));
};

TEST_F(CachedCredentials, AreKeptUntilFiveMinutesBeforeTheirEnd) {
  EXPECT_EQ(id(), "1");
  pass(minutes{54});
  EXPECT_EQ(id(), "1");
  pass(minutes{1});
  EXPECT_EQ(id(), "2");
}

Task<void> note(CredentialsSource& source, std::vector<std::string>& seen, CallScope scope) {
  const auto credentials = co_await source.get(std::move(scope));
  seen.push_back(credentials ? (*credentials)->access_key_id
                             : std::string(to_string(credentials.error().kind)));
}

Task<bool> note_many(CredentialsSource& source, std::vector<std::string>& seen,
                     std::vector<CallScope> scopes) {
  TaskGroup group(co_await boost::asio::this_coro::executor);
  for (const CallScope& scope : scopes) group.spawn(note(source, seen, scope));
  co_await group.join();
  co_return true;
}

TEST_F(CachedCredentials, CallsAtTheSameTimeShareOneFetch) {
  std::vector<std::string> seen;
  ASSERT_TRUE(runtime_.run(note_many(*source_, seen, std::vector<CallScope>(8))));
  EXPECT_EQ(seen, std::vector<std::string>(8, "1"));
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(CachedCredentials, CallsAtTheSameTimeShareOneFailure) {
  script_.failing = true;
  std::vector<std::string> seen;
  ASSERT_TRUE(runtime_.run(note_many(*source_, seen, std::vector<CallScope>(4))));
  EXPECT_EQ(seen, std::vector<std::string>(4, "credentials"));
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(CachedCredentials, TheEndOfOneCallIsNotTheEndOfTheOthers) {
  std::vector<std::string> seen;
  const CallScope brief{.deadline = runtime_.steady() + std::chrono::milliseconds{100}, .stop = {}};
  ASSERT_TRUE(runtime_.run(note_many(*source_, seen, {brief, CallScope{}, CallScope{}})));
  EXPECT_EQ(seen, (std::vector<std::string>{"timeout", "2", "2"}));
}

TEST_F(CachedCredentials, WhoeverWaitsForTheFetchOfAnotherKeepsItsOwnDeadlineAndStop) {
  std::vector<std::string> seen;
  const CallScope brief{.deadline = runtime_.steady() + std::chrono::milliseconds{100}, .stop = {}};
  std::stop_source interrupt;
  const CallScope stopped{.deadline = SteadyTime::max(), .stop = interrupt.get_token()};
  boost::asio::co_spawn(
      runtime_.executor(),
      [](Runtime& runtime, std::stop_source source) -> Task<void> {
        std::ignore = co_await runtime.sleep(std::chrono::milliseconds{200}, {});
        source.request_stop();
      }(runtime_, interrupt),
      boost::asio::detached);
  ASSERT_TRUE(runtime_.run(note_many(*source_, seen, {CallScope{}, brief, stopped, CallScope{}})));
  EXPECT_EQ(seen, (std::vector<std::string>{"timeout", "cancelled", "1", "1"}));
  EXPECT_EQ(script_.fetches, 1);
}

// "allow more time with --deadline", of the minute that is ours.
TEST_F(CachedCredentials, ASourceThatTakesTooLongIsNotToldToWaitLonger) {
  script_.takes = minutes{2};
  const auto late = get({.deadline = runtime_.steady() + minutes{10}, .stop = {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), (Error{.kind = ErrorKind::credentials,
                                 .what = "credentials from the script: no answer within a minute",
                                 .fault = {},
                                 .next = {}}));
}

TEST_F(CachedCredentials, WhatHasNotExpiredIsUsedWhileARefreshFails) {
  ASSERT_EQ(id(), "1");
  pass(minutes{56});
  script_.failing = true;
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(script_.fetches, 2) << "the next try comes half a minute later";
  pass(minutes{4});
  const auto late = get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), (Error{.kind = ErrorKind::credentials,
                                 .what = "credentials from the script: nobody there",
                                 .fault = {},
                                 .next = "ring the bell"}));
}

TEST_F(CachedCredentials, ShortLivedOnesAreNotFetchedForEveryCall) {
  script_.lifetime = minutes{3};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(id(), "1");
  pass(minutes{1});
  EXPECT_EQ(id(), "2");
}

// "the credentials have expired already", of a role's that STS had just handed out.
TEST_F(CachedCredentials, AreUsedThoughAClockThatIsAheadSaysTheyHaveExpired) {
  script_.lifetime = minutes{-15};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(id(), "1");
  pass(seconds{31});
  EXPECT_EQ(id(), "2") << "they may end at any time: asked for anew every half minute";
  script_.failing = true;
  pass(seconds{31});
  EXPECT_EQ(id(), "2");
  pass(minutes{5});
  EXPECT_FALSE(get());
}

TEST_F(CachedCredentials, ThatHaveExpiredAlreadyAreAnError) {
  script_.lifetime = -std::chrono::hours{25};
  const auto credentials = get();
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::credentials);
  EXPECT_NE(credentials.error().next.find("clock"), std::string::npos);
}

}  // namespace
}  // namespace ssmb::aws
