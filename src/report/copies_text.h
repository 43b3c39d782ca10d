// What became of the copies of a run, for people and for programs. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run.h"

namespace ssmb::report {

// The member `copies` of a Region's entry: docs/summaries.md.
boost::json::array copies_json(const engine::RegionBackup& backup);

// "copied", "incomplete" or "failed"; of a dry run "foreseen" or "failed".
std::string_view copy_status(const engine::RegionBackup& backup, const engine::CopyReport& copy);

// "us-west-2: copied to s3://dr, with 2 earlier snapshots"; one for each Region and copy, and one
// for each pointer that stays there though it was due.
std::string copy_lines(const std::vector<engine::RegionOutcome>& outcomes);

// What to do about the first copy that is not whole; empty: all are.
std::string copy_step(const engine::RegionBackup& backup);

}  // namespace ssmb::report
