// One Region as the examinations of this folder share it.
#pragma once

#include "aws/client.h"
#include "engine/doctor/doctor.h"
#include "snapshot/scope.h"
#include "snapshot/writer.h"

namespace ssmb::engine::doctor {

// Handed around by reference; what it refers to outlives it.
struct RegionCase {
  aws::Session& session;
  const Options& options;
  Findings findings;
  Region region;
  AccountId caller;       // empty: STS has not said it
  snapshot::Scope names;  // that a backup takes
  snapshot::DefaultRegion default_region = snapshot::DefaultRegion::no;
  CallScope scope;
  // How far AWS's clock is ahead, so that ages are right where ours is wrong.
  Duration clock_offset{0};

  Time now() const { return session.runtime.now() + clock_offset; }
};

}  // namespace ssmb::engine::doctor
