// What the report tells of an environment: how each Region stands, how the last days went, what has
// changed, and what the drills have proven. Data only; collect.h fills it, judge.h says what is
// amiss.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/diff.h"
#include "engine/expiry.h"
#include "snapshot/as_of.h"
#include "snapshot/reader.h"

namespace ssmb::engine::overview {

using std::chrono::sys_days;

// One snapshot in numbers.
struct Point {
  ObjectKey document;
  snapshot::State state = snapshot::State::unfinished;
  std::string held_back;  // the shrink guard's objection; mostly empty
  Time start;             // of its run in the Region; of an old one the key's time
  std::optional<Duration> took;
  std::optional<std::uint64_t> parameters;  // nullopt: nothing says so
  std::uint64_t unreadable = 0;             // that nobody has accepted
  ByteCount bytes;                          // of the document

  bool is_good() const {
    return (state == snapshot::State::complete || state == snapshot::State::old) &&
           held_back.empty();
  }
};

// A day (UTC) of a Region.
struct Day {
  sys_days date;
  enum class State {
    good,          // it has a good snapshot
    not_good,      // it has others only
    none,          // it has none
    before_first,  // nor has any day before it
    open,          // today, which has none yet
  } state = State::none;
  std::optional<Point> point;      // its newest good one, else its newest
  std::optional<Changes> changes;  // of a good one: since the good one before it
};

// Since the good snapshot of the day before.
struct SinceYesterday {
  Point from;
  Diff diff;  // names and fields; never a value
};

struct Copy {
  std::string repository;
  std::optional<Point> newest;  // the newest good one
  std::uint64_t lacking = 0;    // good ones of the repository that are not there
  std::optional<Error> error;   // why it could not be looked at
};

// The last drill of a Region, from its record (docs/summaries.md).
struct Drilled {
  std::string from;  // the key, or the file, that says so
  Time at;
  std::string snapshot;
  bool proven = false;
  std::uint64_t parameters = 0;
  std::uint64_t not_proven = 0;
  std::uint64_t unreadable = 0;  // of its scope, and not in it
  bool shrunken = false;         // the snapshot, beside the last good one
  Duration rpo{0};
  Duration rto{0};
  std::string bounded_by;  // the quota group that the restore waits for
  // A sample was written to the real store, too: with what result.
  enum class InStore { not_asked, proven, not_proven, not_tried } in_store = InStore::not_asked;
};

// What the last run left in the work directory, where that is newer than all snapshots.
struct Failed {
  std::string message;
  std::string next;  // may be empty
};

struct RegionView {
  Region region;
  std::string repository;
  std::optional<Error>
      error;  // it could not be looked at: nothing below is known, but for `failed`
  std::optional<Failed> failed;           // the last run
  std::optional<snapshot::Entry> newest;  // whatever it is like; of the default scope
  std::optional<snapshot::Entry> good;    // the newest good one
  std::string newest_held_back;           // the guard's objection to `newest`
  std::optional<Error> damage;            // `good` is not what was written, or cannot be read whole
  std::string pointer_problem;            // why latest-<region>.txt does not lead to `good`
  Expiry expiry;                          // of `good`
  std::vector<Day> days;                  // oldest first
  std::optional<SinceYesterday> since;    // nullopt: there are not two good ones
  std::optional<Error> since_unknown;     // or they could not be compared
  std::vector<Copy> copies;
  std::set<ObjectKey> documents;  // of all its snapshots
  std::optional<Drilled> drill;
  std::string drill_problem;  // why a newer drill says nothing: its record cannot be read, say
};

struct Overview {
  Environment env;
  Time now;
  AccountId account;  // where somebody has said it
  // Only Regions that somebody has named: nothing is said of others.
  enum class Regions { all, named } asked = Regions::all;
  // What each printed command is told again of where to ask: " --repository R"; mostly empty.
  std::string place;
  bool last_run_known = false;  // region_summaries.json was there, of this environment
  Duration max_age{0};          // objective: how old the newest good snapshot may be
  Duration max_drill_age{0};    // the same of the last drill
  std::vector<RegionView> regions;
};

using snapshot::start_of;
Point point_of(const snapshot::Entry& entry, std::string held_back);

}  // namespace ssmb::engine::overview
