// Which snapshot was the newest at a given time?
#pragma once

#include <optional>
#include <vector>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

struct AsOf {
  // The newest of the default scope that was started at that time or before and is complete, or
  // old, and to which the shrink guard (snapshot/guard.h) has no objection. nullopt: none is.
  std::optional<Entry> found;
  // Newer than it, but not after that time either: incomplete, unfinished, broken or unread; or
  // complete and shrunken, and then `problem` is the guard's objection.
  std::vector<Entry> passed_over;
  // Where none is found: the oldest one after that time.
  std::optional<Entry> oldest;
};

// When its run began in the Region; of one without a manifest the key's time.
Time start_of(const Entry& entry);

// Times are compared by the second: so is what `list` prints. Reads manifests from that time back,
// until one is good; all of them where the guard needs that. Errors are those of the way to the
// repository.
ResultTask<AsOf> complete_as_of(Repository& repository, Environment environment, Region region,
                                Time time, CallScope scope);

}  // namespace ssmb::snapshot
