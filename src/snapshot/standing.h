// Where a Region stands: what its pointers name, and which of its snapshots could be named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

struct FollowedPointer {
  ObjectKey pointer;
  enum class End {
    snapshot,  // a complete snapshot of the default scope, or an old backup
    nothing,   // there is no such pointer: `wrong` says so
    wrong,     // it is damaged, or names what no pointer may name: `wrong`
    unread,    // it, or what it names, could not be read: `unread`
  } end = End::nothing;
  ObjectKey target;                  // what it names, whatever that is; empty: nothing
  std::optional<Snapshot> snapshot;  // what it names, where that is there: also a broken one
  std::string wrong;                 // "names X, which is missing"
  std::optional<Error> unread;
};

// Errors are those of the way to the repository: whatever is wrong with the pointer is a result.
ResultTask<FollowedPointer> follow_pointer(Repository& repository, Environment environment,
                                           Region region, ObjectKey pointer, CallScope scope);

// The ids of all manifests, or of all indexes, oldest first. Those of partial snapshots are among
// them.
ResultTask<std::vector<SnapshotId>> manifest_ids(Repository& repository, Environment environment,
                                                 Region region, CallScope scope);
ResultTask<std::vector<SnapshotId>> index_ids(Repository& repository, Environment environment,
                                              Region region, CallScope scope);
// The snapshot of that id if it is one that a pointer may name: complete, of the default scope, its
// document there and as large as the manifest says, its time not ahead of the repository's clock.
// nullopt: it is another one. An error also where it could not be read.
ResultTask<std::optional<Entry>> complete_at(Repository& repository, SnapshotId id,
                                             CallScope scope);
// The same, where one that cannot be read is no more than one that is not there. Errors are those
// of the way to the repository.
ResultTask<std::optional<Entry>> complete_if_read(Repository& repository, SnapshotId id,
                                                  CallScope scope);
struct NewestComplete {
  std::optional<Entry> found;
  // Newer than it and complete, but held back by the shrink guard (snapshot/guard.h); newest first.
  std::vector<ObjectKey> passed_over;
};
// The newest that a pointer may name; passes over those that cannot be read. Reads no document.
ResultTask<NewestComplete> newest_complete(Repository& repository, Environment environment,
                                           Region region, CallScope scope);

// What to do where `followed` leads to no snapshot, and `newest` is the newest complete one.
std::string advice_without_latest(const FollowedPointer& followed, const NewestComplete& newest);

}  // namespace ssmb::snapshot
