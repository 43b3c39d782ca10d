#include "engine/heartbeat.h"

#include "collect_harness.h"

namespace ssmb::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using enum RegionProgress::Listing;

struct Beats final : Events {
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress& progress) override {
    told.push_back(progress);
  }
  void note(const Region&, Gravity, const std::string&) override {}
  std::vector<RegionProgress> told;
};

// A Region that answered nothing was silent for the whole --deadline.
TEST(Heartbeat, TellsEachSecondThatNothingIsAnswered) {
  SandboxSession sandbox;
  Beats beats;
  Heartbeat heartbeat(sandbox.session, beats, kRegion, {kRegion});
  heartbeat.progress(kRegion, {.listed = 7});
  const aws::Pulse::Wait wait(sandbox.session.pulse, kRegion, "ssm:GetParameters",
                              sandbox.runtime.steady());
  auto beating = [](Heartbeat& heart, SteadyTime until) -> Task<int> {
    co_await heart.beat({.deadline = until, .stop = {}});
    co_return 0;
  };
  ASSERT_TRUE(sandbox.runtime.run(beating(heartbeat, sandbox.runtime.steady() + seconds(30))));
  ASSERT_GE(beats.told.size(), 30U);
  EXPECT_EQ(beats.told.back().listed, 7U);
  EXPECT_EQ(beats.told.back().silent, "ssm:GetParameters");
  EXPECT_GE(beats.told.back().silence, seconds(29));
}

TEST(Heartbeat, KnowsWhatTheSlowestQuotaLeaves) {
  SandboxSession sandbox;
  sandbox.session.limits = std::make_shared<aws::Limits>(sandbox.runtime, 0.5);
  Beats beats;
  Heartbeat heartbeat(sandbox.session, beats, kRegion, {kRegion});
  // 20 pages more at half a call a second, but for a burst.
  RegionProgress progress{.pages = 2, .listed = 100, .asked = 100, .read = 100};
  progress.expected = 1100;
  heartbeat.progress(kRegion, progress);
  EXPECT_GT(beats.told.back().quota_left, seconds(15));
  EXPECT_LT(beats.told.back().quota_left, seconds(45));
  progress.tags_singly = true;  // 1000 calls at 5 a second
  heartbeat.progress(kRegion, progress);
  EXPECT_GT(beats.told.back().quota_left, seconds(150));
}

TEST(Heartbeat, ADeadlinesErrorSaysHowFarItCame) {
  struct Row {
    const char* name;
    RegionProgress progress;
    const char* says;
  };
  RegionProgress expecting{.listed = 400, .read = 340};
  expecting.expected = 1006;
  const Row rows[] = {
      {"nothing", {}, "nothing was listed by then"},
      {"listing", {.listed = 400, .read = 340}, "340 of the 400 names listed so far were read"},
      {"as many as last time", expecting,
       "340 of about 1006 parameters were read; all of them would take about 29 min 35 s"},
      {"reading",
       {.listing = ended, .listed = 680, .read = 340},
       "340 of 680 parameters were read; all of them would take about 20 min"},
      {"none read", {.listing = ended, .listed = 680}, "0 of 680 parameters were read"},
      {"only the writing was left",
       {.listing = ended, .listed = 2, .read = 2},
       "2 of 2 parameters were read"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(how_far(row.progress, minutes(10)), row.says);
  }
}

}  // namespace
}  // namespace ssmb::engine
