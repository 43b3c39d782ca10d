// Writes one snapshot: document, index, manifest, pointers, in this order. Nothing before the
// manifest makes it a snapshot, so a crash at any point leaves the last one as it was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/manifest.h"
#include "snapshot/pointer.h"
#include "snapshot/repository.h"

namespace ssmb::snapshot {

// Is this many fewer than there were at the last good run? Pure.
enum class Shrink {
  none,
  empty,   // no parameters at all
  shrunk,  // over 20 % fewer than the last good one
};
Shrink judge_shrink(std::optional<std::uint64_t> last_good, std::uint64_t now);

enum class AcceptShrink { no, yes };
// latest.txt belongs to the default Region alone.
enum class DefaultRegion { no, yes };

// Where the scope comes from. Without the metadata it is assumed, and may not be the environment's.
enum class ScopeFrom { known, assumed };

struct RunInfo {
  Environment environment;
  Region region;
  AccountId account;
  RunId run_id;
  std::string tool_version;
  Time start;
  Scope scope;
  ScopeFrom scope_from = ScopeFrom::known;
  Depth depth = Depth::current;
  TagsMode tags = TagsMode::bulk;
};

struct Ending {
  Time end;
  // The caller's own view: did the listing end, did nothing keep changing? Unreadable parameters
  // that are not accepted make the snapshot incomplete besides.
  Completeness completeness = Completeness::complete;
  std::string incomplete_because;
  std::uint64_t listed = 0;
  RegionFacts facts;
  boost::json::object limiter;
  std::optional<Fence> fence;
  std::optional<TagsMode> tags;  // where they were read otherwise than RunInfo says
  AcceptShrink accept_shrink = AcceptShrink::no;
  DefaultRegion default_region = DefaultRegion::no;
};

struct Written {
  Manifest manifest;
  ObjectKey manifest_key;
  ObjectRef manifest_object;  // as it was written
  Shrink shrink = Shrink::none;
  // Parameters in the last good snapshot, if there was one that says so.
  std::optional<std::uint64_t> last_good_count;
  std::vector<PointerReport> pointers;  // those that were due, and those kept for a reason
};

// What a run finds before it writes: a free key (a taken one adds a second), and the newest earlier
// manifest. Reads only, so a dry run meets here what the real one would.
struct Outset {
  SnapshotId id;
  std::optional<ParentRef> parent;
  std::string parent_problem;
  boost::json::object learned;  // by the parent's limiter
  // Names that the parent's listing gave, if its scope was the same.
  std::optional<std::uint64_t> expected;
};
ResultTask<Outset> find_outset(Repository& repository, RunInfo run, CallScope scope);

class SnapshotWriter {
 public:
  // Looks around as find_outset() does; writes nothing visible yet.
  // `repository` outlives the writer.
  static ResultTask<std::unique_ptr<SnapshotWriter>> begin(Repository& repository, RunInfo run,
                                                           CallScope scope);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  // One call at a time; the next when this one has returned. A name added twice is found
  // in finish(): internal.
  ResultTask<void> add(Parameter parameter, CallScope scope);
  void note_unreadable(Unreadable unreadable);
  void note_lacking(Lacking lacking);  // of one that was added, or will be
  void note_vanished(ParameterName name);

  // conflict ("run again") when another run took the key meanwhile. After an error only abort()
  // is left.
  ResultTask<Written> finish(Ending ending, CallScope scope);
  // Leaves nothing visible of an unfinished document. Harmless after finish().
  Task<void> abort();

  ObjectKey key() const;  // of the document
  // Why the newest manifest is not the parent; mostly empty.
  const std::string& parent_problem() const;
  // Does the document stand? Until finish() has returned it is an unfinished snapshot.
  bool document_stands() const;
  // What the limiter of the newest earlier run has learned; empty: nothing is known.
  boost::json::object learned() const;
  // How many names there will be, if there are as many as at the newest earlier run.
  std::optional<std::uint64_t> expected() const;
  std::uint64_t count() const;  // records so far
  std::uint64_t bytes() const;  // of the document so far

 private:
  struct State;
  explicit SnapshotWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ssmb::snapshot
