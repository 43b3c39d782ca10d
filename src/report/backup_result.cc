#include "report/backup_result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
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

std::string region_table(const BackupResult& result) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "STATE"},
               {.title = "PARAMETERS", .align = right},
               {.title = "UNREADABLE", .align = right},
               {.title = "SIZE", .align = right},
               {.title = "TIME", .align = right}});
  for (const Region& region : result.regions) {
    const RegionOutcome* outcome = outcome_of(result, region);
    if (outcome == nullptr) {
      table.add({region.str(), "not begun"});
      continue;
    }
    const std::string state = words_of(*outcome);
    if (!outcome->backup) {
      table.add({region.str(), state, "", "", "", to_human(outcome->duration)});
      continue;
    }
    const auto& backup = *outcome->backup;
    const auto count = backup.prediction ? backup.prediction->parameters : backup.totals.read;
    table.add({region.str(), state, std::to_string(count), std::to_string(backup.totals.unreadable),
               backup.written ? to_human(backup.totals.bytes) : "", to_human(outcome->duration)});
  }
  return table.render();
}

struct Counts {
  std::uint64_t read = 0;
  std::uint64_t unreadable = 0;
  std::string first_unreadable;
  std::string doubt;  // what else makes a Region incomplete
};

Counts count(const BackupResult& result) {
  Counts counts;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup) continue;
    const auto& backup = *outcome.backup;
    counts.read += backup.prediction ? backup.prediction->parameters : backup.totals.read;
    counts.unreadable += failed_count(backup);
    if (counts.doubt.empty()) counts.doubt = incomplete_because(backup);
    for (const auto& unreadable : unreadable_of(backup)) {
      if (counts.first_unreadable.empty() &&
          unreadable.accepted == snapshot::Unreadable::Accepted::no) {
        counts.first_unreadable = unreadable.name.str();
      }
    }
  }
  return counts;
}

// "latest-us-west-2.txt still names <key>." for each pointer that did not move though it was due.
std::string pointer_sentences(const BackupResult& result) {
  std::string text;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (!outcome.backup || !outcome.backup->written) continue;
    for (const PointerReport& report : outcome.backup->written->pointers) {
      const bool stays = report.outcome == PointerReport::Outcome::failed ||
                         report.outcome == PointerReport::Outcome::kept;
      if (!stays) continue;
      text +=
          report.target.empty()
              ? fmt::format("{} was not moved: {}\n", report.pointer, report.why)
              : fmt::format("{} still names {}: {}\n", report.pointer, report.target, report.why);
    }
  }
  return text;
}

std::string next_step(const BackupResult& result, const Counts& counts) {
  const bool shrunk = std::ranges::any_of(result.outcomes, [](const RegionOutcome& outcome) {
    return outcome.backup && outcome.backup->written &&
           outcome.backup->written->shrink != snapshot::Shrink::none;
  });
  if (!counts.first_unreadable.empty()) {
    return fmt::format("next: grant what its error names, or accept it: --accept-unreadable '{}'\n",
                       counts.first_unreadable);
  }
  if (!counts.doubt.empty())
    return "next: grant or correct what the warnings above name, and run again\n";
  if (shrunk) return "next: if the parameters were meant to go, run again with --accept-shrink\n";
  return "next: run again; if a pointer stays, see its reason above\n";
}

std::uint64_t left_out(const BackupResult& result) {
  std::uint64_t count = 0;
  for (const RegionOutcome& outcome : result.outcomes) {
    if (outcome.backup) count += outcome.backup->totals.left_out;
  }
  return count;
}

// "scope: names that hold /dev/; 3 other names were listed and left out"
std::string scope_line(const BackupResult& result) {
  const bool usual = result.scope == snapshot::Scope::of_environment(result.run.env);
  const std::uint64_t others = left_out(result);
  return fmt::format("scope: names that {}; {} {} listed and left out\n",
                     usual ? fmt::format("hold /{}/", result.run.env)
                           : "match " + join(result.scope.globs(), ", "),
                     counted(others, "other name"), others == 1 ? "was" : "were");
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

std::string result_text(const BackupResult& result) {
  const Counts counts = count(result);
  const bool dry = result.run.mode == engine::RunMode::dry;
  std::string text = region_table(result) + '\n' + scope_line(result) + fence_lines(result);
  switch (verdict(result)) {
    case Verdict::complete:
      text += dry ? fmt::format("dry run: {} would be saved; nothing was written\n",
                                counted(counts.read, "parameter"))
                  : fmt::format("done and complete: {} of {}\n", counted(counts.read, "parameter"),
                                counted(result.regions.size(), "Region"));
      return text;
    case Verdict::incomplete:
      text +=
          counts.unreadable == 0 && !counts.doubt.empty()
              ? fmt::format("done, incomplete: {} (exit 3)\n", counts.doubt)
          : counts.unreadable == 0
              ? "done, incomplete: a pointer was not moved (exit 3)\n"
              : fmt::format("done, incomplete: {} of {} parameters could not be read (exit 3)\n",
                            counts.unreadable, counts.read + counts.unreadable);
      return text + pointer_sentences(result) + next_step(result, counts);
    case Verdict::failed: break;
  }
  std::vector<std::string> missing;
  for (const Region& region : result.regions) {
    const RegionOutcome* outcome = outcome_of(result, region);
    if (outcome == nullptr || !outcome->backup) missing.push_back(region.str());
  }
  return text + fmt::format("failed: no backup of {}\n", fmt::join(missing, ", "));
}

boost::json::object result_json(const BackupResult& result) {
  boost::json::object regions;
  for (const Region& region : result.regions) {
    if (const RegionOutcome* outcome = outcome_of(result, region); outcome != nullptr)
      regions[region.str()] = region_entry(result.run, *outcome);
  }
  const Verdict outcome = verdict(result);
  return {{"environment", result.run.env.str()},
          {"runId", result.run.run_id.str()},
          {"dryRun", result.run.mode == engine::RunMode::dry},
          {"scope", result.scope.to_json()},
          {"leftOut", left_out(result)},
          {"status", outcome == Verdict::complete     ? "complete"
                     : outcome == Verdict::incomplete ? "incomplete"
                                                      : "failed"},
          {"regions", std::move(regions)}};
}

}  // namespace ssmb::report
