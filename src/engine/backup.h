// The backup of one Region: collect, write the snapshot, move the pointers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/collect.h"
#include "engine/copies.h"
#include "snapshot/repository.h"
#include "snapshot/writer.h"

namespace ssmb::engine {

enum class RunMode { real, dry };
enum class Fencing { no, yes };  // fence.h

struct BackupOptions {
  Environment env;
  snapshot::Scope scope;
  snapshot::ScopeFrom scope_from = snapshot::ScopeFrom::known;
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;
  snapshot::Depth depth = snapshot::Depth::current;
  Fencing fencing = Fencing::no;
  int concurrency = 16;
  std::vector<std::string> accept_unreadable;  // globs
  snapshot::AcceptShrink accept_shrink = snapshot::AcceptShrink::no;
  RunMode mode = RunMode::real;
  RunId run_id;
  std::string tool_version;
};

struct BackupTarget {
  Region region;
  AccountId account;
  snapshot::DefaultRegion default_region = snapshot::DefaultRegion::no;
};

// What a dry run foresees.
struct Prediction {
  std::uint64_t parameters = 0;  // in the snapshot, as far as the sample tells
  Duration duration{0};
  std::vector<snapshot::Unreadable> unreadable;  // of the sample
  std::vector<snapshot::Lacking> lacking;        // the same
  std::string incomplete_because;                // what else the real run would miss
  // What keeps the real run from a latest snapshot though it were complete; empty: nothing.
  struct Obstacle {
    std::string what;
    std::string next;
  } obstacle;
  snapshot::Shrink shrink = snapshot::Shrink::none;
  std::optional<std::uint64_t> last_good_count;
};

struct RegionBackup {
  RegionProgress totals;
  Time start;
  Duration duration{0};
  std::string repository;                    // its URL
  std::string url;                           // of the document
  std::optional<snapshot::Written> written;  // of a real run
  std::optional<Prediction> prediction;      // of a dry one
  std::vector<CopyReport> copies;            // those that were asked for
  snapshot::AcceptShrink accept_shrink = snapshot::AcceptShrink::no;
};

// Does --accept-unreadable hold this name?
bool is_accepted(const BackupOptions& options, const ParameterName& name);

inline constexpr const char* kNothingSelected = "the selection matches no parameter";

snapshot::RunInfo run_info(const BackupOptions& options, const BackupTarget& target, Time start);

// Did the shrink guard keep the pointers where they were?
bool is_held_by_shrink(const RegionBackup& backup);

// What the shrink guard saw.
struct Shrunk {
  Environment env;
  Region region;
  std::optional<std::uint64_t> last_good;  // parameters; nullopt: nobody knows of any
  std::uint64_t now = 0;                   // in the snapshot
  const std::vector<snapshot::Unreadable>& unreadable;
};
// What to do about it: mostly to confirm it, but neither where the parameters are there and could
// not be read, nor where none ever were. Pure.
std::string advice_for_shrink(const Shrunk& shrunk);

// Did everything go well with every copy? True where none was asked for.
bool is_copied(const RegionBackup& backup);

// Of a real run: does no pointer stay though it was due?
bool pointers_moved(const RegionBackup& backup);

// Of a real run: is there nothing else that latest-<region>.txt should name? False of one that is
// incomplete, and where a pointer stays.
bool is_latest(const RegionBackup& backup);

// Nothing that must be told: every parameter was read, every pointer that was due has moved, every
// copy was made.
bool is_complete(const RegionBackup& backup);

// An error means that there is no snapshot (an unfinished upload was aborted).
ResultTask<RegionBackup> backup_region(aws::Session& session, snapshot::Repository& repository,
                                       BackupOptions options, BackupTarget target, Events& events,
                                       CallScope scope);

}  // namespace ssmb::engine
