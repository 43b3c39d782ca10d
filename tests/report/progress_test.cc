#include "report/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "runtime/virtual_runtime.h"

namespace ssmb::report {
namespace {

using engine::Gravity;
using engine::RegionProgress;
using Form = ProgressOptions::Form;
using Level = ProgressOptions::Level;

const Region kRegion("us-west-2");

struct ProgressTest : ::testing::Test {
  void make(Form form, Level level = Level::info) {
    progress = make_progress(
        {.form = form, .level = level, .regions = {kRegion, Region("us-east-1")}}, runtime, out);
  }
  void wait(Duration duration) { ASSERT_TRUE(runtime.run(runtime.sleep(duration, CallScope{}))); }
  void end(Result<engine::RegionBackup> backup) {
    progress->region_ended({.region = kRegion, .backup = std::move(backup)});
  }
  // How often the screen was drawn.
  std::size_t draws() const {
    std::size_t count = 0;
    const std::string text = out.str();
    for (auto at = text.find("us-east-1"); at != std::string::npos;
         at = text.find("us-east-1", at + 1)) {
      ++count;
    }
    return count;
  }

  VirtualRuntime runtime{1};
  std::ostringstream out;
  std::unique_ptr<Progress> progress;
};

TEST_F(ProgressTest, AMovingLineIsDrawnAtMostTenTimesASecond) {
  make(Form::moving);
  progress->region_started(kRegion);
  for (int i = 0; i < 1000; ++i) {
    progress->progress(kRegion, {.listed = 2000, .read = static_cast<std::uint64_t>(i)});
    wait(std::chrono::milliseconds{1});
  }
  EXPECT_GE(draws(), 9U);
  EXPECT_LE(draws(), 11U);
  EXPECT_THAT(out.str(), ::testing::HasSubstr("\x1b[2A\x1b[Jus-west-2"));
  EXPECT_THAT(out.str(), ::testing::HasSubstr("us-east-1  waiting\n"));
}

TEST_F(ProgressTest, PlainLinesCarryTheTimeAndNoEscapes) {
  make(Form::plain);
  progress->region_started(kRegion);
  progress->note(kRegion, Gravity::info, "listing: 3 names in 1 page");
  end(fail(ErrorKind::denied, "no\x1b[31m bucket"));
  EXPECT_EQ(out.str(),
            "13:00:00Z us-west-2 listing: 3 names in 1 page\n"
            "13:00:00Z us-west-2 FAILED: no\\x1b[31m bucket\n");
}

TEST_F(ProgressTest, ALongRegionIsToldOfEachHalfMinute) {
  make(Form::plain);
  progress->region_started(kRegion);
  for (int i = 0; i < 70; ++i) {
    wait(std::chrono::seconds{1});
    progress->progress(kRegion, {.listing = RegionProgress::Listing::ended, .listed = 100});
  }
  const std::string text = out.str();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST_F(ProgressTest, LevelsChooseTheLines) {
  struct Row {
    const char* name;
    Level level;
    int lines;
  };
  const Row rows[] = {
      {"error", Level::error, 1}, {"warning", Level::warning, 2}, {"info", Level::info, 3}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    out.str("");
    make(Form::plain, row.level);
    progress->note(kRegion, Gravity::info, "a");
    progress->note(kRegion, Gravity::warning, "b");
    end(fail(ErrorKind::denied, "c"));
    const std::string text = out.str();
    EXPECT_EQ(std::ranges::count(text, '\n'), row.lines) << text;
  }
}

TEST_F(ProgressTest, JsonEventsAreAnObjectALine) {
  make(Form::json);
  progress->region_started(kRegion);
  progress->note(kRegion, Gravity::warning, "  /a: denied");
  end(engine::RegionBackup{});
  std::istringstream lines(out.str());
  std::vector<std::string> events;
  for (std::string line; std::getline(lines, line);)
    events.emplace_back(boost::json::parse(line).at("event").as_string());
  EXPECT_EQ(events, (std::vector<std::string>{"started", "note", "ended"}));
  out.str("");
  make(Form::none);
  progress->region_started(kRegion);
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace ssmb::report
