#include "report/restore_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/pace.h"
#include "runtime/virtual_runtime.h"

namespace ssmb::report {
namespace {

using engine::Gravity;
using engine::restore::RestoreProgress;
using Form = ProgressOptions::Form;
using std::chrono::seconds;
using ::testing::HasSubstr;

TEST(RestorePace, IsThatOfTheLastHalfMinute) {
  Pace pace(std::chrono::seconds{30});
  SteadyTime now{};
  EXPECT_EQ(pace.rate(), 0);
  pace.note(now, 0);
  pace.note(now += seconds{1}, 20);  // the burst
  for (std::uint64_t done = 23; done < 23 + 3 * 60; done += 3) pace.note(now += seconds{1}, done);
  EXPECT_DOUBLE_EQ(pace.rate(), 3);
}

TEST(RestoreLine, ShowsHowFarHowFastAndHowLong) {
  EXPECT_EQ(restore_line({.done = 0, .of = 10}, 0), "[------------------]  0/10");
  EXPECT_EQ(restore_line({.done = 148, .of = 297, .failed = 1, .throttled = 2}, 3),
            "[########----------]  148/297   3.0/s   50 s left   throttled 2   failed 1");
  EXPECT_EQ(restore_line({.done = 10, .of = 10}, 40.2), "[##################]  10/10   40/s");
}

ResultTask<void> work(RestoreWatch& watch, Runtime& runtime) {
  for (std::uint64_t done = 0; done <= 600; ++done) {
    watch.progress(RestoreProgress{.done = done, .of = 600});
    if (done == 300) watch.note(Gravity::warning, "/app/dev/a: refused");
    if (done == 300) watch.note(Gravity::info, "an aside");
    (void)co_await runtime.sleep(std::chrono::milliseconds{100}, {});
  }
  watch.ended();
  co_return Result<void>{};
}

// What a form shows of a minute's work: ten steps a second, two notes in the middle.
std::string shown(Form form) {
  VirtualRuntime runtime(1);
  std::ostringstream out;
  const auto watch =
      make_restore_watch({.form = form, .regions = {}}, Region("us-east-1"), runtime, out);
  EXPECT_TRUE(runtime.run(work(*watch, runtime)));
  return out.str();
}

TEST(RestoreWatch, InALogIsALineEachHalfMinute) {
  const std::string text = shown(Form::plain);
  EXPECT_EQ(std::ranges::count(text, '\n'), 4);  // at 30 s, two notes, at the end
  EXPECT_THAT(text, HasSubstr("Z us-east-1 [#########---------]  300/600   10/s   30 s left\n"));
  EXPECT_THAT(text, HasSubstr("Z us-east-1 /app/dev/a: refused\n"));
}

TEST(RestoreWatch, OnATerminalIsOneLineDrawnOver) {
  const std::string text = shown(Form::moving);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);  // the warning, the end
  EXPECT_THAT(text, HasSubstr("\r\x1b[Kus-east-1  [#########---------]  300/600"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("an aside")));
}

TEST(RestoreWatch, ForProgramsIsJson) {
  const std::string text = shown(Form::json);
  EXPECT_THAT(text, HasSubstr(R"("event":"writing","region":"us-east-1","done":300,"of":600)"));
  EXPECT_THAT(text, HasSubstr(R"("event":"note","region":"us-east-1","level":"warning")"));
}

TEST(RestoreWatch, SaysWarningsInAnyCase) {
  EXPECT_EQ(shown(Form::none), "warning: /app/dev/a: refused\n");
}

}  // namespace
}  // namespace ssmb::report
