// The lines that tell of a Region under way and at its end. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/run.h"
#include "report/progress.h"
#include "report/style.h"

namespace ssmb::report {

// "[#########---------]"
std::string progress_bar(std::uint64_t done, std::uint64_t all);
// How long it takes from here, by the slower of the pace (names a second) and the quotas; nullopt:
// nothing says so.
std::optional<Duration> time_left(const engine::RegionProgress& progress, double rate);

// "[#########---------]  148/297   16/s   9 s left": while the listing goes on, without a bar.
// Where nothing was answered for a while, that stands in place of rate and time. What does not fit
// into `columns` is left out, the least important first, and never cut.
std::string running_line(const engine::RegionProgress& progress, double rate,
                         std::size_t columns = std::string::npos);

// Is it worth a line at that --log-level?
bool is_told(ProgressOptions::Level level, engine::Gravity gravity);
// "13:00:01Z us-west-2 text" and the newline: a line of a log.
std::string log_line(Time now, std::string_view about, std::string_view text);
// A JSON object and the newline: time, event, and members.
std::string event_line(Time now, std::string_view event, boost::json::object members);

enum class RegionState {
  ok,
  not_latest,  // complete, but a pointer names another snapshot
  not_copied,  // complete, but something is wrong with a copy
  incomplete,
  failed,
  interrupted,
};
RegionState state_of(const engine::RegionOutcome& outcome);
// "ok", "complete, not latest", "complete, not copied", "incomplete", "FAILED", "interrupted"
std::string_view to_string(RegionState state);
Mark mark_of(RegionState state);

// "ok            312 parameters   1.4 MB   9.1 s": the end of a Region on a terminal, in `columns`.
std::string ended_line(const engine::RegionOutcome& outcome, Colour colour, std::size_t columns);
// "ok: 312 parameters, 1.4 MB, 9.1 s, 2026-11-22/...": the same in a log; a failure is told whole.
std::vector<std::string> ended_log_lines(const engine::RegionOutcome& outcome);
// A line for each pointer that did not simply move.
std::vector<std::string> pointer_lines(const engine::RegionOutcome& outcome);

}  // namespace ssmb::report
