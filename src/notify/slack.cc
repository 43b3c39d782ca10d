#include "notify/slack.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "notify/catalogue.h"
#include "notify/text.h"

namespace ssmb::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostText = 3000;
// With the fields and the footer twenty attachments.
constexpr std::size_t kMostRegionPages = 12;
constexpr std::size_t kMostOtherPages = 3;
constexpr std::size_t kLongestUrl = 700;  // escaped
constexpr std::size_t kShortLine = 200;

// What Slack would take for markup: https://docs.slack.dev/messaging/formatting-message-text
std::string escaped(std::string_view text) {
  return replaced(replaced(replaced(std::string(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

json::object field(std::string_view title, std::string_view value) {
  return {{"title", title}, {"value", escaped(value)}, {"short", true}};
}

// As much of a line as Slack takes in so many bytes, for each "&" becomes five.
std::string fitted(const std::string& line, std::size_t most) {
  std::string text = escaped(line);
  for (std::size_t keep = most; text.size() > most; keep = keep * 3 / 4)
    text = escaped(printable(line, keep));
  return text;
}

// Only a URL that is one stands between <>: nothing of it ends the link.
std::string link(std::string_view url, std::string_view text) {
  const std::string target = escaped(url);
  const bool plain = target.size() <= kLongestUrl &&
                     (url.starts_with("https://") || url.starts_with("http://")) &&
                     url.find_first_of("<>| \n\t\"") == std::string_view::npos;
  return plain ? fmt::format("<{}|{}>", target, escaped(text))
               : fitted(printable(url, kLongestUrl), kLongestUrl);
}

// Lines put together to texts that Slack takes, each line of so many bytes at most.
std::vector<std::string> pages_of(const std::vector<std::string>& lines, std::size_t longest) {
  std::vector<std::string> pages;
  for (const std::string& line : lines) {
    const std::string next = fitted(line, longest);
    if (pages.empty() || pages.back().size() + 1 + next.size() > kMostText) {
      pages.push_back(next);
    } else {
      pages.back() += "\n" + next;
    }
  }
  return pages;
}

// So many pages at most: shorter lines first, rather a part of each than none of some; where that
// is not enough the last line counts those that are left out.
std::vector<std::string> pages_within(std::vector<std::string> lines, std::size_t most,
                                      Language language) {
  for (const std::size_t longest : {kMostText, std::size_t{600}, kShortLine}) {
    if (auto pages = pages_of(lines, longest); pages.size() <= most) return pages;
  }
  for (std::size_t left_out = 1;; ++left_out) {
    lines.pop_back();
    std::vector<std::string> shown = lines;
    shown.push_back(fmt::format(fmt::runtime(word(Word::and_more_lines, language)), left_out));
    if (auto pages = pages_of(shown, kShortLine); pages.size() <= most) return pages;
  }
}

// What stands below a Region gives way where another Region would have to.
std::vector<std::string> region_lines(const Notice& notice, Language language) {
  std::vector<std::string> lines;
  std::vector<std::string> all;
  for (const RegionNews& news : notice.regions) {
    lines.push_back(region_line(news));
    all.push_back(lines.back());
    for (const std::string& detail : region_details(news, language)) all.push_back("  " + detail);
  }
  return pages_of(all, kShortLine).size() <= kMostRegionPages ? all : lines;
}

json::array fields(const Notice& notice, Language language) {
  const auto say = [language](Word which) { return word(which, language); };
  json::array out;
  out.push_back(field(say(Word::result), result_words(notice, language)));
  out.push_back(field(say(Word::environment), notice.occasion.env.view()));
  out.push_back(
      field(say(Word::dry_run), say(notice.dry_run == DryRun::yes ? Word::yes : Word::no)));
  out.push_back(field(say(Word::total_title), total_words(notice, language)));
  const auto reason = [&](Word title, const std::string& text) {
    if (!text.empty()) out.push_back(field(say(title), printable(text, 600)));
  };
  reason(Word::ended_by, notice.occasion.ended_by);
  reason(Word::because, notice.occasion.because);
  return out;
}

// Links are left whole: where all is too much, what stands above them gives way, the last first.
std::string footer(const Notice& notice, Language language) {
  const Occasion& occasion = notice.occasion;
  std::string links;
  if (!occasion.runbook_url.empty())
    links += link(occasion.runbook_url, word(Word::runbook, language));
  if (!occasion.build_url.empty())
    links += fmt::format("{}{}", links.empty() ? "" : " | ",
                         link(occasion.build_url, word(Word::build, language)));
  std::string text;
  for (const std::string& line : advice_lines(notice, language)) {
    const std::string next = escaped(line) + "\n";
    if (text.size() + next.size() + links.size() > kMostText) break;
    text += next;
  }
  text += links;
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

json::object slack_message(const Notice& notice, const std::string& channel, Language language) {
  const std::string_view paint = colour(notice);
  json::array attachments;
  attachments.push_back(json::object{
      {"color", paint}, {"fallback", subject(notice)}, {"fields", fields(notice, language)}});
  const auto add = [&](Word title, std::vector<std::string> lines, std::size_t most) {
    if (lines.empty()) return;
    bool first = true;
    for (const std::string& text : pages_within(std::move(lines), most, language)) {
      json::object part{{"color", paint}, {"text", text}, {"mrkdwn_in", json::array()}};
      if (std::exchange(first, false)) part["title"] = word(title, language);
      attachments.push_back(std::move(part));
    }
  };
  add(Word::regions, region_lines(notice, language), kMostRegionPages);
  add(Word::unreadable, unreadable_lines(notice, language), kMostOtherPages);
  add(Word::shortfalls, shortfall_lines(notice, language), kMostOtherPages);
  if (const std::string text = footer(notice, language); !text.empty())
    attachments.push_back(
        json::object{{"color", paint}, {"text", text}, {"mrkdwn_in", json::array{"text"}}});
  json::object message{{"text", escaped(subject(notice))}, {"attachments", attachments}};
  if (!channel.empty()) message["channel"] = channel;
  return message;
}

}  // namespace ssmb::notify
