// The one sentence.
#include <fmt/format.h>

#include <algorithm>

#include "base/age.h"
#include "base/text.h"
#include "engine/overview/judge.h"

namespace ssmb::engine::overview {
namespace {

std::string drill_words(const Overview& overview) {
  Duration longest{0};
  for (const RegionView& region : overview.regions) {
    if (!region.drill) return "";
    longest = std::max(longest, region.drill->rto);
  }
  return fmt::format("; the drills passed, the longest restore takes {}", to_human(longest));
}

std::string regions_words(const Overview& overview, std::size_t count) {
  const bool named = overview.asked == Overview::Regions::named;
  if (count == 1) return named ? "The Region that was asked for" : "The one Region";
  return fmt::format("{} {} Regions{}", named ? "The" : "All", count,
                     named ? " that were asked for" : "");
}

// The oldest of what each of them can be restored to.
std::string as_of_words(const std::vector<const RegionView*>& regions) {
  Time oldest = start_of(*regions.front()->good);
  for (const RegionView* region : regions) oldest = std::min(oldest, start_of(*region->good));
  return "can be restored as of " + to_minute(oldest);
}

// What is left of a Region that is not safe.
std::string left_words(const Overview& overview, const RegionView& region) {
  if (region.error) return fmt::format("{} does not answer", region.region);
  if (!region.good) return fmt::format("{} cannot be restored at all", region.region);
  if (region.damage) return fmt::format("the newest snapshot of {} is not sound", region.region);
  return fmt::format("{} only as of {} ({})", region.region, to_minute(start_of(*region.good)),
                     in_hours(overview.now - start_of(*region.good)));
}

std::string unsafe_words(const Overview& overview, const std::vector<const RegionView*>& unsafe,
                         const std::vector<const RegionView*>& safe) {
  std::vector<std::string> parts;
  for (const RegionView* region : unsafe) parts.push_back(left_words(overview, *region));
  std::string words = join(parts, "; ");
  if (!safe.empty())
    words += fmt::format("; the other {} {}", counted(safe.size(), "Region"), as_of_words(safe));
  return words;
}

}  // namespace

std::string_view to_string(Verdict::State state) {
  switch (state) {
    case Verdict::State::safe: return "safe";
    case Verdict::State::attention: return "attention";
    case Verdict::State::unsafe: break;
  }
  return "unsafe";
}

bool is_safe(const Overview& overview, const RegionView& region) {
  return !region.error && region.good && !region.damage &&
         overview.now - start_of(*region.good) <= overview.max_age;
}

Verdict verdict(const Overview& overview, std::size_t amiss) {
  std::vector<const RegionView*> unsafe;
  std::vector<const RegionView*> safe;
  for (const RegionView& region : overview.regions)
    (is_safe(overview, region) ? safe : unsafe).push_back(&region);
  if (overview.regions.empty())
    return {.state = Verdict::State::unsafe, .sentence = "there is no Region"};
  if (!unsafe.empty())
    return {.state = Verdict::State::unsafe, .sentence = unsafe_words(overview, unsafe, safe)};
  std::string words = fmt::format("{} of {} {}", regions_words(overview, safe.size()), overview.env,
                                  as_of_words(safe));
  if (amiss == 0) return {.state = Verdict::State::safe, .sentence = words + drill_words(overview)};
  words +=
      amiss == 1 ? ", and one thing is amiss" : fmt::format(", and {} things are amiss", amiss);
  return {.state = Verdict::State::attention, .sentence = words};
}

}  // namespace ssmb::engine::overview
