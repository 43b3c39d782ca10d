// A copy: the same objects under the same keys, byte for byte, in another repository.
//
// Nothing that is read is believed before its hash has been checked against the manifest; memory is
// bounded by one piece of a few megabytes, whatever the snapshot's size.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

// An object's bytes in order, in pieces, by ranged reads.
class CheckedReader {
 public:
  // `repository` outlives it.
  CheckedReader(Repository& repository, ObjectRef object)
      : repository_(repository), object_(std::move(object)) {}

  // The next piece; empty at the end, once all of it has the size and the hash that are wanted.
  // corrupt: it has not, or was replaced meanwhile.
  ResultTask<SecretBytes> next(CallScope scope);

 private:
  Repository& repository_;
  ObjectRef object_;
  std::uint64_t offset_ = 0;
  std::optional<ETag> etag_;
  Sha256 hash_;
};

// Document, index, manifest, in this order; pointers are promote()'s. `manifest` and `object`, the
// manifest's own bytes, are as the caller knows them. What lies there already with the same bytes,
// left by a run that broke off, is kept. Gives the bytes that were written. Errors name the
// repository whose they are; conflict: a key of the copy holds something else; corrupt: the
// snapshot is not what its manifest describes, and nothing was left of the object that is not.
ResultTask<std::uint64_t> copy_snapshot(Repository& from, Repository& to, const Manifest& manifest,
                                        ObjectRef object, CallScope scope);

// What a copy of one snapshot is like.
struct Comparison {
  std::uint64_t bytes = 0;           // read of the copy
  bool there = false;                // its manifest is
  std::vector<Finding> findings;     // what differs
  std::vector<UnreadObject> unread;  // what could not be looked at
};

// Reads manifest, document and index of the copy and compares them with the manifest in `from`.
// Errors are those of the way to either repository.
ResultTask<Comparison> compare_snapshot(Repository& from, Repository& copy, SnapshotId id,
                                        CallScope scope);

}  // namespace ssmb::snapshot
