#include "report/progress_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "engine/heartbeat.h"
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

std::optional<Duration> time_left(const RegionProgress& progress, double rate) {
  const auto names = engine::names_in_all(progress);
  const std::uint64_t done = engine::names_done(progress);
  if (!names || done >= *names) return std::nullopt;
  // The first few come late, and say nothing of those behind them.
  if (rate <= 0 || done * 20 < *names) {
    if (progress.quota_left <= Duration{0}) return std::nullopt;
    return progress.quota_left;
  }
  const double seconds = static_cast<double>(*names - done) / rate;
  const Duration at_this_pace{static_cast<Duration::rep>(std::min(seconds, 1e6) * 1e6)};
  return std::max(at_this_pace, progress.quota_left);
}

namespace {

// "6 s", "1 min 36 s"; 1 s at least: while something is left, it is not over.
std::string whole_seconds(Duration left) {
  const auto seconds =
      std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds{1});
  return seconds < std::chrono::seconds{60} ? fmt::format("{} s", seconds.count())
                                            : to_human(seconds);
}

// The smaller, the sooner it is left out.
struct Column {
  std::string text;
  int weight;
};

std::string counts(const RegionProgress& progress) {
  const std::uint64_t done = engine::names_done(progress);
  if (progress.listing == RegionProgress::Listing::ended)
    return fmt::format("{}/{}", done, progress.listed);
  if (!progress.expected)
    return fmt::format("listing  {}, {} read", counted(progress.listed, "name"), done);
  return fmt::format("listing  {} of about {}, {} read", progress.listed,
                     engine::names_in_all(progress).value_or(0), done);
}

std::vector<Column> columns_of(const RegionProgress& progress, double rate) {
  const bool listed = progress.listing == RegionProgress::Listing::ended;
  const std::uint64_t done = engine::names_done(progress);
  std::vector<Column> columns;
  if (listed) columns.push_back({progress_bar(done, progress.listed), 0});
  columns.push_back({counts(progress), 5});
  if (progress.silence >= engine::kSilence) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(progress.silence);
    columns.push_back(
        {fmt::format("no answer for {} ({})", whole_seconds(seconds), progress.silent), 3});
  } else if (listed && done >= progress.listed) {
    columns.push_back({"writing", 1});
  } else {
    if (rate >= 0.5) columns.push_back({fmt::format("{:.0f}/s", rate), 1});
    if (const auto left = time_left(progress, rate)) {
      columns.push_back(
          {fmt::format("{}{} left", listed ? "" : "about ", whole_seconds(*left)), 3});
    }
  }
  if (progress.throttled != 0)
    columns.push_back({fmt::format("throttled {}", progress.throttled), 2});
  if (progress.unreadable != 0)
    columns.push_back({fmt::format("unreadable {}", progress.unreadable), 4});
  return columns;
}

std::string joined(const std::vector<Column>& columns) {
  std::string text;
  for (const Column& column : columns) {
    // Bar and count are one.
    if (!text.empty()) text += text.ends_with(']') ? "  " : "   ";
    text += column.text;
  }
  return text;
}

}  // namespace

std::string running_line(const RegionProgress& progress, double rate, std::size_t columns) {
  std::vector<Column> kept = columns_of(progress, rate);
  std::string text = joined(kept);
  while (text.size() > columns && kept.size() > 1) {
    kept.erase(std::ranges::min_element(kept, {}, &Column::weight));
    text = joined(kept);
  }
  return text.size() > columns ? std::string() : text;
}

bool is_told(ProgressOptions::Level level, engine::Gravity gravity) {
  using Level = ProgressOptions::Level;
  if (gravity == engine::Gravity::warning) return level != Level::error;
  return level == Level::info;
}

std::string log_line(Time now, std::string_view about, std::string_view text) {
  const std::string time = to_iso8601_seconds(now);
  return fmt::format("{} {} {}\n", time.substr(time.find('T') + 1), about, printable(text, 2000));
}

std::string event_line(Time now, std::string_view event, boost::json::object members) {
  boost::json::object object{{"time", to_iso8601(now)}, {"event", event}};
  for (auto& [key, value] : members) object[key] = std::move(value);
  return boost::json::serialize(object) + '\n';
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
  if (std::ranges::any_of(backup.written->pointers, snapshot::stays))
    return RegionState::not_latest;
  return engine::is_copied(backup) ? RegionState::ok : RegionState::not_copied;
}

std::string_view to_string(RegionState state) {
  switch (state) {
    case RegionState::ok: return "ok";
    case RegionState::not_latest: return "complete, not latest";
    case RegionState::not_copied: return "complete, not copied";
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
    case RegionState::not_copied:
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
  std::string_view name = to_string(state);
  constexpr std::string_view kComplete = "complete, ";
  if (name.starts_with(kComplete)) name.remove_prefix(kComplete.size());
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
