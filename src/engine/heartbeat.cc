#include "engine/heartbeat.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "engine/reading.h"

namespace ssmb::engine {
namespace {

constexpr std::uint64_t batches_of(std::uint64_t names) {
  return (names + kBatchSize - 1) / kBatchSize;
}

// Pages that the listing still has, if they hold as many names of the scope as those before.
std::uint64_t pages_left(const RegionProgress& progress, std::uint64_t names) {
  if (progress.listing == RegionProgress::Listing::ended || progress.listed == 0) return 0;
  const std::uint64_t left = names - std::min(names, progress.listed);
  return (left * progress.pages + progress.listed - 1) / progress.listed;
}

}  // namespace

std::optional<std::uint64_t> names_in_all(const RegionProgress& progress) {
  if (progress.listing == RegionProgress::Listing::ended) return progress.listed;
  if (!progress.expected) return std::nullopt;
  return std::max(*progress.expected, progress.listed);
}

std::uint64_t names_done(const RegionProgress& progress) {
  return progress.read + progress.unreadable + progress.vanished;
}

// How long the slowest quota group holds back what is still to come.
Duration Heartbeat::quota_left() const {
  const auto names = names_in_all(last_);
  if (!session_.limits || !names) return Duration{0};
  Duration longest{0};
  const auto add = [&](std::string_view operation, std::uint64_t calls) {
    if (calls != 0)
      longest = std::max(longest, session_.limits->time_for(operation, region_, calls));
  };
  const std::uint64_t done = names_done(last_);
  const std::uint64_t left = *names - std::min(*names, done);
  add("ssm:DescribeParameters", pages_left(last_, *names));
  add("ssm:GetParameters", batches_of(*names - std::min(*names, last_.asked)));
  if (last_.with_history) add("ssm:GetParameterHistory", left);
  if (last_.tags_singly) add("ssm:ListTagsForResource", left);
  return longest;
}

RegionProgress Heartbeat::now() {
  RegionProgress progress = last_;
  const SteadyTime time = session_.runtime.steady();
  for (const Region& region : asked_) {
    const auto silence = session_.pulse.silence(region, time);
    if (!silence || silence->lasting <= progress.silence) continue;
    progress.silence = silence->lasting;
    progress.silent = silence->operation;
  }
  if (session_.limits) progress.throttled = session_.limits->throttles(region_);
  progress.quota_left = quota_left();
  return progress;
}

void Heartbeat::progress(const Region& region, const RegionProgress& progress) {
  last_ = progress;
  listener_.progress(region, now());
}

Task<void> Heartbeat::beat(CallScope scope) {
  while (co_await session_.runtime.sleep(kBeat, scope)) listener_.progress(region_, now());
}

std::string how_far(const RegionProgress& progress, Duration elapsed) {
  const std::uint64_t done = names_done(progress);
  const auto names = names_in_all(progress);
  const bool listed = progress.listing == RegionProgress::Listing::ended;
  if (progress.listed == 0) return "nothing was listed by then";
  if (!names)
    return fmt::format("{} of the {} listed so far were read", done,
                       counted(progress.listed, "name"));
  std::string text = fmt::format("{} of {}{} were read", done, listed ? "" : "about ",
                                 counted(*names, "parameter"));
  if (done == 0 || done >= *names) return text;
  const double rest = static_cast<double>(*names - done) / static_cast<double>(done);
  const Duration at_this_pace{
      static_cast<Duration::rep>(static_cast<double>(elapsed.count()) * rest)};
  return text + fmt::format("; all of them would take about {}",
                            to_human(elapsed + std::max(at_this_pace, progress.quota_left)));
}

}  // namespace ssmb::engine
