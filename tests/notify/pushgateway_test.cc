// Metrics on their way to a Pushgateway: where to, with which login, and what stops them.

#include "notify/pushgateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/try.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::notify {
namespace {

using report::Metric;
using report::MetricGroup;
using ::testing::HasSubstr;
using ::testing::Not;

struct Where {
  const char* name;
  MetricGroup group;
  const char* path;
};

TEST(PushPath, NamesTheGroup) {
  const Where rows[] = {
      {"a run", {"dev", "backup", ""}, "/metrics/job/ssm_backup/env/dev/command/backup"},
      {"a Region",
       {"dev", "drill", "us-west-2"},
       "/metrics/job/ssm_backup/env/dev/command/drill/region/us-west-2"},
      {"characters of a URL",
       {"a b?c#d", "backup", ""},
       "/metrics/job/ssm_backup/env/a%20b%3Fc%23d/command/backup"},
      {"a slash", {"a/b", "backup", ""}, "/metrics/job/ssm_backup/env@base64/YS9i/command/backup"},
      {"nothing", {"", "backup", ""}, "/metrics/job/ssm_backup/env@base64/=/command/backup"},
  };
  for (const Where& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(push_path(row.group), row.path);
  }
}

struct Gateway {
  const char* name;
  const char* url;
  const char* login;
  const char* wrong;  // nullptr: it is good
};

TEST(Pushgateway, IsJudgedBeforeAnythingIsSent) {
  const Gateway rows[] = {
      {"this machine", "http://127.0.0.1:9091", "", nullptr},
      {"this machine, a login", "http://localhost:9091", "u:s3cret", nullptr},
      {"a host of the cluster", "http://pushgateway:9091", "", nullptr},
      {"TLS, a login and a path", "https://push.example.com/prometheus/", "u:s3cret", nullptr},
      {"a login in clear", "http://pushgateway:9091", "u:s3cret", "would go in clear"},
      {"a login in the URL", "https://u:s3cret@push.example.com", "", "names a user"},
      {"no scheme", "pushgateway:9091", "", "has no scheme"},
      {"another scheme", "ftp://pushgateway", "", "names no server"},
      {"a query", "https://push.example.com/?x=s3cret", "", "has a query"},
      {"a login without a colon", "https://push.example.com", "s3cret", "is not USER:PASSWORD"},
  };
  for (const Gateway& row : rows) {
    SCOPED_TRACE(row.name);
    const auto judged = check_pushgateway({.url = row.url, .login = SecretText(row.login)});
    ASSERT_EQ(judged.has_value(), row.wrong == nullptr);
    if (judged) continue;
    EXPECT_EQ(judged.error().kind, ErrorKind::configuration);
    EXPECT_THAT(judged.error().what, HasSubstr(row.wrong));
    EXPECT_THAT(judged.error().what, Not(HasSubstr("s3cret")));
  }
}

report::Metrics metrics() {
  return {{{"dev", "backup", ""}, {{.metric = Metric::run_exit_code, .label = "", .value = 0}}},
          {{"dev", "backup", "us-west-2"}, {{.metric = Metric::success, .label = "", .value = 1}}}};
}

struct Pushed {
  explicit Pushed(aws::ScriptedTransport::Handler handler,
                  Pushgateway gateway = {.url = "http://127.0.0.1:9091/base/",
                                         .login = SecretText("u:p")})
      : transport(std::move(handler)) {
    const SteadyTime begin = runtime.steady();
    auto ran = runtime.run(push_metrics(runtime, transport, std::move(gateway), metrics(), {}));
    EXPECT_TRUE(ran);
    if (ran) outcome = *std::move(ran);
    took = runtime.steady() - begin;
  }
  VirtualRuntime runtime{1};
  aws::ScriptedTransport transport;
  Result<void> outcome;
  Duration took{0};
};

TEST(Pushgateway, GetsAPostForEachGroup) {
  const Pushed pushed([](const aws::HttpRequest&) { return aws::answer(200, ""); });
  ASSERT_TRUE(pushed.outcome) << pushed.outcome.error().what;
  const auto& requests = pushed.transport.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/base/metrics/job/ssm_backup/env/dev/command/backup");
  EXPECT_EQ(requests[1].path,
            "/base/metrics/job/ssm_backup/env/dev/command/backup/region/us-west-2");
  EXPECT_EQ(requests[1].headers.get("Authorization"), "Basic dTpw");
  EXPECT_THAT(std::string(requests[1].headers.get("Content-Type")), HasSubstr("version=0.0.4"));
  EXPECT_THAT(
      std::string(requests[1].body.view()),
      HasSubstr("\nssm_backup_success{env=\"dev\",command=\"backup\",region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(std::string(requests[1].body.view()), Not(HasSubstr("exit_code")));
}

struct Trouble {
  const char* name;
  std::function<Result<aws::HttpResponse>(int)> answer;  // to the nth request
  std::size_t tries;
  ErrorKind kind;
  const char* says;
};

TEST(Pushgateway, InTroubleIsLeftAlone) {
  const auto status = [](int number) {
    return [number](int) -> Result<aws::HttpResponse> {
      return aws::answer(number, "text format parsing error s3cret");
    };
  };
  const Trouble rows[] = {
      {"down", [](int) { return fail(ErrorKind::unreachable, "refused"); }, 3,
       ErrorKind::unreachable, "127.0.0.1: refused"},
      {"500", status(500), 3, ErrorKind::transient, "127.0.0.1 answered 500"},
      {"a login that it does not take", status(401), 1, ErrorKind::denied, "answered 401"},
      {"metrics that it does not take", status(400), 1, ErrorKind::invalid, "answered 400"},
      // It may have arrived: to push the same once more harms nobody.
      {"the answer is lost", [](int) { return fail(ErrorKind::transient, "reset"); }, 3,
       ErrorKind::transient, "127.0.0.1: reset"},
      {"the second group",
       [&status](int number) { return status(number == 1 ? 200 : 400)(number); }, 2,
       ErrorKind::invalid, "1 of 2 groups were pushed"},
  };
  for (const Trouble& row : rows) {
    SCOPED_TRACE(row.name);
    int number = 0;
    const Pushed pushed([&](const aws::HttpRequest&) { return row.answer(++number); });
    ASSERT_FALSE(pushed.outcome);
    EXPECT_EQ(pushed.outcome.error().kind, row.kind);
    EXPECT_THAT(pushed.outcome.error().what, HasSubstr(row.says));
    EXPECT_THAT(pushed.outcome.error().what, Not(HasSubstr("s3cret")));
    EXPECT_EQ(pushed.transport.requests().size(), row.tries);
    EXPECT_LE(pushed.took, kPushDeadline);
  }
}

// Answers each request with 500, after twelve seconds.
class Slow final : public aws::Transport {
 public:
  explicit Slow(Runtime& runtime) : runtime_(runtime) {}
  ResultTask<aws::HttpResponse> send(aws::HttpRequest, CallScope scope) override {
    SSMB_CO_TRY_VOID(co_await runtime_.sleep(std::chrono::seconds{12}, scope));
    co_return aws::answer(500, "");
  }

 private:
  Runtime& runtime_;
};

TEST(Pushgateway, IsWaitedForHalfAMinuteAtMost) {
  VirtualRuntime runtime{1};
  Slow transport(runtime);
  const SteadyTime begin = runtime.steady();
  const auto ran = runtime.run(push_metrics(
      runtime, transport, {.url = "http://127.0.0.1:9091", .login = {}}, metrics(), {}));
  ASSERT_TRUE(ran);
  ASSERT_FALSE(*ran);
  EXPECT_EQ(ran->error().kind, ErrorKind::timeout);
  EXPECT_EQ(runtime.steady() - begin, kPushDeadline);
}

}  // namespace
}  // namespace ssmb::notify
