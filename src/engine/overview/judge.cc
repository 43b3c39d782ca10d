#include "engine/overview/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/age.h"
#include "base/text.h"
#include "snapshot/layout.h"

namespace ssmb::engine::overview {
namespace {

using doctor::Finding;
using doctor::Findings;
using snapshot::State;

// So many days before lifecycle takes the last good snapshot there is still time to act.
constexpr auto kSoon = std::chrono::days{7};

class Judge {
 public:
  Judge(const Overview& overview, const RegionView& region, Findings findings)
      : overview_(overview), region_(region), findings_(std::move(findings)) {}

  void run() const {
    if (region_.failed)
      findings_.amiss("last run", "failed: " + printable(region_.failed->message, 600),
                      region_.failed->next.empty() ? backup() : region_.failed->next);
    if (region_.error) {
      findings_.amiss("repository", *region_.error, "ssm-backup doctor --env " + env());
      return;
    }
    tell_good();
    tell_newest();
    tell_days();
    for (const Copy& copy : region_.copies) tell(copy);
    tell_drill();
  }

 private:
  std::string env() const { return overview_.env.str(); }
  std::string here() const { return fmt::format("--env {} --region {}", env(), region_.region); }
  std::string backup() const { return "ssm-backup backup " + here(); }

  void tell_good() const;
  void tell_newest() const;
  void tell_unreadable(const snapshot::Manifest& manifest) const;
  void tell_days() const;
  void tell(const Copy& copy) const;
  void tell_drill() const;

  const Overview& overview_;
  const RegionView& region_;
  Findings findings_;
};

void Judge::tell_good() const {
  if (!region_.good) {
    findings_.amiss("newest good snapshot", "there is none in " + region_.repository, backup());
    return;
  }
  const Duration age = overview_.now - start_of(*region_.good);
  std::string words =
      fmt::format("{} old (objective {})", in_hours(age), in_hours(overview_.max_age));
  if (region_.expiry.at) words += ", lifecycle deletes it on " + to_date(*region_.expiry.at);
  if (region_.damage)
    findings_.amiss("newest good snapshot", "is not sound: " + to_line(*region_.damage),
                    fmt::format("ssm-backup verify --all {}, then {}", here(), backup()));
  if (age > overview_.max_age)
    findings_.amiss("newest good snapshot", words, backup());
  else if (region_.expiry.at && *region_.expiry.at - overview_.now < kSoon)
    findings_.amiss("newest good snapshot", words,
                    backup() + ", or more days for the bucket's lifecycle rule (retentionDays)");
  else if (!region_.damage)
    findings_.ok("newest good snapshot", words);
  if (region_.good->state == State::old)
    findings_.info("newest good snapshot",
                   "is of the pipeline before: without tags, keys, tiers and policies", backup());
  if (region_.since_unknown && !region_.damage)
    findings_.amiss("the good snapshot of the day before",
                    "cannot be compared with: " + to_line(*region_.since_unknown),
                    "ssm-backup verify --all " + here());
  if (!region_.pointer_problem.empty())
    findings_.amiss(fmt::format("pointer {}", snapshot::latest_key(region_.region)),
                    region_.pointer_problem + ", and not the newest good snapshot",
                    "the next complete backup mends it: " + backup());
}

// What came after the good one, or in its place.
void Judge::tell_newest() const {
  const auto& newest = region_.newest;
  if (!newest || (region_.good && newest->document == region_.good->document)) return;
  const std::string subject = "newest snapshot";
  const std::string when = to_minute(start_of(*newest));
  if (!region_.newest_held_back.empty())
    findings_.amiss(subject, fmt::format("of {}: held back: {}", when, region_.newest_held_back),
                    "if so few are right: " + backup() + " --accept-shrink");
  else if (newest->state == State::incomplete && newest->manifest)
    tell_unreadable(*newest->manifest);
  else if (newest->state == State::unfinished)
    findings_.amiss(subject, fmt::format("of {}: its run did not end, or is under way", when),
                    "if none is under way: " + backup());
  else
    findings_.amiss(subject,
                    fmt::format("of {}: {}: {}", when, to_string(newest->state),
                                printable(newest->problem, 400)),
                    fmt::format("ssm-backup verify --all {}", here()));
}

void Judge::tell_unreadable(const snapshot::Manifest& manifest) const {
  const Point point = point_of(*region_.newest, {});
  std::string words = "of " + to_minute(manifest.start) + ": incomplete: ";
  std::string next = backup();
  if (point.unreadable != 0) {
    words += fmt::format("{} of {} could not be read, or not whole", point.unreadable,
                         std::max(manifest.listed, manifest.parameter_count));
    for (const auto& each : manifest.unreadable) {
      if (each.accepted == snapshot::Unreadable::Accepted::yes) continue;
      const std::string advice = each.why().next;
      if (!advice.empty()) next = advice;
      break;
    }
  } else {
    words += printable(manifest.incomplete_because, 400);
  }
  findings_.amiss("newest snapshot", words, next);
}

// Today's may still come.
void Judge::tell_days() const {
  std::vector<std::string> dates;
  for (const Day& day : region_.days)
    if (day.state == Day::State::none || day.state == Day::State::not_good)
      dates.push_back(to_date(Time(day.date)).substr(5));
  if (dates.empty()) return;
  constexpr std::size_t kMostDates = 8;
  const std::size_t count = dates.size();
  const std::size_t left_out = count > kMostDates ? count - kMostDates : 0;
  if (left_out != 0) dates.resize(kMostDates);
  findings_.info("days without a good snapshot",
                 fmt::format("{} of {}: {}{}", count, region_.days.size(), join(dates, ", "),
                             left_out == 0 ? "" : fmt::format(" and {} more", left_out)));
}

void Judge::tell(const Copy& copy) const {
  const std::string subject = "copy " + copy.repository;
  const std::string next = fmt::format("{} --copy-to {}", backup(), copy.repository);
  if (copy.error) {
    findings_.amiss(subject, *copy.error, next);
    return;
  }
  if (!copy.newest) {
    findings_.amiss(subject, "holds no good snapshot of this Region", next);
    return;
  }
  const Duration age = overview_.now - copy.newest->start;
  std::string words = fmt::format("its newest good snapshot is {} old", in_hours(age));
  if (copy.lacking != 0)
    words += fmt::format(", and it lacks {}", counted(copy.lacking, "complete snapshot"));
  if (age > overview_.max_age || copy.lacking != 0)
    findings_.amiss(subject, words, next);
  else
    findings_.ok(subject, words);
}

// Why a drill that was carried out has proven nothing.
std::string unproven_words(const Drilled& drill) {
  if (drill.not_proven != 0)
    return fmt::format("{} of {} would not come back", drill.not_proven, drill.parameters);
  if (drill.unreadable != 0)
    return counted(drill.unreadable, "parameter") + " of its scope are not in the snapshot";
  if (drill.shrunken) return "the snapshot is shrunken";
  if (drill.in_store == Drilled::InStore::not_proven)
    return "the sample did not come back from the real store";
  if (drill.in_store == Drilled::InStore::not_tried) return "the real store was not tried";
  return "drill.json says why";
}

void Judge::tell_drill() const {
  const std::string next = fmt::format("ssm-backup drill {} --record", here());
  if (!region_.drill_problem.empty()) {
    findings_.amiss("drill", "the last one says nothing: " + region_.drill_problem, next);
    return;
  }
  if (!region_.drill) {
    findings_.amiss("drill", "none is on record: nobody knows whether it comes back", next);
    return;
  }
  const Drilled& drill = *region_.drill;
  const Duration age = overview_.now - drill.at;
  if (!drill.proven)
    findings_.amiss("drill",
                    fmt::format("{} ago: NOT proven: {}", in_hours(age), unproven_words(drill)),
                    fmt::format("ssm-backup drill {} names them", here()));
  else if (age > overview_.max_drill_age)
    findings_.amiss("drill",
                    fmt::format("proven {} ago (objective {})", in_hours(age),
                                in_hours(overview_.max_drill_age)),
                    next);
  else if (drill.rpo > overview_.max_age)
    findings_.amiss("drill",
                    fmt::format("proven {} ago, and of a snapshot that was {} old by then",
                                in_hours(age), in_hours(drill.rpo)),
                    next);
  else
    findings_.ok("drill", fmt::format("proven {} ago: {} in {}", in_hours(age),
                                      counted(drill.parameters, "parameter"), to_human(drill.rto)));
}

std::string names_of(const std::vector<const RegionView*>& regions) {
  std::vector<std::string> names;
  for (const RegionView* region : regions) names.push_back(region->region.str());
  return join(names, ", ");
}

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

std::string unsafe_words(const Overview& overview, const std::vector<const RegionView*>& unsafe,
                         const std::vector<const RegionView*>& safe) {
  std::string words = fmt::format("{}: no good snapshot of the last {}", names_of(unsafe),
                                  in_hours(overview.max_age));
  const auto is_dark = [](const RegionView* region) { return region->error.has_value(); };
  if (std::ranges::any_of(unsafe, is_dark)) words += ", or none that can be seen";
  const auto is_damaged = [](const RegionView* region) { return region->damage.has_value(); };
  if (std::ranges::any_of(unsafe, is_damaged)) words += ", or one that is not sound";
  if (!safe.empty())
    words += fmt::format("; the other {} {}", counted(safe.size(), "Region"), as_of_words(safe));
  return words;
}

Verdict verdict_of(const Overview& overview, std::size_t amiss) {
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

Judged judge(const Overview& overview) {
  Judged judged;
  std::vector<Finding> others;
  const auto keep = [&](const Finding& finding) {
    (finding.state == Finding::State::amiss ? judged.findings : others).push_back(finding);
  };
  for (const RegionView& region : overview.regions)
    Judge(overview, region, Findings(keep, region.region)).run();
  judged.verdict = verdict_of(overview, judged.findings.size());
  judged.findings.insert(judged.findings.end(), others.begin(), others.end());
  return judged;
}

}  // namespace ssmb::engine::overview
