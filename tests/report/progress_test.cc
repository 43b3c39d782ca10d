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
  EXPECT_THAT(out.str(), ::testing::HasSubstr("\r\x1b[2A\x1b[Jus-west-2"));
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

// A Ctrl-C left "caca-central-1": the terminal's ^C had moved the cursor. "waiting" stayed for
// good.
TEST_F(ProgressTest, AMovingLineIsDrawnCleanAfterAnInterrupt) {
  make(Form::moving);
  progress->region_started(kRegion);
  end(fail(ErrorKind::cancelled, "interrupted; nothing of us-west-2 was kept"));
  out.str("");
  progress->run_ended();
  EXPECT_EQ(out.str(), "\r\x1b[2A\x1b[Jus-west-2  interrupted  after 0 ms\n");
}

// What did not fit was cut in the middle of a word, and "complete, not latest" pushed the numbers
// out of their columns.
TEST_F(ProgressTest, AMovingLineOfAFailureEndsWithAWord) {
  make(Form::moving);
  progress->region_started(kRegion);
  end(fail(ErrorKind::denied,
           "Backup file was not created for region us-west-2. cannot write the document to the "
           "bucket that the metadata names"));
  EXPECT_THAT(out.str(), ::testing::HasSubstr(
                             "us-west-2  FAILED       cannot write the document to the bucket "
                             "that the...\n"));
}

TEST_F(ProgressTest, ANoticeIsInEveryForm) {
  struct Row {
    const char* name;
    Form form;
    const char* says;
  };
  const Row rows[] = {
      {"plain", Form::plain, "13:00:00Z warning: no connection\n"},
      {"moving", Form::moving, "warning: no connection\n"},
      {"json", Form::json, R"("event":"notice","level":"warning","text":"no connection"})"},
      {"none", Form::none, "warning: no connection\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    out.str("");
    make(row.form);
    progress->notice("no connection");
    EXPECT_THAT(out.str(), ::testing::HasSubstr(row.says));
    out.str("");
    make(row.form, Level::error);
    progress->notice("no connection");
    EXPECT_EQ(out.str(), "");
  }
}

// A log told a failure in half, and again at the end.
TEST_F(ProgressTest, PlainLinesTellAFailureWhole) {
  make(Form::plain);
  end(fail({.kind = ErrorKind::denied,
            .what = "no upload",
            .fault = ServiceFault{.operation = "s3:PutObject",
                                  .region = "us-west-2",
                                  .code = "AccessDenied",
                                  .request_id = "9GZ",
                                  .http_status = 403},
            .next = "see the bucket's policy"}));
  EXPECT_TRUE(progress->tells_failures());
  EXPECT_EQ(out.str(),
            "13:00:00Z us-west-2 FAILED: no upload\n"
            "13:00:00Z us-west-2   s3:PutObject in us-west-2 answered 403 AccessDenied\n"
            "13:00:00Z us-west-2   request 9GZ\n"
            "13:00:00Z us-west-2   next: see the bucket's policy\n");
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

// A log that breaks off did not say what had run.
TEST_F(ProgressTest, ALogBeginsWithWhatTheRunIs) {
  const RunOutline run{.run = {.env = Environment("dev"), .run_id = RunId("jenkins-7")},
                       .regions = {kRegion, Region("us-east-1")},
                       .repositories = "each Region's bucket",
                       .scope = "names that hold /dev/",
                       .quota_share = 50,
                       .deadline = std::chrono::minutes{10}};
  make(Form::plain);
  progress->run_began(run);
  EXPECT_EQ(out.str(),
            "13:00:00Z run jenkins-7: backup of dev: us-west-2, us-east-1 into each Region's "
            "bucket; names that hold /dev/; quota share 50 %; deadline 10 min a Region\n");
  out.str("");
  make(Form::json);
  progress->run_began(run);
  const auto event = boost::json::parse(out.str());
  EXPECT_EQ(event.at("event"), "run");
  EXPECT_EQ(event.at("runId"), "jenkins-7");
  EXPECT_EQ(event.at("deadlineSeconds").as_double(), 600);
}

TEST_F(ProgressTest, JsonGoesOnWhereNothingDoes) {
  make(Form::json);
  progress->region_started(kRegion);
  for (int second = 1; second <= 60; ++second) {
    wait(std::chrono::seconds{1});
    RegionProgress silent{.listed = 7};
    silent.silence = std::chrono::seconds{second};
    silent.silent = "ssm:GetParameters";
    progress->progress(kRegion, silent);
  }
  std::istringstream lines(out.str());
  boost::json::value last;
  int events = 0;
  for (std::string line; std::getline(lines, line); ++events) last = boost::json::parse(line);
  EXPECT_GE(events, 6);
  EXPECT_LE(events, 8);
  EXPECT_GE(last.at("silentSeconds").as_int64(), 50);
  EXPECT_EQ(last.at("silentOperation"), "ssm:GetParameters");
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
  engine::RegionBackup backup;
  backup.totals.read = 3;
  backup.url = "s3://b/k";
  backup.written.emplace();
  backup.written->manifest.completeness = snapshot::Completeness::complete;
  backup.written->manifest.document = {.key = ObjectKey("k"), .size = 12};
  end(std::move(backup));
  const auto ended = boost::json::parse(out.str());
  EXPECT_EQ(ended.at("parameterCount"), 3);
  EXPECT_EQ(ended.at("failedCount"), 0);
  EXPECT_EQ(ended.at("complete"), true);
  EXPECT_EQ(ended.at("bytes"), 12);
  EXPECT_EQ(ended.at("key"), "k");
  EXPECT_EQ(ended.at("url"), "s3://b/k");
  out.str("");
  end(fail(ErrorKind::denied, "no"));
  EXPECT_EQ(boost::json::parse(out.str()).at("error").at("kind"), "denied");
  out.str("");
  make(Form::none);
  progress->region_started(kRegion);
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace ssmb::report
