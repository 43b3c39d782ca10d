// What a notice says, for mail, SNS and Slack, in both languages.

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "base/encoding.h"
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
  for (int i = 0; i <= static_cast<int>(Word::what_to_do_incomplete); ++i) {
    const auto which = static_cast<Word>(i);
    EXPECT_FALSE(word(which, Language::english).empty()) << i;
    EXPECT_FALSE(word(which, Language::japanese).empty()) << i;
  }
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

TEST(Slack, ItsLimitsHoldWithFortyRegions) {
  std::string summaries = "{";
  for (int i = 0; i < 40; ++i) {
    std::string names;
    for (int n = 0; n < 30; ++n)
      names += fmt::format(R"({}{{"name": "/app/dev/&&&&&&&&&&/{}"}})", n == 0 ? "" : ",", n);
    summaries += fmt::format(
        R"({}"xx-region-{}": {{"status": "{}", "message": "{}", "failedCount": 30,
            "unreadable": [{}]}})",
        i == 0 ? "" : ",", i, i % 2 == 0 ? "FAILED" : "SUCCESS", std::string(2000, '&'), names);
  }
  const Notice notice = notice_of(summaries + "}", occasion());
  ASSERT_EQ(notice.regions.size(), 40U);
  const auto message = slack_message(notice, "#c", Language::japanese);
  const auto& attachments = message.at("attachments").as_array();
  EXPECT_LE(attachments.size(), 20U);
  std::size_t regions = 0;
  for (const auto& attachment : attachments) {
    const auto* text = attachment.get_object().if_contains("text");
    if (text == nullptr) continue;
    EXPECT_LE(utf8_length(std::string_view(text->get_string())), 3000U);
    for (const auto line : split(std::string_view(text->get_string()), '\n'))
      regions += line.starts_with("xx-region-") && line.contains(": ") ? 1 : 0;
  }
  EXPECT_EQ(regions, 40U);
}

TEST(Mail, IsMimeWithTheSummariesAttached) {
  const MailAddresses addresses{.from = "ssm-backup@example.com",
                                .to = {"ops-alerts@example.com", "b@example.com"},
                                .on_call = {"oncall@example.com"}};
  const Time now = *parse_iso8601("2026-11-26T13:00:30Z");
  const Mail good = make_mail(success(), addresses, Language::english, now, 0xABCDEF);
  EXPECT_THAT(good.recipients, ElementsAre("ops-alerts@example.com", "b@example.com"));
  expect_golden("tests/golden/notices/success.eml", replaced(good.message, "\r\n", "\n"));
  const Mail bad = make_mail(incomplete(), addresses, Language::japanese, now, 0xABCDEF);
  EXPECT_THAT(bad.recipients,
              ElementsAre("ops-alerts@example.com", "b@example.com", "oncall@example.com"));
  EXPECT_THAT(bad.message, HasSubstr("\r\nCc: oncall@example.com\r\n"));
  EXPECT_THAT(bad.message, HasSubstr("\r\nSubject: [SSM Backup] [FAIL] dev #42\r\n"));
  for (const auto line : split(bad.message, '\n')) {
    EXPECT_TRUE(line.empty() || line.ends_with('\r')) << line;
    EXPECT_LE(line.size(), 78U);
  }
}

TEST(Mail, AnAddressIsOneAddress) {
  for (const char* good : {"a@b", "ops-alerts@example.com", "a.b+c@x.example.com"})
    EXPECT_TRUE(check_address(good)) << good;
  for (const char* bad :
       {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b,c@d", "a@b;c"})
    EXPECT_FALSE(check_address(bad)) << bad;
}

}  // namespace
}  // namespace ssmb::notify
