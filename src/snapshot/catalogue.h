// How the state of one document is found out; for the files of this folder.
#pragma once

#include "snapshot/reader.h"

namespace ssmb::snapshot {

// The entry of one document whose presence and size are known: reads its manifest, or its first
// bytes where there is none. `broken` and `unread` are states, not errors; errors are those of the
// way to the repository, and not_found.
ResultTask<Entry> describe_document(Repository& repository, SnapshotId id, ObjectKey document,
                                    std::uint64_t size, CallScope scope);
// The same; nullopt: it has gone since it was listed.
ResultTask<std::optional<Entry>> describe_if_there(Repository& repository, SnapshotId id,
                                                   ObjectKey document, std::uint64_t size,
                                                   CallScope scope);

// Could a restore take it without a further word?
bool is_good(const Entry& entry);

}  // namespace ssmb::snapshot
