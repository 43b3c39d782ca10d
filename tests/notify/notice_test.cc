// What a notice says, for mail, SNS and Slack, in both languages.

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "base/pretty_json.h"
#include "base/text.h"
#include "notices.h"
#include "notify/catalogue.h"
#include "notify/mail.h"
#include "notify/send.h"
#include "notify/slack.h"
#include "notify/text.h"
#include "tests/support/golden.h"

namespace ssmb::notify {
namespace {

using ssmb::testing::expect_golden;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* name;
  Notice notice;
  const char* subject;
  const char* colour;
};
std::vector<Case> cases() {
  return {{"success", success(), "[SSM Backup] [SUCCESS] dev #42", "good"},
          {"incomplete", incomplete(), "[SSM Backup] [FAIL] dev #42", "warning"},
          {"failed", failed(), "[SSM Backup] [FAIL] dev #42", "danger"},
          {"advised", advised(), "[SSM Backup] [FAIL] dev #42", "danger"},
          {"killed", killed(), "[SSM Backup] [FAIL] dev #42", "danger"},
          {"held_back", held_back(), "[SSM Backup] [FAIL] dev #42", "warning"},
          {"not_moved", not_moved(), "[SSM Backup] [FAIL] dev #42", "warning"},
          {"not_copied", not_copied(), "[SSM Backup] [FAIL] dev #42", "warning"},
          {"unreadable", unreadable(), "[SSM Backup] [FAIL] dev #42", "danger"},
          {"nothing_written", nothing_written(), "[SSM Backup] [FAIL] dev #42", "danger"},
          {"dry_run", rehearsed(), "[SSM Backup] [SUCCESS] dev #42 (DRY RUN)", "good"}};
}

TEST(Notice, SubjectAndColourFollowFromTheResult) {
  for (const Case& row : cases()) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(subject(row.notice), row.subject);
    EXPECT_EQ(colour(row.notice), row.colour);
  }
}

TEST(Notice, ARegionsLineIsThatOfThePipelineBefore) {
  const auto lines = [](const Notice& notice) {
    std::vector<std::string> out;
    for (const RegionNews& news : notice.regions) out.push_back(region_line(news));
    return out;
  };
  EXPECT_THAT(
      lines(failed()),
      ElementsAre("ap-northeast-1: SUCCESS, count=12, stage=8s, "
                  "s3=2026-11-26/ap-northeast-1/ssm-backup-dev-ap-northeast-1-20261126_130000.json",
                  "us-east-1: FAILED, message=Backup file was not created for region us-east-1. "
                  "ssm:DescribeParameters <denied> & \"said\"",
                  "eu-west-1: NOT RUN"));
  EXPECT_THAT(lines(incomplete())[1], ::testing::EndsWith(", unreadable=2"));
}

TEST(Notice, SaysTheSameInEachLanguageAndPlace) {
  for (const Case& row : cases()) {
    for (const auto language : {Language::english, Language::japanese}) {
      const std::string stem = fmt::format("tests/golden/notices/{}.{}", row.name,
                                           language == Language::english ? "en" : "ja");
      expect_golden(stem + ".txt", plain_text(row.notice, language));
      expect_golden(
          stem + ".slack.json",
          pretty_json(slack_message(row.notice, "#infra-backup-alerts", language)) + "\n");
    }
    expect_golden(fmt::format("tests/golden/notices/{}.webhook.json", row.name),
                  pretty_json(webhook_document(row.notice, Language::english)) + "\n");
  }
}

TEST(Notice, EveryWordIsThereInEachLanguage) {
  for (int i = 0; i <= static_cast<int>(Word::what_to_do_unstable); ++i) {
    const auto which = static_cast<Word>(i);
    EXPECT_FALSE(word(which, Language::english).empty()) << i;
    EXPECT_FALSE(word(which, Language::japanese).empty()) << i;
  }
}

// One that was kept is told only where that is the news, and never that a pointer names "the last
// whole one" where nobody has said so.
TEST(Notice, SaysOfEachPointerAndCopyWhyItIsNotWhole) {
  using Cause = Shortfall::Cause;
  struct Row {
    const char* name;
    const char* entry;
    std::vector<Cause> causes;
    const char* advice;  // a part of it
  };
  const std::string newer =
      R"({"status": "SUCCESS", "complete": false, "failedCount": 0, "pointers": [{"pointer": "p",
          "outcome": "kept", "target": "t", "why": "it names t, which is newer"}], "copies": [
          {"repository": "r", "status": "failed"}]})";
  const Row rows[] = {
      {"of the pipeline before", R"({"status": "SUCCESS", "failedCount": 1})", {}, "next:"},
      {"unread",
       R"({"status": "SUCCESS", "complete": false, "failedCount": 1, "pointers": [{"pointer": "p",
           "outcome": "kept", "target": "t", "why": "the snapshot is incomplete"}]})",
       {Cause::unread},
       "next:"},
      {"a newer one is named, and a copy lacks it", newer.c_str(), {Cause::copy}, "catches up"},
      {"shrunk in the copy alone",
       R"({"status": "SUCCESS", "complete": false, "copies": [{"repository": "r",
           "status": "incomplete", "pointers": [{"pointer": "p", "outcome": "kept"}]}]})",
       {Cause::shrunk},
       "--accept-shrink"},
      {"no list at all",
       R"({"status": "SUCCESS", "complete": false, "pointers": 3, "copies": [1]})",
       {},
       "the console says"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Notice notice = notice_of(fmt::format(R"({{"us-west-2": {}}})", row.entry), occasion());
    std::vector<Cause> causes;
    for (const Shortfall& each : notice.regions[0].shortfalls) causes.push_back(each.cause);
    EXPECT_EQ(causes, row.causes);
    const auto advice = advice_lines(notice, Language::english);
    ASSERT_EQ(advice.size(), 1U);
    EXPECT_THAT(advice[0], HasSubstr(row.advice));
  }
}

TEST(Notice, NotRunHasATrueReason) {
  struct Row {
    const char* name;
    std::string entry;
    const char* says;
  };
  const Row rows[] = {
      {"one failed", R"("a": {"status": "FAILED", "message": "x"})", "a Region before it failed."},
      {"one was killed", R"("a": {"status": "FAILED", "message": "x", "ended": false})",
       "the run broke off while a was at work."},
      {"somebody ended it",
       R"("a": {"status": "FAILED", "message": "interrupted", "error": {"kind": "cancelled"}})",
       "the run ended before its turn."},
      {"nothing failed", R"("a": {"status": "SUCCESS"})", "the run ended before its turn."},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Notice notice = notice_of("{" + row.entry + "}", occasion({Region("a"), Region("b")}));
    EXPECT_EQ(region_line(notice.regions[1]), "b: NOT RUN");
    EXPECT_THAT(plain_text(notice, Language::english),
                HasSubstr(std::string("NOT RUN: ") + row.says));
  }
}

TEST(Notice, ARegionThatIsNamedTwiceIsOne) {
  const Notice notice = notice_of(R"({"a": {"status": "SUCCESS", "parameterCount": 2}})",
                                  occasion({Region("a"), Region("a")}));
  EXPECT_EQ(total_words(notice, Language::english), "2 parameters, 1 Region, 0 s");
}

TEST(Notice, BelowAFailureStandsWhatToDoAndWhatThereIs) {
  struct Row {
    const char* name;
    const char* entry;  // more of it
    std::vector<std::string> english;
    std::vector<std::string> japanese;
  };
  const Row rows[] = {
      {"nothing is said", R"("x": 1)", {}, {}},
      {"a step", R"("error": {"next": "a\nb"})", {R"(next: a\nb)"}, {R"(next: a\nb)"}},
      {"a day old",
       R"("lastGood": {"time": "2026-11-25T13:00:09Z", "ageSeconds": 86400})",
       {"last good: 2026-11-25T13:00:09Z, 24.0 h old"},
       {"直近の正常なバックアップ: 2026-11-25T13:00:09Z（24.0 時間前）"}},
      {"days old",
       R"("lastGood": {"time": "t", "ageSeconds": 259200})",
       {"last good: t, 3.0 d old"},
       {"直近の正常なバックアップ: t（3.0 日前）"}},
      {"minutes old",
       R"("lastGood": {"time": "t", "ageSeconds": 119})",
       {"last good: t, 1 min old"},
       {"直近の正常なバックアップ: t（1 分前）"}},
      {"seconds old",
       R"("lastGood": {"time": "t", "ageSeconds": 59})",
       {"last good: t, 59 s old"},
       {"直近の正常なバックアップ: t（59 秒前）"}},
      {"none is known",
       R"("lastGood": {"unknownBecause": "latest-a.txt does not exist"})",
       {"last good: none known: latest-a.txt does not exist"},
       {"直近の正常なバックアップ: 確認できません: latest-a.txt does not exist"}},
      {"of another type", R"("error": 3, "lastGood": {"time": 3, "ageSeconds": 1e300})", {}, {}},
      {"of one that was killed nothing was known yet",
       R"("ended": false, "error": {"next": "run again"})",
       {},
       {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Notice notice =
        notice_of(fmt::format(R"({{"a": {{"status": "FAILED", "message": "x", {}}}}})", row.entry),
                  occasion());
    EXPECT_EQ(region_details(notice.regions[0], Language::english), row.english);
    EXPECT_EQ(region_details(notice.regions[0], Language::japanese), row.japanese);
  }
  const Notice good = notice_of(
      R"({"a": {"status": "SUCCESS", "error": {"next": "b"}, "lastGood": {"time": "t"}}})",
      occasion());
  EXPECT_THAT(region_details(good.regions[0], Language::english), ElementsAre());
}

TEST(Notice, WhatItsCallerKnowsIsALineAndDecidesNothing) {
  Occasion of = occasion();
  of.because = "a\n" + std::string(2000, 'b');
  const Notice notice = notice_of(R"({"a": {"status": "SUCCESS"}})", of);
  EXPECT_EQ(notice.result, Notice::Result::success);
  const std::string text = plain_text(notice, Language::english);
  EXPECT_THAT(text, HasSubstr("\nReason: a\\nbbb"));
  EXPECT_THAT(text, HasSubstr("bbb...\n"));
  EXPECT_LT(text.size(), 1500U);
}

TEST(Notice, WhatIsNoSummaryIsRefused) {
  for (const char* text : {"[]", "3", R"({"us-west-2": 1})", "null"}) {
    const auto notice = make_notice(boost::json::parse(text), occasion());
    ASSERT_FALSE(notice) << text;
    EXPECT_EQ(notice.error().kind, ErrorKind::corrupt);
  }
}

TEST(Notice, ASummaryOfThePipelineBeforeIsRead) {
  const Notice notice = notice_of(
      R"({"us-west-2": {"status": "SUCCESS", "parameterCount": 3, "bucket": "b", "s3Key": "k",
          "dryRun": false, "durationSeconds": 2, "executionTimeSec": 2, "failedCount": 0}})",
      occasion());
  EXPECT_EQ(notice.result, Notice::Result::success);
  EXPECT_EQ(region_line(notice.regions[0]), "us-west-2: SUCCESS, count=3, stage=2s, s3=k");
}

// A name or a message that would break the line, the mail's header or Slack's markup.
TEST(Notice, HostileTextStaysText) {
  Occasion of = occasion();
  of.env = Environment("dev\r\nBcc: x@example.com");
  of.build = "1\r\nX: y";
  of.build_url = "https://x/>|<!channel>";
  const Notice notice = notice_of(
      R"({"us-west-2": {"status": "FAILED", "message": "a\r\nb <!channel> \u0007"}})", of);
  EXPECT_EQ(region_line(notice.regions[0]), R"(us-west-2: FAILED, message=a\r\nb <!channel> \x07)");
  EXPECT_THAT(subject(notice), Not(HasSubstr("\n")));
  const std::string slack = boost::json::serialize(slack_message(notice, "#c", Language::english));
  EXPECT_THAT(slack, Not(HasSubstr("<!channel>")));
  const Mail mail = make_mail(notice, {.from = "a@example.com", .to = {"b@example.com"}},
                              Language::english, Time{}, 1);
  const std::string head = mail.message.substr(0, mail.message.find("\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("\nBcc")));
  EXPECT_THAT(head, Not(HasSubstr("\nX:")));
}

}  // namespace
}  // namespace ssmb::notify
