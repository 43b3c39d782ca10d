// How the state of one document is found out; for reader.cc and catalogue.cc.
#pragma once

#include "snapshot/reader.h"

namespace ssmb::snapshot {

// The entry of one document whose presence and size are known: reads its manifest, or its first
// bytes where there is none. `broken` and `unread` are states, not errors; errors are those of the
// way to the repository, and not_found.
ResultTask<Entry> describe_document(Repository& repository, SnapshotId id, ObjectKey document,
                                    std::uint64_t size, CallScope scope);

}  // namespace ssmb::snapshot
