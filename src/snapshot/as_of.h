// Which snapshot was the newest at a given time?
#pragma once

#include <optional>
#include <vector>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

struct AsOf {
  // The newest of the default scope that was started at that time or before and is complete, or
  // old. nullopt: none is.
  std::optional<Entry> found;
  // Newer than it, but not after that time either: incomplete, unfinished, broken or unread.
  std::vector<Entry> passed_over;
  // Where none is found: the oldest one after that time.
  std::optional<Entry> oldest;
};

// Times are compared by the second: so is what `list` prints. Reads manifests from that time back,
// until one is good. Errors are those of the way to the repository.
ResultTask<AsOf> complete_as_of(Repository& repository, Environment environment, Region region,
                                Time time, CallScope scope);

}  // namespace ssmb::snapshot
