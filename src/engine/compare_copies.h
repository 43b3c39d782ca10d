// Is a copy what the repository is? For `verify --copies`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/copy.h"

namespace ssmb::engine {

struct ComparedCopy {
  Region region;
  std::string repository;
  std::uint64_t compared = 0;    // snapshots that are in both
  std::uint64_t only_there = 0;  // snapshots that the repository has no more; with Extent::all
  std::uint64_t bytes = 0;       // read of the copy
  std::vector<snapshot::Finding> findings;     // their keys are the copy's
  std::vector<snapshot::UnreadObject> unread;  // the same
  std::optional<Error> error;                  // why it was not looked at, or not to the end
};

struct CompareOptions {
  Environment env;
  Region region;
  // Of which snapshot: this one, or all that have a manifest; nullopt and not all: the newest.
  std::optional<snapshot::SnapshotId> id;
  enum class Extent { one, all } extent = Extent::one;
  std::vector<ObjectKey> pointers;  // of the repository: those of the copy name the same, or older
};

// Whatever is wrong is in the result; an error of the way ends it and is in it, too.
Task<ComparedCopy> compare_copy(snapshot::Repository& from, snapshot::Repository& copy,
                                CompareOptions options, CallScope scope);

}  // namespace ssmb::engine
