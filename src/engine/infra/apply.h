// Looking at what is there, and doing a plan's steps.
#pragma once

#include <functional>

#include "engine/infra/plan.h"

namespace ssmb::engine {

// Who we are, each Region's bucket with its documents, and the metadata parameters. Reads only.
ResultTask<Observed> observe(aws::Session& session, Stack stack, CallScope scope);

// Does one step after the other; `done` is told of each. The first error ends it: run again, and
// the rest is done. A bucket that turns out to hold objects is not deleted: conflict.
ResultTask<void> execute(aws::Session& session, AccountId account, std::vector<Step> steps,
                         std::function<void(const Step&)> done, CallScope scope);

}  // namespace ssmb::engine
