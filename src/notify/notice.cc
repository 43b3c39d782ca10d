#include "notify/notice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ssmb::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLine = 600;

// Those that nobody accepted: `unreadable` and `lacking`, each name once.
std::vector<std::string> names_in(const json::object& entry) {
  std::vector<std::string> names;
  for (const char* list : {"unreadable", "lacking"}) {
    const json::value* value = entry.if_contains(list);
    if (value == nullptr || !value->is_array()) continue;
    for (const json::value& item : value->get_array()) {
      if (!item.is_object() || is_true(item.get_object(), "accepted")) continue;
      std::string name = text_of(item.get_object(), "name");
      if (!name.empty() && std::ranges::find(names, name) == names.end())
        names.push_back(std::move(name));
    }
  }
  return names;
}

// Not whole by its own word; an entry of the pipeline before this one does not say.
bool is_whole(const json::object& entry) {
  const json::value* complete = entry.if_contains("complete");
  const json::value* failed = entry.if_contains("failedCount");
  boost::system::error_code bad;
  const bool none_failed =
      failed == nullptr || (failed->to_number<std::uint64_t>(bad) == 0 && !bad);
  return (complete == nullptr || is_true(entry, "complete")) && none_failed;
}

bool was_interrupted(const json::object& entry) {
  const json::value* error = entry.if_contains("error");
  return error != nullptr && error->is_object() &&
         text_of(error->get_object(), "kind") == to_string(ErrorKind::cancelled);
}

std::string step_in(const json::object& entry) {
  const json::value* error = entry.if_contains("error");
  return error != nullptr && error->is_object() ? text_of(error->get_object(), "next")
                                                : std::string();
}

std::optional<LastGood> last_good_in(const json::object& entry) {
  const json::value* value = entry.if_contains("lastGood");
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const json::object& said = value->get_object();
  constexpr std::uint64_t kLongest = 100'000'000'000;  // what Duration holds
  LastGood last{.time = text_of(said, "time"),
                .age = std::chrono::seconds{std::min(number_of(said, "ageSeconds"), kLongest)},
                .unknown_because = text_of(said, "unknownBecause")};
  if (last.time.empty() && last.unknown_because.empty()) return std::nullopt;
  return last;
}

RegionNews news_of(const Region& region, const json::object& entry) {
  using enum RegionNews::State;
  RegionNews news{.region = region};
  news.seconds = number_of(entry, "durationSeconds");
  news.dry_run = is_true(entry, "dryRun") ? DryRun::yes : DryRun::no;
  if (text_of(entry, "status") != "SUCCESS") {
    news.state = is_false(entry, "ended") ? unfinished
                 : was_interrupted(entry) ? interrupted
                                          : failed;
    news.message = text_of(entry, "message");
    // Of one that was killed both were written before it began.
    if (news.state == unfinished) return news;
    news.next = step_in(entry);
    news.last_good = last_good_in(entry);
    return news;
  }
  news.state = is_whole(entry) ? success : incomplete;
  news.count = number_of(entry, "parameterCount");
  news.key = text_of(entry, "s3Key");
  news.unreadable = number_of(entry, "failedCount");
  news.names = names_in(entry);
  news.message = text_of(entry, "incompleteBecause");
  if (news.state == incomplete) news.shortfalls = shortfalls_in(entry);
  return news;
}

// Each once, however often it was named.
std::vector<Region> expected_of(const Occasion& occasion) {
  std::vector<Region> out;
  for (const Region& region : occasion.expected) {
    if (std::ranges::find(out, region) == out.end()) out.push_back(region);
  }
  return out;
}

void add_regions(const json::object& summaries, Notice& notice) {
  const auto silent = notice.occasion.unreadable.empty() ? RegionNews::State::not_begun
                                                         : RegionNews::State::unknown;
  const std::vector<Region> expected = expected_of(notice.occasion);
  for (const Region& region : expected) {
    const json::value* entry = summaries.if_contains(region.view());
    notice.regions.push_back(entry != nullptr ? news_of(region, entry->get_object())
                                              : RegionNews{.state = silent, .region = region});
  }
  std::vector<Region> others;
  for (const auto& [name, entry] : summaries) {
    const Region region{std::string_view(name)};
    if (std::ranges::find(expected, region) == expected.end()) others.push_back(region);
  }
  std::ranges::sort(others);
  for (const Region& region : others)
    notice.regions.push_back(news_of(region, summaries.at(region.view()).get_object()));
}

bool has_backup(const RegionNews& news) {
  return news.state == RegionNews::State::success || news.state == RegionNews::State::incomplete;
}

Notice::Result result_of(const Notice& notice) {
  const bool ended = notice.regions.empty() || !notice.occasion.ended_by.empty() ||
                     !notice.occasion.unreadable.empty();
  if (ended || !std::ranges::all_of(notice.regions, has_backup)) return Notice::Result::failed;
  using enum RegionNews::State;
  const auto whole = [](const RegionNews& news) { return news.state == success; };
  return std::ranges::all_of(notice.regions, whole) ? Notice::Result::success
                                                    : Notice::Result::incomplete;
}

}  // namespace

Result<Notice> make_notice(const std::optional<json::value>& summaries, Occasion occasion) {
  Notice notice{.occasion = std::move(occasion)};
  if (summaries) {
    const bool fits = summaries->is_object() &&
                      std::ranges::all_of(summaries->get_object(), [](const auto& entry) {
                        return entry.value().is_object();
                      });
    if (!fits)
      return fail(ErrorKind::corrupt, "the summaries are not an object of objects, by Region",
                  "name the region_summaries.json that backup has written");
    notice.summaries = summaries->get_object();
  }
  if (summaries)
    notice.source = Notice::Source::read;
  else if (!notice.occasion.unreadable.empty())
    notice.source = Notice::Source::unreadable;
  add_regions(notice.summaries, notice);
  for (const RegionNews& news : notice.regions) {
    notice.total += news.count;
    notice.seconds += news.seconds;
    if (news.dry_run == DryRun::yes) notice.dry_run = DryRun::yes;
  }
  notice.result = result_of(notice);
  return notice;
}

std::string subject(const Notice& notice) {
  const bool good = notice.result == Notice::Result::success;
  std::string text = fmt::format("[SSM Backup] [{}] {}", good ? "SUCCESS" : "FAIL",
                                 printable(notice.occasion.env.view(), 64));
  if (!notice.occasion.build.empty())
    text += fmt::format(" #{}", printable(notice.occasion.build, 32));
  if (notice.dry_run == DryRun::yes) text += " (DRY RUN)";
  return text;
}

std::string_view colour(const Notice& notice) {
  switch (notice.result) {
    case Notice::Result::success: return "good";
    case Notice::Result::incomplete: return "warning";
    case Notice::Result::failed: return "danger";
  }
  return "danger";
}

std::string region_line(const RegionNews& news) {
  using enum RegionNews::State;
  std::string line;
  switch (news.state) {
    case not_begun: return fmt::format("{}: NOT RUN", printable(news.region.view(), 64));
    case unknown: return fmt::format("{}: UNKNOWN", printable(news.region.view(), 64));
    case unfinished:
      line = fmt::format("{}: FAILED, message=did not end (killed, or its machine is gone)",
                         news.region);
      break;
    case failed:
    case interrupted:
      line = fmt::format("{}: FAILED, message={}", news.region, news.message);
      break;
    case success:
    case incomplete:
      line = fmt::format("{}: SUCCESS, count={}, stage={}s, s3={}", news.region, news.count,
                         news.seconds, news.key.empty() ? "-" : news.key);
      if (news.unreadable != 0) line += fmt::format(", unreadable={}", news.unreadable);
      if (!news.message.empty()) line += fmt::format(", incomplete={}", news.message);
  }
  // Control characters and line ends belong to no line.
  return printable(line, kLongestLine);
}

}  // namespace ssmb::notify
