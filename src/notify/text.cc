#include "notify/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "notify/catalogue.h"

namespace ssmb::notify {
namespace {

constexpr std::size_t kMostNames = 20;

void add(std::string& text, std::string_view label, std::string_view value) {
  if (!value.empty()) text += fmt::format("{}: {}\n", label, value);
}

}  // namespace

std::string result_words(const Notice& notice, Language language) {
  switch (notice.result) {
    case Notice::Result::success: return std::string(word(Word::success, language));
    case Notice::Result::incomplete: return std::string(word(Word::incomplete, language));
    case Notice::Result::failed: return std::string(word(Word::failed, language));
  }
  return {};
}

std::string total_words(const Notice& notice, Language language) {
  return fmt::format(fmt::runtime(word(Word::total, language)), notice.total, notice.regions.size(),
                     notice.seconds);
}

std::vector<std::string> unreadable_lines(const Notice& notice, Language language) {
  std::vector<std::string> lines;
  std::uint64_t all = 0;
  for (const RegionNews& news : notice.regions) {
    all += std::max<std::uint64_t>(news.unreadable, news.names.size());
    for (const std::string& name : news.names) {
      if (lines.size() < kMostNames)
        lines.push_back(printable(fmt::format("{} {}", news.region, name), 450));
    }
  }
  if (all > lines.size())
    lines.push_back(fmt::format(fmt::runtime(word(Word::and_more, language)), all - lines.size()));
  return lines;
}

std::vector<std::string> advice_lines(const Notice& notice, Language language) {
  std::vector<std::string> lines;
  const auto state = RegionNews::State::not_begun;
  const bool stopped =
      std::ranges::find(notice.regions, state, &RegionNews::state) != notice.regions.end();
  if (notice.summaries.empty()) {
    lines.emplace_back(word(Word::no_summaries, language));
  } else if (stopped) {
    lines.emplace_back(word(Word::not_begun, language));
  }
  if (notice.result == Notice::Result::failed)
    lines.emplace_back(word(Word::what_to_do_failed, language));
  if (notice.result == Notice::Result::incomplete)
    lines.emplace_back(word(Word::what_to_do_incomplete, language));
  return lines;
}

std::string plain_text(const Notice& notice, Language language) {
  const auto say = [language](Word which) { return word(which, language); };
  const Occasion& occasion = notice.occasion;
  std::string text;
  add(text, say(Word::result), result_words(notice, language));
  add(text, say(Word::environment), occasion.env.view());
  add(text, say(Word::dry_run), say(notice.dry_run == DryRun::yes ? Word::yes : Word::no));
  add(text, say(Word::because), printable(occasion.ended_by, 600));
  if (!notice.regions.empty()) {
    add(text, say(Word::total_title), total_words(notice, language));
    text += fmt::format("\n{}:\n", say(Word::regions));
  }
  for (const RegionNews& news : notice.regions) text += fmt::format("  {}\n", region_line(news));
  if (const auto lines = unreadable_lines(notice, language); !lines.empty()) {
    text += fmt::format("\n{}:\n", say(Word::unreadable));
    for (const std::string& line : lines) text += fmt::format("  {}\n", line);
  }
  if (const auto lines = advice_lines(notice, language); !lines.empty()) {
    text += '\n';
    for (const std::string& line : lines) text += line + '\n';
  }
  if (!occasion.runbook_url.empty() || !occasion.build_url.empty()) text += '\n';
  add(text, say(Word::runbook), printable(occasion.runbook_url, 600));
  add(text, say(Word::build), printable(occasion.build_url, 600));
  return text;
}

}  // namespace ssmb::notify
