#include "notify/slack.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "notify/catalogue.h"
#include "notify/text.h"

namespace ssmb::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostText = 3000;
constexpr std::size_t kMostAttachments = 20;
constexpr std::size_t kMostRegionPages = 15;

// What Slack would take for markup: https://docs.slack.dev/messaging/formatting-message-text
std::string escaped(std::string_view text) {
  return replaced(replaced(replaced(std::string(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

json::object field(std::string_view title, std::string_view value) {
  return {{"title", title}, {"value", escaped(value)}, {"short", true}};
}

// Only a URL that is one stands between <>: nothing of it ends the link.
std::string link(std::string_view url, std::string_view text) {
  constexpr std::size_t kLongest = 500;
  const bool plain = url.size() <= kLongest &&
                     (url.starts_with("https://") || url.starts_with("http://")) &&
                     url.find_first_of("<>| \n\t\"") == std::string_view::npos;
  return plain ? fmt::format("<{}|{}>", escaped(url), escaped(text)) : escaped(printable(url, 300));
}

// Lines put together to texts that Slack takes.
std::vector<std::string> pages_of(const std::vector<std::string>& lines) {
  std::vector<std::string> pages;
  for (const std::string& line : lines) {
    const std::string next = escaped(line);
    if (pages.empty() || pages.back().size() + 1 + next.size() > kMostText) {
      pages.push_back(next);
    } else {
      pages.back() += "\n" + next;
    }
  }
  return pages;
}

// Shorter lines where there would be too many pages: rather a part of each Region's than none of
// some.
std::vector<std::string> region_pages(const Notice& notice) {
  constexpr std::size_t kShortLine = 200;
  std::vector<std::string> lines;
  for (const RegionNews& news : notice.regions) lines.push_back(region_line(news));
  auto pages = pages_of(lines);
  if (pages.size() <= kMostRegionPages) return pages;
  for (std::string& line : lines) line = printable(line, kShortLine);
  return pages_of(lines);
}

json::array fields(const Notice& notice, Language language) {
  const auto say = [language](Word which) { return word(which, language); };
  json::array out;
  out.push_back(field(say(Word::result), result_words(notice, language)));
  out.push_back(field(say(Word::environment), notice.occasion.env.view()));
  out.push_back(
      field(say(Word::dry_run), say(notice.dry_run == DryRun::yes ? Word::yes : Word::no)));
  out.push_back(field(say(Word::total_title), total_words(notice, language)));
  if (!notice.occasion.ended_by.empty())
    out.push_back(field(say(Word::because), printable(notice.occasion.ended_by, 600)));
  return out;
}

std::string footer(const Notice& notice, Language language) {
  std::string text;
  for (const std::string& line : advice_lines(notice, language)) text += escaped(line) + "\n";
  const Occasion& occasion = notice.occasion;
  if (!occasion.runbook_url.empty())
    text += link(occasion.runbook_url, word(Word::runbook, language));
  if (!occasion.build_url.empty())
    text += fmt::format("{}{}", occasion.runbook_url.empty() ? "" : " | ",
                        link(occasion.build_url, word(Word::build, language)));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

json::object slack_message(const Notice& notice, const std::string& channel, Language language) {
  const std::string_view paint = colour(notice);
  const auto pages = region_pages(notice);
  const auto unreadable = pages_of(unreadable_lines(notice, language));
  json::array attachments;
  attachments.push_back(json::object{
      {"color", paint}, {"fallback", subject(notice)}, {"fields", fields(notice, language)}});
  const auto add = [&](const std::vector<std::string>& texts, std::string_view title) {
    for (const std::string& text : texts) {
      if (attachments.size() + 1 == kMostAttachments) return;
      json::object part{{"color", paint}, {"text", text}, {"mrkdwn_in", json::array()}};
      if (&text == &texts.front()) part["title"] = title;
      attachments.push_back(std::move(part));
    }
  };
  add(pages, word(Word::regions, language));
  add(unreadable, word(Word::unreadable, language));
  if (const std::string text = footer(notice, language); !text.empty())
    attachments.push_back(
        json::object{{"color", paint}, {"text", text}, {"mrkdwn_in", json::array{"text"}}});
  json::object message{{"text", escaped(subject(notice))}, {"attachments", attachments}};
  if (!channel.empty()) message["channel"] = channel;
  return message;
}

}  // namespace ssmb::notify
