#include "notify/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "notify/catalogue.h"

namespace ssmb::notify {
namespace {

constexpr std::size_t kMostNames = 20;
constexpr std::size_t kLongestLine = 600;

void add(std::string& text, std::string_view label, std::string_view value) {
  if (!value.empty()) text += fmt::format("{}: {}\n", label, value);
}

bool any(const Notice& notice, RegionNews::State state) {
  return std::ranges::find(notice.regions, state, &RegionNews::state) != notice.regions.end();
}

// Rounded as to_human() does it, in the reader's language.
std::string age_words(Duration age, Language language) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  const auto say = [language](Word unit, const std::string& number) {
    return fmt::format(fmt::runtime(word(unit, language)), number);
  };
  constexpr int kMinute = 60;
  constexpr int kHour = 60 * kMinute;
  if (seconds < kMinute) return say(Word::seconds, std::to_string(seconds));
  if (seconds < kHour) return say(Word::minutes, std::to_string(seconds / kMinute));
  const double hours = static_cast<double>(seconds) / kHour;
  return hours < 48 ? say(Word::hours, fmt::format("{:.1f}", hours))
                    : say(Word::days, fmt::format("{:.1f}", hours / 24));
}

std::string words_of(const LastGood& last, Language language) {
  const auto say = [language](Word which, const auto&... parts) {
    return fmt::format(fmt::runtime(word(which, language)), parts...);
  };
  if (last.time.empty()) return say(Word::none_known_good, last.unknown_because);
  return say(Word::last_good, last.time, age_words(last.age, language));
}

std::string words_of(const Shortfall& shortfall, Language language) {
  const auto say = [&](Word which, const auto&... parts) {
    return fmt::format(fmt::runtime(word(which, language)), shortfall.subject, parts...);
  };
  switch (shortfall.cause) {
    case Shortfall::Cause::copy: return say(Word::not_copied, shortfall.why);
    case Shortfall::Cause::earlier: return say(Word::lacks_earlier, shortfall.why);
    case Shortfall::Cause::unread:
    case Shortfall::Cause::shrunk:
    case Shortfall::Cause::pointer:
    case Shortfall::Cause::pointer_of_copy: break;
  }
  return shortfall.target.empty() ? say(Word::was_not_moved, shortfall.why)
                                  : say(Word::still_names, shortfall.target, shortfall.why);
}

std::string why_not_begun(const Notice& notice, Language language) {
  using enum RegionNews::State;
  if (any(notice, failed)) return std::string(word(Word::not_begun_failed, language));
  const auto broken = std::ranges::find(notice.regions, unfinished, &RegionNews::state);
  if (broken == notice.regions.end()) return std::string(word(Word::not_begun_ended, language));
  return fmt::format(fmt::runtime(word(Word::not_begun_unfinished, language)), broken->region);
}

Word step_for(Shortfall::Cause cause) {
  switch (cause) {
    case Shortfall::Cause::unread: return Word::what_to_do_unread;
    case Shortfall::Cause::shrunk: return Word::what_to_do_shrunk;
    case Shortfall::Cause::pointer: return Word::what_to_do_pointer;
    case Shortfall::Cause::copy:
    case Shortfall::Cause::earlier:
    case Shortfall::Cause::pointer_of_copy: break;
  }
  return Word::what_to_do_copy;
}

// By the causes, each once.
std::vector<Word> steps(const Notice& notice) {
  std::vector<Word> out;
  const auto add = [&out](Word step) {
    if (std::ranges::find(out, step) == out.end()) out.push_back(step);
  };
  for (const RegionNews& news : notice.regions) {
    if (news.state != RegionNews::State::incomplete) continue;
    if (news.dry_run == DryRun::yes) {
      add(Word::what_to_do_dry);
      continue;
    }
    const bool lacks = news.unreadable != 0 || !news.names.empty() || !news.message.empty();
    if (lacks) add(Word::what_to_do_unread);
    for (const Shortfall& shortfall : news.shortfalls) add(step_for(shortfall.cause));
    if (!lacks && news.shortfalls.empty()) add(Word::what_to_do_unstable);
  }
  if (out.empty() && notice.result == Notice::Result::incomplete) add(Word::what_to_do_unstable);
  return out;
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
  const std::size_t regions = notice.regions.size();
  return fmt::format(fmt::runtime(word(Word::total, language)), notice.total, regions,
                     counted(notice.total, "parameter"), counted(regions, "Region"),
                     notice.seconds);
}

std::vector<std::string> region_details(const RegionNews& news, Language language) {
  std::vector<std::string> lines;
  if (!news.next.empty())
    lines.push_back(
        printable(fmt::format(fmt::runtime(word(Word::next, language)), news.next), kLongestLine));
  if (news.last_good) lines.push_back(printable(words_of(*news.last_good, language), kLongestLine));
  return lines;
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

std::vector<std::string> shortfall_lines(const Notice& notice, Language language) {
  std::vector<std::string> lines;
  std::size_t all = 0;
  for (const RegionNews& news : notice.regions) {
    for (const Shortfall& shortfall : news.shortfalls) {
      if (++all > kMostNames) continue;
      lines.push_back(printable(fmt::format("{}: {}", news.region, words_of(shortfall, language)),
                                kLongestLine));
    }
  }
  if (all > lines.size())
    lines.push_back(
        fmt::format(fmt::runtime(word(Word::and_more_lines, language)), all - lines.size()));
  return lines;
}

std::vector<std::string> advice_lines(const Notice& notice, Language language) {
  std::vector<std::string> lines;
  const auto say = [&](Word which) { lines.emplace_back(word(which, language)); };
  switch (notice.source) {
    case Notice::Source::missing: say(Word::no_summaries); break;
    case Notice::Source::unreadable:
      lines.push_back(fmt::format(fmt::runtime(word(Word::unreadable_summaries, language)),
                                  printable(notice.occasion.unreadable, kLongestLine)));
      break;
    case Notice::Source::read:
      if (notice.summaries.empty()) say(Word::no_region);
  }
  if (any(notice, RegionNews::State::unfinished)) say(Word::unfinished);
  if (!notice.summaries.empty() && any(notice, RegionNews::State::not_begun))
    lines.push_back(why_not_begun(notice, language));
  if (notice.result == Notice::Result::failed) say(Word::what_to_do_failed);
  for (const Word step : steps(notice)) say(step);
  return lines;
}

std::string plain_text(const Notice& notice, Language language) {
  const auto say = [language](Word which) { return word(which, language); };
  const Occasion& occasion = notice.occasion;
  std::string text;
  add(text, say(Word::result), result_words(notice, language));
  add(text, say(Word::environment), occasion.env.view());
  add(text, say(Word::dry_run), say(notice.dry_run == DryRun::yes ? Word::yes : Word::no));
  add(text, say(Word::ended_by), printable(occasion.ended_by, kLongestLine));
  add(text, say(Word::because), printable(occasion.because, kLongestLine));
  if (!notice.regions.empty()) {
    add(text, say(Word::total_title), total_words(notice, language));
    text += fmt::format("\n{}:\n", say(Word::regions));
  }
  for (const RegionNews& news : notice.regions) {
    text += fmt::format("  {}\n", region_line(news));
    for (const std::string& line : region_details(news, language))
      text += fmt::format("    {}\n", line);
  }
  const auto section = [&](Word title, const std::vector<std::string>& lines) {
    if (!lines.empty()) text += fmt::format("\n{}:\n", say(title));
    for (const std::string& line : lines) text += fmt::format("  {}\n", line);
  };
  section(Word::unreadable, unreadable_lines(notice, language));
  section(Word::shortfalls, shortfall_lines(notice, language));
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
