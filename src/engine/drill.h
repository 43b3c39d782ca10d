// A drill: would this snapshot come back? Every record goes the way that a restore would take it,
// into a store that follows SSM's rules and keeps no value, and is compared there field by field.
// Nothing is written to AWS.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/restore/estimate.h"
#include "engine/restore/source.h"

namespace ssmb::engine {

struct DrillFinding {
  ParameterName name;
  std::string what;  // "differs in Tags", "HierarchyLevelLimitExceeded...: ... ([M] ...)"
};

struct Drilled {
  restore::SourceFacts source;
  std::uint64_t parameters = 0;  // records read
  std::uint64_t bytes = 0;       // of the document
  std::uint64_t proven = 0;      // put, and equal in every field that can come back
  std::uint64_t expired = 0;     // whose Expiration has passed since: nobody wants them back
  std::uint64_t doubtful = 0;    // proven, but by rules that are not certain
  std::uint64_t unreadable = 0;  // of its scope, and not in the snapshot
  std::uint64_t not_proven = 0;
  std::vector<DrillFinding> findings;         // of those; the first kMostFindings
  std::vector<ParameterName> sample;          // as DrillOptions::sampling asks
  std::map<std::string, std::uint64_t> lost;  // kinds of what nobody can restore, counted
  Duration age{0};                            // RPO: what is newer than this would be lost
  restore::Estimate estimate;  // RTO: of the restore into an empty Region; at least `took`
  Time at;                     // of the drill
  Duration took{0};

  bool is_whole() const {
    return not_proven == 0 && unreadable == 0 && !source.shrunken.value_or(false);
  }
};
inline constexpr std::size_t kMostFindings = 1000;

// Names to be drawn by chance, of those that fit under a path: as deep and as long as Parameter
// Store takes, and with room for one more tag.
struct Sampling {
  std::size_t count = 0;
  std::string under;
};

struct DrillOptions {
  Environment env;
  rules::Place place;  // that it would be restored into; no account: the records' own
  std::map<std::string, restore::CallRate> rates;  // by quota group, as a restore would have them
  Sampling sampling = {};
};

// Streams the whole document; its hash is checked at the end. Errors are those of the reading: a
// damaged snapshot is one (kind corrupt).
ResultTask<Drilled> drill(Runtime& runtime, snapshot::Repository& repository,
                          snapshot::Snapshot snapshot, DrillOptions options, CallScope scope);

}  // namespace ssmb::engine
