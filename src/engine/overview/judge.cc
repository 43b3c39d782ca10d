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
// As the alerts have it (deploy/prometheus).
constexpr auto kADayAndMore = std::chrono::hours{26};

class Judge {
 public:
  Judge(const Overview& overview, const RegionView& region, Findings findings)
      : overview_(overview), region_(region), findings_(std::move(findings)) {}

  void run() const {
    if (region_.failed)
      findings_.amiss("last run", "failed: " + printable(region_.failed->message, 600),
                      then_backup(region_.failed->next));
    if (region_.error) {
      findings_.amiss("repository", *region_.error, "ssm-backup doctor --env " + env());
      return;
    }
    tell_good();
    tell_newest();
    tell_gap();
    tell_days();
    for (const Copy& copy : region_.copies) tell(copy);
    if (region_.copies.empty())
      findings_.info("copies",
                     "none was named: whether it survives the loss of the Region is not "
                     "known here",
                     "ssm-backup report --copy-to, as the backup has it");
    tell_drill();
  }

 private:
  std::string env() const { return overview_.env.str(); }
  std::string here() const {
    return fmt::format("--env {} --region {}{}", env(), region_.region, overview_.place);
  }
  std::string backup() const { return "ssm-backup backup " + here(); }

  // What is to be mended first, if that is known.
  std::string then_backup(const std::string& first) const {
    return first.empty() ? backup() : first + "; then: " + backup();
  }

  void tell_good() const;
  void tell_gap() const;
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
                    fmt::format("{}; the newest good snapshot is {}", region_.pointer_problem,
                                region_.good->document),
                    "the next complete backup mends it: " + backup());
}

// A daily run that did not come is told before the objective is missed.
void Judge::tell_gap() const {
  // Whoever allows for more than two days has no daily run.
  if (overview_.max_age > std::chrono::hours{48}) return;
  if (region_.failed || !region_.newest || !is_safe(overview_, region_)) return;
  const Duration silence = overview_.now - start_of(*region_.newest);
  if (silence <= kADayAndMore) return;
  findings_.amiss(
      "newest run",
      fmt::format("is {} ago: a daily one has not come, or has left nothing", in_hours(silence)),
      "see whether the job runs; then: " + backup());
}

// What came after the good one, or in its place.
void Judge::tell_newest() const {
  const auto& newest = region_.newest;
  if (!newest || (region_.good && newest->document == region_.good->document)) return;
  const std::string subject = "newest snapshot";
  const std::string when = to_minute(start_of(*newest));
  if (!region_.newest_held_back.empty())
    findings_.amiss(subject, fmt::format("of {}: held back: {}", when, region_.newest_held_back),
                    fmt::format("ssm-backup diff {} says what is gone: ask who did it, and restore "
                                "it. Only if so few are right: {} --accept-shrink",
                                here(), backup()));
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
  std::string first;
  if (point.unreadable != 0) {
    words += fmt::format("{} of {} could not be read whole", point.unreadable,
                         std::max(manifest.listed, manifest.parameter_count));
    const auto is_open = [](const auto& each) {
      return each.accepted == snapshot::Unreadable::Accepted::no;
    };
    if (const auto each = std::ranges::find_if(manifest.unreadable, is_open);
        each != manifest.unreadable.end()) {
      words += fmt::format(", {}{}", printable(each->name.view(), 200),
                           point.unreadable == 1 ? "" : " and others");
      first = each->why().next;
    }
  } else {
    words += printable(manifest.incomplete_because, 400);
  }
  findings_.amiss("newest snapshot", words, then_backup(first));
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

}  // namespace

Judged judge(const Overview& overview) {
  Judged judged;
  std::vector<Finding> others;
  const auto keep = [&](const Finding& finding) {
    (finding.state == Finding::State::amiss ? judged.findings : others).push_back(finding);
  };
  // What makes it unsafe stands first.
  for (const bool safe : {false, true})
    for (const RegionView& region : overview.regions)
      if (is_safe(overview, region) == safe)
        Judge(overview, region, Findings(keep, region.region)).run();
  judged.verdict = verdict(overview, judged.findings.size());
  judged.findings.insert(judged.findings.end(), others.begin(), others.end());
  return judged;
}

}  // namespace ssmb::engine::overview
