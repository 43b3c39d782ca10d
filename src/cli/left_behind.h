// What runs have left in the work directory (docs/summaries.md), for the report.
#pragma once

#include <filesystem>

#include "engine/overview/overview.h"

namespace ssmb::cli {

// A Region that came to nothing leaves no snapshot: only region_summaries.json says so. Nothing is
// taken from another environment's run, a rehearsal, or one older than the Region's newest
// snapshot.
void add_last_run(engine::overview::Overview& overview, const std::filesystem::path& work_dir);

// A drill without --record has left its result in drill.json alone, and so has one that could not
// be done. The newer one of it and the record counts.
void add_last_drill(engine::overview::Overview& overview, const std::filesystem::path& work_dir);

}  // namespace ssmb::cli
