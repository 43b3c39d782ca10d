// When a parameter changed, over the snapshots of a Region: of each the manifest, one block of the
// index and one record are read; an old backup, which has no index, is read through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parameter/print.h"
#include "snapshot/reader.h"

namespace ssmb::engine {

// The parameter as one snapshot holds it.
struct PastState {
  ParameterVersion version = 0;
  std::optional<Time> modified;
  std::string user;
  std::uint64_t value = 0;  // the value's digest: for tag_of()
};

struct PastRow {
  ObjectKey document;
  Time time;  // of the snapshot
  snapshot::State state = snapshot::State::complete;
  enum class Kind : std::uint8_t {
    first,    // held, and no older snapshot knows of it
    same,     // as in the one before
    anew,     // equal, and yet another version or another time of writing
    changed,  // `fields` differ from the one before
    back,     // held, where the one before did not hold it
    removed,  // not held, where the one before held it
    absent,   // not held, though it is of the scope, and neither is it in the one before
    unread,   // `why` says why nobody knows
  } kind = Kind::first;
  std::optional<PastState> held;  // nullopt: removed, absent or unread
  FieldSet fields;
  std::string why;
};

struct ParameterHistory {
  std::vector<PastRow> rows;     // newest first; of snapshots that were meant to hold the name
  std::uint64_t unfinished = 0;  // runs that did not end: passed over
};

// "The one before" is the next older snapshot that could be read. Compared is what a restore can
// bring back. Errors are those of the way to the repository; what one snapshot hides is in its row.
// Documents that name no Region are `region`'s unless their records' ARNs name another.
ResultTask<ParameterHistory> read_history(snapshot::Repository& repository, Region region,
                                          std::vector<snapshot::Entry> entries, ParameterName name,
                                          PrintKey key, CallScope scope);

}  // namespace ssmb::engine
