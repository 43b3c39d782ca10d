// The metadata parameters, each with what is wrong with it, and whether they agree.
#pragma once

#include "engine/doctor/finding.h"
#include "engine/metadata.h"

namespace ssmb::engine::doctor {

// What of it can be relied on: Regions without a bucket are among the Regions all the same.
// `only`: these Regions in place of the list's. An error is an interrupt.
ResultTask<Deployment> examine_metadata(aws::ssm::Client home, Environment env,
                                        std::vector<Region> only, const Findings& findings,
                                        CallScope scope);

}  // namespace ssmb::engine::doctor
