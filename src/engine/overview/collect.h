// Looks at one Region's repository and its copies, for the report.
#pragma once

#include <string>
#include <vector>

#include "engine/overview/overview.h"
#include "runtime/runtime.h"
#include "snapshot/repository.h"

namespace ssmb::engine::overview {

struct CopyPlace {
  std::string name;
  snapshot::Repository* repository = nullptr;  // outlives the look; nullptr: see error
  std::optional<Error> error;
};

struct LookOptions {
  Environment env;
  Region region;
  Time now;  // by AWS's clock, where ours is wrong
  int days = 30;
  std::vector<CopyPlace> copies;
};

// Reads every manifest, the index of each day's newest good snapshot, and the documents of the last
// two of them; of a copy what it holds. What is wrong with a snapshot or a copy is in the result;
// errors are those of the way to the repository. Leaves `failed` and `expiry` to the caller.
ResultTask<RegionView> look(Runtime& runtime, snapshot::Repository& repository, LookOptions options,
                            CallScope scope);

}  // namespace ssmb::engine::overview
