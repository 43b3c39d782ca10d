// Pointers: small objects at the repository's root that name the newest good document.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "snapshot/layout.h"
#include "snapshot/repository.h"

namespace ssmb::snapshot {

// Times further ahead of the repository's clock than this are in the future: nobody's snapshot.
inline constexpr auto kAhead = std::chrono::minutes{15};

struct Pointer {
  ObjectKey target;  // trimmed; may be anything that someone wrote
  ETag etag;
  Time service_time;
};

// nullopt: there is no such pointer.
ResultTask<std::optional<Pointer>> read_pointer(Repository& repository, ObjectKey pointer,
                                                CallScope scope);

struct PointerReport {
  ObjectKey pointer;
  enum class Outcome {
    moved,     // names the new document
    kept,      // names a newer one, or this one may not move it: `why`
    repaired,  // moved, though it or what it named was missing, broken or in the future: `why`
    failed,    // was due and was not moved: `why`; the run ends with exit code 3
  } outcome = Outcome::kept;
  std::string why;
  ObjectKey target;       // what it names now; empty if unknown or nothing
  std::string next = {};  // failed: what the operator should do

  bool operator==(const PointerReport&) const = default;
};

// Does it not name the new document?
bool stays(const PointerReport& report);

// What a pointer names and is no good snapshot.
struct Distrusted {
  ObjectKey target;  // broken: to be replaced even where it is newer; may be empty
  std::string why;   // "it named X, which is broken"
};

// Moves by compare and set, as often as another writer comes between. Only to a document whose
// time is newer than that of the one named; one that names no document, a missing object, the
// distrusted one, or a time more than 15 minutes ahead of the repository's clock is replaced.
// Never fails as a whole: an error becomes Outcome::failed.
Task<PointerReport> advance_pointer(Repository& repository, ObjectKey pointer, SnapshotId to,
                                    CallScope scope,
                                    std::optional<Distrusted> distrusted = std::nullopt);

}  // namespace ssmb::snapshot
