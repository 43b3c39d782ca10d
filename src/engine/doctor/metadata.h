// The metadata parameters, each with what is wrong with it, and whether they agree.
#pragma once

#include "engine/doctor/finding.h"
#include "engine/doctor/region_case.h"
#include "engine/metadata.h"

namespace ssmb::engine::doctor {

struct ExaminedMetadata {
  // What of it can be relied on: Regions without a bucket are among the Regions all the same.
  Deployment deployment;
  std::string region_list;  // as it stands there; empty: it does not
};
// `only`: these Regions in place of the list's. An error is an interrupt.
ResultTask<ExaminedMetadata> examine_metadata(aws::ssm::Client home, Environment env,
                                              std::vector<Region> only, const Findings& findings,
                                              CallScope scope);

// Where the metadata was read, and its list there.
struct Home {
  Region region;
  std::string region_list;
};
// Does a list lie in this Region, too? Then whoever asks here takes it for the only one: left
// behind when the home moved, or made while the home was lost. An error is an interrupt.
ResultTask<void> examine_second_list(RegionCase& at, Home home);

}  // namespace ssmb::engine::doctor
