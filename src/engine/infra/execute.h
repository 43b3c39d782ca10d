// Doing a plan's steps.
#pragma once

#include <functional>
#include <vector>

#include "engine/infra/observe.h"
#include "engine/infra/plan.h"

namespace ssmb::engine {

// Does one step after the other; `done` is told of each. The first error ends it: run again, and
// the rest is done. A bucket that is not empty, and no delete_versions before it, is a conflict.
// `scope_of_one` gives each step its own. conflict, too: a bucket holds more versions than were
// counted, and none of those beyond is deleted.
ResultTask<void> execute(StackAccounts& accounts, std::vector<Step> steps,
                         std::function<void(const Step&)> done,
                         std::function<CallScope()> scope_of_one);

}  // namespace ssmb::engine
