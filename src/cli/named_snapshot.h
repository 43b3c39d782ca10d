// Which snapshot a command works with: the newest good one of a Region, the one that --snapshot
// names (a key, or a file), or the newest of a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/selection.h"
#include "snapshot/reader.h"

namespace ssmb::cli {

// Empty: the newest good one, by the Region's pointer. At most one of the two is said.
struct SnapshotChoice {
  std::string snapshot;                // a key as `list` prints it, or else a file on disk
  std::string as_of;                   // a time, as parse_moment() takes it
  std::string said_by = "--snapshot";  // for messages: where the user has said it

  bool names_one() const { return !snapshot.empty(); }
};

// Is the word a snapshot's key, or a file?
bool names_snapshot(const std::string& word);

// --snapshot KEY alone: for commands that look into the repository and nowhere else.
void add_snapshot_flag(FlagSet& flags, std::string& key);
// --snapshot KEY|FILE and --as-of TIME.
void add_choice_flags(FlagSet& flags, SnapshotChoice& choice);

// The Regions that the choices speak of: those that keys and files name are as good as --region;
// the key of the oldest snapshots names none, and is looked for in each. Where files are all that
// is wanted no repository is, and the metadata is not read. usage: a time that is none, a word that
// is neither key nor file, another environment than --env, a Region that --region does not name.
ResultTask<Selection> select_chosen(Context& context, std::vector<SnapshotChoice> choices);

// A snapshot, with what keeps it readable.
struct OpenedSnapshot {
  Region region;
  std::unique_ptr<snapshot::Repository> repository;
  snapshot::Snapshot snapshot;
};

// The choice in one of the Regions that select_chosen() gave. What names its
// Region (a file, most keys) is opened there, whatever `region` is. By time: the newest complete
// (or old) one that was started then or before; what is newer and was passed over is told on
// standard error. not_found: there is none; says which is the oldest, or what `list` would.
// corrupt: the pointer, or what is left of the one that was named, leads nowhere.
ResultTask<OpenedSnapshot> open_chosen(Context& context, Selection selection, Region region,
                                       SnapshotChoice choice);

// The one that latest-<region>.txt names. not_found: there is no such pointer; corrupt: it names no
// snapshot that is there.
ResultTask<OpenedSnapshot> open_newest(Context& context, const Selection& selection, Region region);

// In the first of the selection's Regions that holds it: mostly there is only the one that the
// key names. not_found: no object and no manifest speaks of it; corrupt: only a manifest does.
ResultTask<OpenedSnapshot> open_named(Context& context, const Selection& selection, ObjectKey key);

}  // namespace ssmb::cli
