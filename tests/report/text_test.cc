#include "base/text.h"

#include <gtest/gtest.h>

#include "report/error_text.h"
#include "report/pace.h"
#include "report/places.h"
#include "report/progress_lines.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

using engine::RegionProgress;

Error refused() {
  return {.kind = ErrorKind::denied,
          .what = "no backup of us-west-2",
          .fault = ServiceFault{.operation = "s3:PutObject",
                                .region = "us-west-2",
                                .code = "AccessDenied",
                                .message = "explicit deny\nin a policy",
                                .request_id = "9GZ",
                                .http_status = 403},
          .next = "see the bucket's policy"};
}

TEST(ErrorText, SaysWhatWasTriedWhatWasAnsweredAndWhatToDo) {
  EXPECT_EQ(render_error(refused(), Colour::off),
            "error: no backup of us-west-2\n"
            "  s3:PutObject in us-west-2 answered 403 AccessDenied\n"
            "  \"explicit deny\\nin a policy\"  request 9GZ\n"
            "next: see the bucket's policy\n");
  EXPECT_EQ(render_error({.kind = ErrorKind::usage, .what = "no"}, Colour::off), "error: no\n");
  EXPECT_EQ(render_error({.kind = ErrorKind::usage, .what = "no"}, Colour::on),
            "\x1b[31;1merror:\x1b[0m no\n");
  EXPECT_NE(render_error(refused(), Colour::off, AccountId("111122223333"))
                .find("  s3:PutObject in us-west-2 (account 111122223333) answered 403"),
            std::string::npos);
  Error lost = refused();
  lost.fault = ServiceFault{.operation = "ssm:GetParameters", .region = "us-west-2"};
  EXPECT_NE(render_error(lost, Colour::off).find("ssm:GetParameters in us-west-2 was not answered"),
            std::string::npos);
}

TEST(ErrorText, IsAnObjectForPrograms) {
  const auto object = error_json(refused());
  EXPECT_EQ(object.at("kind"), "denied");
  EXPECT_EQ(object.at("service").at("code"), "AccessDenied");
  EXPECT_FALSE(object.at("service").as_object().contains("account"));
  const auto known = error_json(refused(), AccountId("111122223333"));
  EXPECT_EQ(known.at("service").at("account"), "111122223333");
  EXPECT_FALSE(error_json({.kind = ErrorKind::usage, .what = "no"}).contains("service"));
}

TEST(TableText, AlignsByCharactersNotBytes) {
  Table table({{.title = "NAME"}, {.title = "N", .align = Table::Align::right}, {.title = "X"}});
  table.add({"チーム", "7", "a"});
  table.add({"b", "123"});
  EXPECT_EQ(table.render(),
            "NAME    N  X\n"
            "チーム     7  a\n"
            "b     123\n");
}

// A key of 76 characters made rows of 145 columns.
TEST(TableText, WhatIsTooLongForAColumnStandsBelowTheRow) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "N", .align = right},
               {.title = "KEY", .place = Table::Column::Place::below}});
  table.add({"us-west-2", "7", "2026/a-long-key.json"});
  table.add({"b", "123"});
  EXPECT_EQ(table.render(),
            "REGION       N\n"
            "  KEY\n"
            "us-west-2    7\n"
            "  2026/a-long-key.json\n"
            "b          123\n");
}

using enum RegionProgress::Listing;

RegionProgress with(RegionProgress progress, std::uint64_t expected, Duration quota_left,
                    Duration silence = {}) {
  progress.expected = expected;
  progress.quota_left = quota_left;
  progress.silence = silence;
  progress.silent = "ssm:GetParameters";
  return progress;
}

TEST(ProgressLines, ShowABarOnlyOnceTheListingHasEnded) {
  struct Row {
    const char* name;
    RegionProgress progress;
    double rate;
    const char* line;
  };
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const RegionProgress reading{.listing = ended, .listed = 297, .read = 148};
  const Row rows[] = {
      {"just begun", {}, 0, "listing  0 names, 0 read"},
      {"listing", {.listed = 100, .read = 40}, 4, "listing  100 names, 40 read   4/s"},
      {"listing, as many as last time", with({.listed = 200, .read = 140}, 1006, {}), 4,
       "listing  200 of about 1006, 140 read   4/s   about 3 min 37 s left"},
      {"more than last time", with({.listed = 1100, .read = 140}, 1006, {}), 20,
       "listing  1100 of about 1100, 140 read   20/s   about 48 s left"},
      {"the first few say nothing", with({.listed = 100, .read = 40}, 1006, {}), 4,
       "listing  100 of about 1006, 40 read   4/s"},
      {"reading", reading, 14.8, "[########----------]  148/297   15/s   11 s left"},
      // A quota that is slower than what has been read so fast.
      {"held back", with(reading, 297, seconds(90)), 14.8,
       "[########----------]  148/297   15/s   1 min 30 s left"},
      {"nothing moves, and nothing says how long", reading, 0, "[########----------]  148/297"},
      {"nearly done",
       {.listing = ended, .listed = 297, .read = 296},
       40,
       "[#################-]  296/297   40/s   1 s left"},
      // It was "0 ms left", for as long as the upload took.
      {"all but the upload",
       {.listing = ended, .listed = 2, .read = 1, .unreadable = 1},
       0.1,
       "[##################]  2/2   writing   unreadable 1"},
      {"nothing there", {.listing = ended}, 0, "[##################]  0/0   writing"},
      {"silent for a moment", with(reading, 297, {}, milliseconds(9900)), 14.8,
       "[########----------]  148/297   15/s   11 s left"},
      {"silent", with(reading, 297, {}, milliseconds(40700)), 14.8,
       "[########----------]  148/297   no answer for 40 s (ssm:GetParameters)"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(running_line(row.progress, row.rate), row.line);
  }
}

// "throttled 1" of 12: the terminal's edge cut it.
TEST(ProgressLines, LeaveOutWhatDoesNotFitTheLeastFirst) {
  RegionProgress progress{.listing = ended, .listed = 1006, .read = 400, .unreadable = 184};
  progress.throttled = 1234;
  const char* const lines[] = {
      "[##########--------]  584/1006   16/s   27 s left   throttled 1234   unreadable 184",
      "584/1006   16/s   27 s left   throttled 1234   unreadable 184",
      "584/1006   27 s left   throttled 1234   unreadable 184",
      "584/1006   27 s left   unreadable 184",
      "584/1006   unreadable 184",
      "584/1006",
      "",
  };
  std::size_t columns = 100;
  for (const std::string line : lines) {
    SCOPED_TRACE(line);
    EXPECT_EQ(running_line(progress, 16, columns), line);
    EXPECT_EQ(running_line(progress, 16, line.size()), line);
    columns = line.size() - 1;
  }
}

TEST(Pace, IsThatOfTheLastTenSeconds) {
  Pace pace;
  const auto at = [](int second) { return SteadyTime(std::chrono::seconds(second)); };
  EXPECT_EQ(pace.rate(), 0);
  pace.note(at(0), 0);
  for (int second = 1; second <= 20; ++second)
    pace.note(at(second), std::uint64_t{100} * static_cast<std::uint64_t>(second));
  EXPECT_DOUBLE_EQ(pace.rate(), 100);
  for (int second = 21; second <= 40; ++second) pace.note(at(second), 2000);
  EXPECT_DOUBLE_EQ(pace.rate(), 0);
  pace.note(at(41), 10);  // a fence reads again
  EXPECT_EQ(pace.rate(), 0);
  pace.note(at(42), 30);
  EXPECT_DOUBLE_EQ(pace.rate(), 20);
}

TEST(Style, FitsALineToTheTerminal) {
  EXPECT_EQ(fit("チームx", 3), "チーム");
  EXPECT_EQ(fit("\x1b[32mok\x1b[0m fine", 4), "\x1b[32mok\x1b[0m f");
  EXPECT_EQ(fit("short", 80), "short");
}

TEST(Style, ShortensBetweenWords) {
  struct Row {
    const char* text;
    std::size_t columns;
    const char* shown;
  };
  const Row rows[] = {
      {"short enough", 12, "short enough"},
      {"one two three", 12, "one two..."},
      {"one two, three", 12, "one two..."},
      {"anextraordinarilylongword", 10, "anextra..."},
      {"a anextraordinarilylongword", 12, "a anextra..."},
      {"any", 2, "an"},
  };
  for (const Row& row : rows) EXPECT_EQ(shorten(row.text, row.columns), row.shown) << row.text;
}

TEST(Places, AreARepositorysRootAndAKey) {
  EXPECT_EQ(place_of("s3://b/p", "2026/x.json").bucket, "b");
  EXPECT_EQ(place_of("s3://b/p", "2026/x.json").key, "p/2026/x.json");
  EXPECT_EQ(place_of("s3://b", "x.json").key, "x.json");
  EXPECT_EQ(place_of("s3://b/p", "").key, "");
  EXPECT_EQ(place_of("/srv/backup", "2026/x.json").bucket, "/srv/backup");
  EXPECT_EQ(place_of("/srv/backup", "2026/x.json").key, "2026/x.json");
  EXPECT_EQ(counted(1, "Region"), "1 Region");
  EXPECT_EQ(counted(0, "Region"), "0 Regions");
  EXPECT_EQ(roughly(std::chrono::milliseconds{999}), "under 1 s");
  EXPECT_EQ(roughly(std::chrono::seconds{12}), "about " + to_human(std::chrono::seconds{12}));
}

}  // namespace
}  // namespace ssmb::report
