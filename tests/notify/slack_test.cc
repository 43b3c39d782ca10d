// Slack's limits, whatever there is to tell.

#include "notify/slack.h"

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "base/text.h"
#include "notices.h"

namespace ssmb::notify {
namespace {

using ::testing::HasSubstr;

TEST(Slack, ItsLimitsHoldWithFortyRegions) {
  std::string summaries = "{";
  for (int i = 0; i < 40; ++i) {
    std::string names;
    for (int n = 0; n < 30; ++n)
      names += fmt::format(R"({}{{"name": "/app/dev/&&&&&&&&&&/{}"}})", n == 0 ? "" : ",", n);
    summaries += fmt::format(
        R"({}"xx-region-{}": {{"status": "{}", "message": "{}", "failedCount": 30,
            "unreadable": [{}], "error": {{"next": "{}"}},
            "lastGood": {{"time": "2026-11-25T13:00:09Z", "ageSeconds": 86400}}}})",
        i == 0 ? "" : ",", i, i % 2 == 0 ? "FAILED" : "SUCCESS", std::string(2000, '&'), names,
        std::string(2000, '<'));
  }
  const Notice notice = notice_of(summaries + "}", occasion());
  ASSERT_EQ(notice.regions.size(), 40U);
  const auto message = slack_message(notice, "#c", Language::japanese);
  const auto& attachments = message.at("attachments").as_array();
  EXPECT_LE(attachments.size(), 20U);
  std::size_t regions = 0;
  std::size_t steps = 0;
  std::size_t ages = 0;
  for (const auto& attachment : attachments) {
    const auto* text = attachment.get_object().if_contains("text");
    if (text == nullptr) continue;
    EXPECT_LE(utf8_length(std::string_view(text->get_string())), 3000U);
    for (const auto line : split(std::string_view(text->get_string()), '\n')) {
      regions += line.starts_with("xx-region-") && line.contains(": ") ? 1 : 0;
      steps += line.starts_with("  next: &lt;&lt;") ? 1 : 0;
      ages += line.contains("（24.0 時間前）") ? 1 : 0;
    }
  }
  EXPECT_EQ(regions, 40U);
  EXPECT_EQ(steps, 20U);
  EXPECT_EQ(ages, 20U);
}

std::vector<std::string> texts_of(const boost::json::object& message) {
  std::vector<std::string> texts;
  for (const auto& attachment : message.at("attachments").as_array()) {
    if (const auto* text = attachment.get_object().if_contains("text"))
      texts.emplace_back(text->get_string());
  }
  return texts;
}

// A hundred Regions were cut to 72, and nobody was told of the others.
TEST(Slack, RegionsThatDoNotFitAreCounted) {
  std::string summaries;
  constexpr int kAll = 400;
  for (int i = 0; i < kAll; ++i)
    summaries += fmt::format(
        R"({}"xx-region-{}": {{"status": "FAILED", "message": "{}", "error": {{"next": "x"}}}})",
        i == 0 ? "{" : ",", i, std::string(2000, '<'));
  const Notice notice = notice_of(summaries + "}", occasion());
  const auto message = slack_message(notice, "#c", Language::english);
  EXPECT_LE(message.at("attachments").as_array().size(), 20U);
  int shown = 0;
  std::string last;
  for (const std::string& text : texts_of(message)) {
    EXPECT_LE(text.size(), 3000U);
    for (const auto line : split(text, '\n')) {
      shown += line.starts_with("xx-region-") ? 1 : 0;
      if (line.starts_with("and ")) last = line;
    }
  }
  EXPECT_GT(shown, 100);
  EXPECT_EQ(last, fmt::format("and {} more (region_summaries.json has all)", kAll - shown));
}

TEST(Slack, LongLinksLeaveRoomForWhatToDo) {
  for (const std::size_t length : {100U, 495U, 3000U}) {
    SCOPED_TRACE(length);
    Occasion of = occasion({Region("a"), Region("b")});
    of.build_url = "https://j/" + std::string(length, '&');
    of.runbook_url = of.build_url;
    const Notice notice = notice_of(R"({"a": {"status": "FAILED", "message": "x"}})", of);
    const std::string footer = texts_of(slack_message(notice, "#c", Language::japanese)).back();
    EXPECT_LE(footer.size(), 3000U);
    EXPECT_THAT(footer, HasSubstr("30 分以内に一次報告"));
    EXPECT_THAT(footer, HasSubstr("https://j/"));
  }
}

}  // namespace
}  // namespace ssmb::notify
