#include <gtest/gtest.h>

#include "report/error_text.h"
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

TEST(ProgressLines, ShowABarOnlyOnceTheListingHasEnded) {
  struct Row {
    const char* name;
    RegionProgress progress;
    Duration elapsed;
    const char* line;
  };
  using enum RegionProgress::Listing;
  const std::chrono::seconds ten{10};
  const Row rows[] = {
      {"just begun", {}, Duration{0}, "listing  0 names, 0 read"},
      {"listing", {.listed = 100, .read = 40}, ten, "listing  100 names, 40 read   4/s"},
      {"reading",
       {.listing = ended, .listed = 297, .read = 148},
       ten,
       "[########----------]  148/297   15/s   10 s left"},
      {"unreadable",
       {.listing = ended, .listed = 2, .read = 1, .unreadable = 1},
       ten,
       "[##################]  2/2   0/s   0 ms left   unreadable 1"},
      {"nothing there", {.listing = ended}, ten, "[##################]  0/0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(running_line(row.progress, row.elapsed), row.line);
  }
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
