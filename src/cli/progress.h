// The progress display that flags and terminal ask for.
#pragma once

#include <memory>
#include <vector>

#include "cli/context.h"
#include "report/progress.h"
#include "report/restore_progress.h"

namespace ssmb::cli {

std::unique_ptr<report::Progress> make_progress(Context& context,
                                                const std::vector<Region>& regions);

std::unique_ptr<report::RestoreWatch> make_restore_watch(Context& context, const Region& target);

}  // namespace ssmb::cli
