#include "report/backup_result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "engine/unread_step.h"
#include "report/copies_text.h"
#include "report/places.h"
#include "report/progress_lines.h"
#include "report/snapshot_text.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

using engine::RegionOutcome;
using snapshot::PointerReport;

const RegionOutcome* outcome_of(const BackupResult& result, const Region& region) {
  const auto found = std::ranges::find(result.outcomes, region, &RegionOutcome::region);
  return found == result.outcomes.end() ? nullptr : &*found;
}

// As `list` will say it.
std::string words_of(const RegionOutcome& outcome) {
  if (!outcome.backup || !outcome.backup->written) return std::string(to_string(state_of(outcome)));
  const snapshot::Written& written = *outcome.backup->written;
  const bool latest = std::ranges::any_of(written.pointers, [&](const PointerReport& report) {
    return report.pointer == snapshot::latest_key(outcome.region) &&
           (report.outcome == PointerReport::Outcome::moved ||
            report.outcome == PointerReport::Outcome::repaired);
  });
  const bool complete = written.manifest.completeness == snapshot::Completeness::complete;
  return state_words(complete ? snapshot::State::complete : snapshot::State::incomplete,
                     written.manifest.id.extent, latest ? Latest::yes : Latest::no);
}

bool is_dry(const BackupResult& result) { return result.run.mode == engine::RunMode::dry; }

std::string region_table(const BackupResult& result) {
  using enum Table::Align;
  const bool dry = is_dry(result);
  std::vector<Table::Column> columns{{.title = "REGION"},
                                     {.title = "STATE"},
                                     {.title = "PARAMETERS", .align = right},
                                     {.title = "UNREADABLE", .align = right}};
  if (!dry) columns.push_back({.title = "SIZE", .align = right});
  columns.push_back({.title = dry ? "PREDICTED" : "TIME", .align = right});
  Table table(std::move(columns));
  for (const Region& region : result.regions) {
    const RegionOutcome* outcome = outcome_of(result, region);
    if (outcome == nullptr) {
      table.add({region.str(), "not begun"});
      continue;
    }
    std::vector<std::string> cells{region.str(), words_of(*outcome)};
    if (!outcome->backup) {
      if (!dry) cells.insert(cells.end(), {"", "", "", to_human(outcome->duration)});
      table.add(std::move(cells));
      continue;
    }
    const auto& backup = *outcome->backup;
    cells.insert(cells.end(), {std::to_string(parameter_count(backup)),
                               std::to_string(backup.totals.unreadable)});
    if (backup.prediction) {
      cells.push_back(roughly(backup.prediction->duration));
    } else {
      cells.insert(cells.end(), {to_human(backup.totals.bytes), to_human(outcome->duration)});
    }
    table.add(std::move(cells));
  }
  return table.render();
}

struct Counts {
  std::uint64_t read = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t accepted = 0;  // of these
  std::string doubt;           // what else makes a Region incomplete
};

Counts count(const BackupResult& result) {
  Counts counts;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup) continue;
    const auto& backup = *outcome.backup;
    counts.read += parameter_count(backup);
    if (counts.doubt.empty()) counts.doubt = incomplete_because(backup);
    for (const auto& unreadable : unreadable_of(backup)) {
      ++counts.unreadable;
      if (unreadable.accepted == snapshot::Unreadable::Accepted::yes) ++counts.accepted;
    }
  }
  return counts;
}

// Each Region is taken up by whoever of `jobs` is free first.
Duration predicted(const BackupResult& result) {
  std::vector<Duration> busy(static_cast<std::size_t>(std::max(result.jobs, 1)), Duration{0});
  for (const Region& region : result.regions) {
    const RegionOutcome* outcome = outcome_of(result, region);
    if (outcome == nullptr || !outcome->backup || !outcome->backup->prediction) continue;
    *std::ranges::min_element(busy) += outcome->backup->prediction->duration;
  }
  return *std::ranges::max_element(busy);
}

const engine::Remaining* remaining_of(const BackupResult& result, const Region& region) {
  if (const RegionOutcome* outcome = outcome_of(result, region); outcome != nullptr)
    return outcome->remaining ? &*outcome->remaining : nullptr;
  const auto found = result.not_begun.find(region);
  return found == result.not_begun.end() ? nullptr : &found->second;
}

// "24 min", "9.3 h": nobody needs the seconds.
std::string age_words(Duration age) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (age < seconds{1}) return "under 1 s";
  return to_human(age < minutes{1} ? age : std::chrono::floor<minutes>(age));
}

// "us-west-2: last good snapshot <key> of 2026-11-22 13:00 UTC, 24 min old" for each Region that
// this run did not bring a new latest one.
std::string remaining_lines(const BackupResult& result) {
  std::string text;
  for (const Region& region : result.regions) {
    const engine::Remaining* remaining = remaining_of(result, region);
    if (remaining == nullptr) continue;
    if (remaining->key.empty()) {
      text += fmt::format("{}: last good snapshot: none known: {}\n", region,
                          printable(remaining->unknown_because, 400));
      continue;
    }
    const std::string time = to_iso8601(remaining->time);
    text += fmt::format("{}: last good snapshot {} of {} {} UTC, {} old\n", region,
                        printable(remaining->key.view()), time.substr(0, 10), time.substr(11, 5),
                        age_words(remaining->age));
  }
  return text;
}

// "latest-us-west-2.txt still names <key>." for each pointer that did not move though it was due.
std::string pointer_sentences(const BackupResult& result) {
  std::string text;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup || !outcome.backup->written) continue;
    for (const PointerReport& report : outcome.backup->written->pointers) {
      if (!stays(report)) continue;
      // The Region's own line names the last good one, and is not to be read twice.
      const bool said = outcome.remaining && outcome.remaining->key == report.target;
      text += fmt::format(
          "{}: {}\n", stays_words(report, said ? "the last good snapshot" : report.target.view()),
          report.why);
    }
  }
  return text;
}

// Does a pointer of the repository itself stay though it was due?
bool a_pointer_stays(const BackupResult& result) {
  return std::ranges::any_of(result.outcomes, [](const RegionOutcome& outcome) {
    return outcome.backup && outcome.backup->written && !engine::pointers_moved(*outcome.backup);
  });
}

// The first pointer that was due and did not move; empty: there is none.
std::string pointer_step(const engine::RegionBackup& backup) {
  if (!backup.written) return {};
  const auto& pointers = backup.written->pointers;
  const auto failed =
      std::ranges::find(pointers, PointerReport::Outcome::failed, &PointerReport::outcome);
  if (failed == pointers.end()) return {};
  return failed->next.empty() ? "run again; if a pointer stays, see its reason above"
                              : failed->next;
}

std::string region_step(const BackupResult& result, const RegionOutcome& outcome) {
  const engine::RegionBackup& backup = *outcome.backup;
  const std::string doubt = incomplete_because(backup);
  if (std::string step = engine::unread_step(unreadable_of(backup)); !step.empty()) return step;
  if (doubt == engine::kNothingSelected)
    return "correct --include: a glob is compared with whole names, and * matches slashes, too";
  if (backup.prediction && !backup.prediction->obstacle.next.empty())
    return backup.prediction->obstacle.next;
  if (std::string step = engine::unread_step(lacking_of(backup)); !step.empty()) return step;
  if (!doubt.empty()) return "grant or correct what the warnings above name, and run again";
  if (!engine::is_held_by_shrink(backup)) return pointer_step(backup);
  return engine::advice_for_shrink({.env = result.run.env,
                                    .region = outcome.region,
                                    .last_good = backup.written->last_good_count,
                                    .now = parameter_count(backup),
                                    .unreadable = unreadable_of(backup)});
}

// "next: ..." for each Region that needs something, and once where several need the same.
std::string next_lines(const BackupResult& result) {
  std::vector<std::string> steps;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup || engine::is_complete(*outcome.backup)) continue;
    for (std::string& step : std::vector{region_step(result, outcome), copy_step(*outcome.backup)})
      if (!step.empty() && std::ranges::find(steps, step) == steps.end())
        steps.push_back(std::move(step));
  }
  std::string text;
  for (const std::string& step : steps) text += fmt::format("next: {}\n", step);
  return text;
}

std::uint64_t left_out(const BackupResult& result) {
  std::uint64_t count = 0;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (outcome.backup) count += outcome.backup->totals.left_out;
  }
  return count;
}

// "account: 111122223333"; empty: nobody knows.
std::string account_line(const BackupResult& result) {
  const auto known = std::ranges::find_if(
      result.outcomes, [](const RegionOutcome& outcome) { return !outcome.account.empty(); });
  return known == result.outcomes.end() ? "" : fmt::format("account: {}\n", known->account);
}

// "scope: names that hold /dev/; 3 other names were listed and left out"
std::string scope_line(const BackupResult& result) {
  std::string text = "scope: " + scope_words(result.scope, result.run.env);
  // Where no listing came to its end, none of them is known.
  const bool listed = std::ranges::any_of(
      result.outcomes, [](const RegionOutcome& outcome) { return outcome.backup.has_value(); });
  const std::uint64_t others = left_out(result);
  if (listed) {
    text += fmt::format("; {} {} listed and left out", counted(others, "other name"),
                        others == 1 ? "was" : "were");
  }
  return text + '\n';
}

// "us-west-2: fence not reached in 3 rounds: /app/x has changed": complete all the same.
std::string fence_lines(const BackupResult& result) {
  std::string text;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup || !outcome.backup->written) continue;
    const auto& fence = outcome.backup->written->manifest.fence;
    if (fence) text += fmt::format("{}: fence {}\n", outcome.region, fence_words(*fence));
  }
  return text;
}

}  // namespace

Verdict verdict(const BackupResult& result) {
  if (result.outcomes.size() < result.regions.size()) return Verdict::failed;
  auto worst = Verdict::complete;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup) return Verdict::failed;
    if (!engine::is_complete(*outcome.backup)) worst = Verdict::incomplete;
  }
  return worst;
}

namespace {

std::string complete_text(const BackupResult& result, const Counts& counts) {
  if (is_dry(result)) {
    return fmt::format("dry run: {} would be saved, in {}; nothing was written\n",
                       counted(counts.read, "parameter"), roughly(predicted(result)));
  }
  std::string text = fmt::format("done and complete: {} of {}", counted(counts.read, "parameter"),
                                 counted(result.regions.size(), "Region"));
  if (counts.accepted != 0)
    text += fmt::format("; {} more could not be read, as accepted", counts.accepted);
  return text + '\n';
}

// "2 of 6 parameters could not be read, 1 of them accepted"; empty: all were read.
std::string unread_text(const Counts& counts) {
  if (counts.unreadable == 0) return {};
  std::string text = fmt::format("{} of {} could not be read", counts.unreadable,
                                 counted(counts.read + counts.unreadable, "parameter"));
  if (counts.accepted == counts.unreadable)
    text += ", as accepted";
  else if (counts.accepted != 0)
    text += fmt::format(", {} of them accepted", counts.accepted);
  return text;
}

// Of parameters that nobody accepted, and of what else a Region lacks; empty: nothing.
std::string shortfall(const Counts& counts) {
  std::string unread = unread_text(counts);
  if (counts.accepted != counts.unreadable) return unread;
  if (counts.doubt.empty() || unread.empty()) return counts.doubt;
  return fmt::format("{}; {}", counts.doubt, unread);
}

std::string incomplete_text(const BackupResult& result, const Counts& counts) {
  std::string why = shortfall(counts);
  if (counts.accepted == counts.unreadable && counts.doubt.empty()) {
    const std::string first = a_pointer_stays(result) ? "a pointer was not moved" : "a copy failed";
    why = why.empty() ? first : fmt::format("{}; {}", first, why);
  }
  if (!is_dry(result)) return fmt::format("done, incomplete: {} (exit 3)\n", why);
  return fmt::format(
      "dry run: {} would be saved, in {}; nothing was written\nincomplete: {} (exit 3)\n",
      counted(counts.read, "parameter"), roughly(predicted(result)), why);
}

std::string failed_text(const BackupResult& result) {
  std::vector<std::string> missing;
  bool interrupted = false;
  for (const Region& region : result.regions) {
    const RegionOutcome* outcome = outcome_of(result, region);
    if (outcome != nullptr && outcome->backup) continue;
    missing.push_back(region.str());
    interrupted =
        interrupted || (outcome != nullptr && outcome->backup.error().kind == ErrorKind::cancelled);
  }
  return fmt::format("{}: no backup of {}\n", interrupted ? "interrupted" : "failed",
                     fmt::join(missing, ", "));
}

}  // namespace

std::string result_text(const BackupResult& result) {
  const Counts counts = count(result);
  std::string text = region_table(result) + '\n' + account_line(result) + scope_line(result) +
                     fence_lines(result) + copy_lines(result.outcomes);
  switch (verdict(result)) {
    case Verdict::complete: return text + complete_text(result, counts);
    case Verdict::incomplete:
      return text + incomplete_text(result, counts) + pointer_sentences(result) +
             remaining_lines(result) + next_lines(result);
    case Verdict::failed: break;
  }
  // What another Region lacks, and how it gets it, is not less true for that.
  text += failed_text(result);
  if (const std::string why = shortfall(counts); !why.empty())
    text += fmt::format("incomplete besides: {}\n", why);
  return text + pointer_sentences(result) + remaining_lines(result) + next_lines(result);
}

boost::json::object result_json(const BackupResult& result) {
  boost::json::object regions;
  boost::json::array not_begun;
  for (const Region& region : result.regions) {
    if (const RegionOutcome* outcome = outcome_of(result, region); outcome != nullptr)
      regions[region.str()] = region_entry(result.run, *outcome);
    else
      not_begun.emplace_back(region.str());
  }
  const Verdict outcome = verdict(result);
  boost::json::object last_good;
  for (const Region& region : result.regions) {
    if (const engine::Remaining* remaining = remaining_of(result, region); remaining != nullptr)
      last_good[region.str()] = remaining_json(*remaining);
  }
  return {{"environment", result.run.env.str()},
          {"lastGood", std::move(last_good)},
          {"runId", result.run.run_id.str()},
          {"dryRun", result.run.mode == engine::RunMode::dry},
          {"scope", result.scope.to_json()},
          {"leftOut", left_out(result)},
          {"status", outcome == Verdict::complete     ? "complete"
                     : outcome == Verdict::incomplete ? "incomplete"
                                                      : "failed"},
          {"regions", std::move(regions)},
          {"notBegun", std::move(not_begun)}};
}

}  // namespace ssmb::report
