// How often a web server is asked, and how long it is waited for.

#include "notify/web.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/virtual_runtime.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::notify {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

struct Answer {
  int status;
  const char* retry_after;  // empty: none
};

// 26 posts in 45 seconds, each of which a server that throttles counts.
TEST(PostJson, AsksThreeTimesAtMostAndWaitsAsLongAsItIsTold) {
  struct Row {
    const char* name;
    std::vector<Answer> answers;  // the last for ever
    std::size_t asked;
    seconds least;      // it takes at least so long,
    seconds most;       // and no longer
    const char* error;  // a part of it; empty: it succeeds
  };
  const Row rows[] = {
      {"throttled for ever",
       {{429, ""}},
       3,
       seconds{0},
       seconds{8},
       "answered 429 (after 3 tries)"},
      {"broken for ever", {{503, ""}}, 3, seconds{0}, seconds{8}, "answered 503 (after 3 tries)"},
      {"throttled once", {{429, "20"}, {200, ""}}, 2, seconds{20}, seconds{21}, ""},
      {"till a date",
       {{429, "Sun, 22 Nov 2026 13:00:30 GMT"}, {200, ""}},
       2,
       seconds{30},
       seconds{31},
       ""},
      {"till a date that is over",
       {{503, "Sun, 22 Nov 2026 12:00:00 GMT"}, {200, ""}},
       2,
       seconds{0},
       seconds{2},
       ""},
      {"longer than there is time",
       {{429, "3600"}},
       1,
       seconds{0},
       seconds{1},
       "answered 429 and wants 1.0 h to pass"},
      {"twice, and longer than is left",
       {{429, "30"}},
       2,
       seconds{30},
       seconds{31},
       "(after 2 tries)"},
      {"a negative time", {{429, "-5"}, {200, ""}}, 2, seconds{0}, seconds{2}, ""},
      {"no time", {{429, "soon"}, {200, ""}}, 2, seconds{0}, seconds{2}, ""},
      {"refused", {{404, "1"}}, 1, seconds{0}, seconds{1}, "answered 404"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(7);
    std::size_t asked = 0;
    aws::ScriptedTransport server([&](const aws::HttpRequest&) -> Result<aws::HttpResponse> {
      const Answer& next = row.answers[std::min(asked++, row.answers.size() - 1)];
      return aws::answer(next.status, "", {{"retry-after", next.retry_after}});
    });
    const SteadyTime begin = runtime.steady();
    WebOrder order{.url = SecretText("https://hooks.example.com/s3cret"), .token = {}, .body = {}};
    const auto ran = runtime.run(
        post_json(runtime, server, std::move(order), {.deadline = begin + seconds{45}}));
    const auto took = runtime.steady() - begin;
    EXPECT_EQ(asked, row.asked);
    EXPECT_GE(took, row.least);
    EXPECT_LE(took, row.most);
    ASSERT_TRUE(ran);
    EXPECT_EQ(ran->has_value(), std::string_view(row.error).empty());
    if (!*ran) EXPECT_THAT(ran->error().what, HasSubstr(row.error));
  }
}

// "The deadline has passed; next: allow more time with --deadline" was said of a notice.
TEST(PostJson, SaysWhatToDoByWhatHappened) {
  struct Row {
    const char* name;
    Result<aws::HttpResponse> answer;
    const char* what;  // a part of it
    const char* next;
  };
  const Row rows[] = {
      {"nothing came",
       fail(ErrorKind::timeout, "no answer within 15 s", "allow more time with --deadline"),
       "hooks.example.com: no answer within 15 s; it may have arrived",
       "look there; where it is not, tell people by hand"},
      {"the answer was lost", fail(ErrorKind::transient, "the connection broke", "run again"),
       "the connection broke; it may have arrived",
       "look there; where it is not, tell people by hand"},
      {"broken", aws::answer(500, ""), "answered 500",
       "the server is in trouble: tell people by hand, or run `ssm-backup notify` again later"},
      {"busy", aws::answer(429, ""), "answered 429",
       "it takes nothing for the moment: run `ssm-backup notify` again later"},
      {"refused", aws::answer(404, ""), "answered 404",
       "see whether the webhook or token is still good"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(7);
    aws::ScriptedTransport server([&](const aws::HttpRequest&) { return row.answer; });
    WebOrder order{.url = SecretText("https://hooks.example.com/s3cret"), .token = {}, .body = {}};
    const auto ran = runtime.run(post_json(runtime, server, std::move(order), {}));
    ASSERT_TRUE(ran);
    ASSERT_FALSE(*ran);
    EXPECT_THAT(ran->error().what, HasSubstr(row.what));
    EXPECT_EQ(ran->error().next, row.next);
    EXPECT_EQ(server.scopes().front().limit, seconds{15});
  }
}

}  // namespace
}  // namespace ssmb::notify
