// How the state of one document is found out; for reader.cc and catalogue.cc.
#pragma once

#include "snapshot/reader.h"

namespace ssmb::snapshot {

// The entry of one document whose presence and size are known: reads its manifest, or its first
// bytes where there is none. `broken` is a state, not an error, also where the object is
// denied or corrupt; errors are those of the way to the repository.
ResultTask<Entry> describe_document(Repository& repository, SnapshotId id, ObjectKey document,
                                    std::uint64_t size, CallScope scope);

}  // namespace ssmb::snapshot
