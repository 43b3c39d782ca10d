#include "report/moving_progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/heartbeat.h"
#include "report/progress_lines.h"

namespace ssmb::report {
namespace {

constexpr Duration kLeastPause = std::chrono::milliseconds{100};

}  // namespace

MovingProgress::MovingProgress(ProgressOptions options, Runtime& runtime, std::ostream& out)
    : options_(std::move(options)), runtime_(runtime), out_(out) {
  for (const Region& region : options_.regions) {
    rows_.push_back({.region = region});
    width_ = std::max(width_, region.str().size());
  }
}

MovingProgress::Row& MovingProgress::row_of(const Region& region) {
  const auto found = std::ranges::find(rows_, region, &Row::region);
  if (found != rows_.end()) return *found;
  width_ = std::max(width_, region.str().size());
  return rows_.emplace_back(Row{.region = region});
}

std::size_t MovingProgress::room() const {
  const std::size_t taken = width_ + 3;
  return options_.columns > taken ? options_.columns - taken : 0;
}

void MovingProgress::draw(const std::string& above) {
  std::string text;
  // To the line's begin (the terminal may have echoed a ^C), up, and clear what is below.
  if (drawn_ != 0) text += fmt::format("\r\x1b[{}A\x1b[J", drawn_);
  text += above;
  // A line that wraps would make the count of lines wrong.
  for (const Row& row : rows_) {
    text += fit(fmt::format("{:<{}}  {}", row.region, width_, row.text), options_.columns - 1);
    text += '\n';
  }
  drawn_ = rows_.size();
  last_ = runtime_.steady();
  out_ << text << std::flush;
}

void MovingProgress::region_started(const Region& region) {
  Row& row = row_of(region);
  row.pace.note(runtime_.steady(), 0);
  row.text = "listing";
  row.state = Row::State::begun;
  draw("");
}

void MovingProgress::progress(const Region& region, const engine::RegionProgress& progress) {
  Row& row = row_of(region);
  row.pace.note(runtime_.steady(), engine::names_done(progress));
  row.text = running_line(progress, row.pace.rate(), room());
  if (last_ == SteadyTime::min() || runtime_.steady() - last_ >= kLeastPause) draw("");
}

void MovingProgress::note(const Region& region, engine::Gravity gravity, const std::string& text) {
  // The rows tell the rest.
  if (gravity == engine::Gravity::info || options_.level == ProgressOptions::Level::error) return;
  draw(fmt::format("{} {}\n", region, printable(text, 2000)));
}

void MovingProgress::region_ended(const engine::RegionOutcome& outcome) {
  row_of(outcome.region).text = ended_line(outcome, options_.colour, room());
  std::string above;
  for (const std::string& line : pointer_lines(outcome))
    above += fmt::format("{} {}\n", outcome.region, printable(line, 2000));
  draw(above);
}

void MovingProgress::run_ended() {
  // "waiting" would be a lie from now on; the result says which were not begun.
  const auto waits = [](const Row& row) { return row.state == Row::State::waiting; };
  if (std::erase_if(rows_, waits) != 0) draw("");
}

void MovingProgress::notice(const std::string& text) {
  if (options_.level == ProgressOptions::Level::error) return;
  draw(fmt::format("warning: {}\n", printable(text, 2000)));
}

}  // namespace ssmb::report
