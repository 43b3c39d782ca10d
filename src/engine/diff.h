// What differs between two snapshots, or a snapshot and the live store. Parameters pass through one
// by one; what stays of each is a print, so that memory does not grow with the values.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/client.h"
#include "engine/events.h"
#include "engine/facts_diff.h"
#include "parameter/print.h"
#include "snapshot/kept_error.h"
#include "snapshot/reader.h"

namespace ssmb::engine {

// The store as it is now.
struct LiveEnd {
  aws::Session* session = nullptr;  // outlives the comparison
  Events* events = nullptr;         // the same
  Region region;
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;
  int concurrency = 16;
};
using DiffEnd = std::variant<snapshot::Snapshot, LiveEnd>;

// What one end holds of a parameter, as far as it may be told.
struct DiffState {
  ParameterVersion version = 0;
  std::optional<Time> modified;
  std::uint64_t value = 0;  // the value's digest: for tag_of()
};

struct Difference {
  ParameterName name;
  std::optional<DiffState> from;  // nullopt: added
  std::optional<DiffState> to;    // nullopt: removed
  FieldSet fields;                // that differ, where both ends hold it
};

// A name of which one end does not know what it holds.
struct NotCompared {
  ParameterName name;
  DiffSide side = DiffSide::from;
  snapshot::KeptError error;
};

struct Diff {
  std::deque<Difference> differences;  // by name
  std::deque<NotCompared> not_compared;
  std::uint64_t same = 0;
  std::uint64_t rewritten = 0;  // of those: with another version or date
  std::uint64_t outside = 0;    // in one end, and outside of what the other was meant to hold
  // Fields that could not be compared, for one end has not read them: "Tags" of 3.
  std::array<std::uint64_t, kFieldCount> unread_fields{};
  FactsDiff facts;  // of the Regions, beside their parameters
  // Why an end may lack more than it says; mostly empty.
  std::array<std::string, 2> incomplete_because;
};

// How many parameters differ, by how.
struct Changes {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;

  std::uint64_t total() const { return added + removed + changed; }
  bool operator==(const Changes&) const = default;
};
Changes count(const Diff& diff);
std::string_view change_word(const Difference& difference);  // "added", "removed", "changed"

struct DiffOptions {
  Comparison comparison = Comparison::after_restore;
};

// Snapshots are read to their ends and proven before anything is told; live comes last, with the
// scope and the depth of the snapshot. usage: both ends are live. corrupt: a snapshot that is
// broken. What cannot be read of one parameter is in the result.
ResultTask<Diff> diff(Runtime& runtime, DiffEnd from, DiffEnd to, DiffOptions options,
                      CallScope scope);

}  // namespace ssmb::engine
