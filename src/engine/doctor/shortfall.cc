#include "engine/doctor/shortfall.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "engine/backup.h"
#include "engine/unread_step.h"

namespace ssmb::engine::doctor {
namespace {

using snapshot::Entry;
using snapshot::State;

// "2 parameters could not be read: /a, /b"; empty: all of them were accepted.
template <class T>
std::string names_words(const std::vector<T>& lost, std::string_view what) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const T& each : lost) {
    if (each.accepted == snapshot::Unreadable::Accepted::yes) continue;
    if (++count <= kShown) names.push_back(printable(each.name.view(), 200));
  }
  if (count == 0) return {};
  std::string words =
      fmt::format("{} {}: {}", counted(count, "parameter"), what, join(names, ", "));
  if (count > kShown) words += fmt::format(" and {} more", count - kShown);
  return words;
}

Shortfall of_incomplete(const RegionCase& at, const snapshot::Manifest& manifest) {
  std::vector<std::string> reasons;
  if (!manifest.incomplete_because.empty())
    reasons.push_back(printable(manifest.incomplete_because, 400));
  for (std::string& words : std::vector{names_words(manifest.unreadable, "could not be read"),
                                        names_words(manifest.lacking, "lost tags or history")})
    if (!words.empty()) reasons.push_back(std::move(words));
  std::string step = unread_step(manifest.unreadable);
  if (step.empty()) step = unread_step(manifest.lacking);
  return {.words = join(reasons, "; "),
          .next = step.empty() ? backup_command(at)
                               : fmt::format("{}; then {}", step, backup_command(at))};
}

}  // namespace

std::string backup_command(const RegionCase& at) {
  return fmt::format("ssm-backup backup --env {} --region {}", at.options.env, at.region);
}

bool may_be_under_way(const RegionCase& at, const Entry& entry) {
  return entry.state == State::unfinished && at.now() - entry.id.time <= at.options.deadline;
}

Shortfall shortfall_of(const RegionCase& at, const Entry& entry,
                       std::optional<std::uint64_t> last_good) {
  switch (entry.state) {
    case State::incomplete: return of_incomplete(at, *entry.manifest);
    case State::complete:
      return {.words = "held back",
              .next = advice_for_shrink({.env = at.options.env,
                                         .region = at.region,
                                         .last_good = last_good,
                                         .now = entry.manifest->parameter_count,
                                         .unreadable = entry.manifest->unreadable})};
    case State::unfinished:
      return {.words = "it has no manifest: its run did not come to its end",
              .next = backup_command(at)};
    default: break;
  }
  return {.words = printable(entry.problem, 400),
          .next = entry.unread && !entry.unread->next.empty() ? entry.unread->next
                                                              : backup_command(at)};
}

}  // namespace ssmb::engine::doctor
