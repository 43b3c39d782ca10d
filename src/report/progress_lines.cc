#include "report/progress_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/error_text.h"
#include "report/places.h"
#include "report/summaries.h"

namespace ssmb::report {
namespace {

using engine::RegionBackup;
using engine::RegionOutcome;
using engine::RegionProgress;

constexpr std::size_t kBarWidth = 18;

std::string parameters_text(std::uint64_t read, std::uint64_t unreadable) {
  if (unreadable == 0) return counted(read, "parameter");
  return fmt::format("{} of {}, {} unreadable", read, counted(read + unreadable, "parameter"),
                     unreadable);
}

std::string count_text(const RegionBackup& backup) {
  const std::uint64_t unreadable = backup.totals.unreadable;
  if (!backup.prediction) return parameters_text(backup.totals.read, unreadable);
  return fmt::format("dry run: {} in {}",
                     parameters_text(backup.prediction->parameters, unreadable),
                     roughly(backup.prediction->duration));
}

}  // namespace

std::string progress_bar(std::uint64_t done, std::uint64_t all) {
  const auto filled = all == 0 ? kBarWidth : static_cast<std::size_t>(done * kBarWidth / all);
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "]";
}

std::string running_line(const RegionProgress& progress, Duration elapsed) {
  const auto done = progress.read + progress.unreadable + progress.vanished;
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string text;
  if (progress.listing == RegionProgress::Listing::ended) {
    text = fmt::format("{}  {}/{}", progress_bar(done, progress.listed), done, progress.listed);
  } else {
    text = fmt::format("listing  {} names, {} read", progress.listed, done);
  }
  if (rate > 0) text += fmt::format("   {:.0f}/s", rate);
  if (rate > 0 && progress.listing == RegionProgress::Listing::ended) {
    const auto left = static_cast<double>(progress.listed - std::min(done, progress.listed)) / rate;
    text += fmt::format("   {} left", to_human(std::chrono::seconds{static_cast<int>(left)}));
  }
  if (progress.throttled != 0) text += fmt::format("   throttled {}", progress.throttled);
  if (progress.unreadable != 0) text += fmt::format("   unreadable {}", progress.unreadable);
  return text;
}

RegionState state_of(const RegionOutcome& outcome) {
  if (!outcome.backup) {
    const bool interrupted = outcome.backup.error().kind == ErrorKind::cancelled;
    return interrupted ? RegionState::interrupted : RegionState::failed;
  }
  const RegionBackup& backup = *outcome.backup;
  if (!backup.written)
    return engine::is_complete(backup) ? RegionState::ok : RegionState::incomplete;
  if (backup.written->manifest.completeness == snapshot::Completeness::incomplete)
    return RegionState::incomplete;
  using Outcome = snapshot::PointerReport::Outcome;
  const bool stays = std::ranges::any_of(backup.written->pointers, [](const auto& report) {
    return report.outcome == Outcome::kept || report.outcome == Outcome::failed;
  });
  return stays ? RegionState::not_latest : RegionState::ok;
}

std::string_view to_string(RegionState state) {
  switch (state) {
    case RegionState::ok: return "ok";
    case RegionState::not_latest: return "complete, not latest";
    case RegionState::incomplete: return "incomplete";
    case RegionState::failed: return "FAILED";
    case RegionState::interrupted: return "interrupted";
  }
  return "";
}

Mark mark_of(RegionState state) {
  switch (state) {
    case RegionState::ok: return Mark::ok;
    case RegionState::not_latest:
    case RegionState::interrupted:
    case RegionState::incomplete: return Mark::warning;
    case RegionState::failed: return Mark::failure;
  }
  return Mark::faint;
}

std::string ended_line(const RegionOutcome& outcome, Colour colour, std::size_t columns) {
  constexpr std::size_t kStateWidth = 11;
  const RegionState state = state_of(outcome);
  // "complete, not latest" would push the numbers out of their columns.
  const std::string_view name =
      state == RegionState::not_latest ? std::string_view("not latest") : to_string(state);
  const std::string word = paint(colour, mark_of(state), fmt::format("{:<{}}", name, kStateWidth));
  if (state == RegionState::interrupted) return word + "  after " + to_human(outcome.duration);
  if (!outcome.backup) {
    const std::size_t room = columns > kStateWidth + 2 ? columns - kStateWidth - 2 : 0;
    // The cause alone: the row says which Region, and there is little room.
    std::string_view why = outcome.backup.error().what;
    const std::string sentence = engine::no_file_sentence(outcome.region) + ' ';
    if (why.starts_with(sentence)) why.remove_prefix(sentence.size());
    return word + "  " + shorten(printable(why), room);
  }
  const RegionBackup& backup = *outcome.backup;
  if (backup.prediction || backup.totals.unreadable != 0) return word + "  " + count_text(backup);
  return fmt::format("{}  {:>6} {:<10}  {:>8}  {:>7}", word, backup.totals.read,
                     backup.totals.read == 1 ? "parameter" : "parameters",
                     to_human(backup.totals.bytes), to_human(outcome.duration));
}

std::vector<std::string> ended_log_lines(const RegionOutcome& outcome) {
  const RegionState state = state_of(outcome);
  const std::string_view word = to_string(state);
  if (state == RegionState::interrupted)
    return {fmt::format("{} after {}", word, to_human(outcome.duration))};
  if (!outcome.backup) {
    std::vector<std::string> lines = error_lines(outcome.backup.error(), outcome.account);
    lines.front() = fmt::format("{}: {}", word, lines.front());
    for (std::string& line : lines) {
      if (line.starts_with("next: ")) line.insert(0, "  ");
    }
    return lines;
  }
  const RegionBackup& backup = *outcome.backup;
  if (!backup.written) return {fmt::format("{}: {}", word, count_text(backup))};
  return {fmt::format("{}: {}, {}, {}, {}", word, count_text(backup), to_human(backup.totals.bytes),
                      to_human(outcome.duration), backup.written->manifest.document.key)};
}

std::vector<std::string> pointer_lines(const RegionOutcome& outcome) {
  std::vector<std::string> lines;
  if (!outcome.backup || !outcome.backup->written) return lines;
  for (const auto& report : outcome.backup->written->pointers) {
    if (report.outcome == snapshot::PointerReport::Outcome::moved) continue;
    lines.push_back(fmt::format("  {} {}: {}", report.pointer, outcome_word(report), report.why));
  }
  return lines;
}

}  // namespace ssmb::report
