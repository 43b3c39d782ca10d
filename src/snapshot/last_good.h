// The last good snapshot, as far as the shrink guard needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "snapshot/writer.h"

namespace ssmb::snapshot {

struct LastGood {
  // nullopt with no reason: there is no earlier good snapshot.
  std::optional<std::uint64_t> parameter_count;
  std::optional<Scope> scope;   // what it was meant to hold; nullopt: nothing says
  std::string unknown_because;  // there may be one, but its count could not be read
  std::string unknown_next;     // what to do about that; may be empty
  ObjectKey named;              // what latest-<region>.txt names; empty: nothing, or it is unread
  // Why the pointer leads to no good snapshot though it should; its target: what it names, where
  // that is broken.
  std::optional<Distrusted> distrusted;
};

// The one that latest-<region>.txt names; for the default Region latest.txt's, where there is none.
// Where that leads to no sound snapshot: the one that it would name had it been kept since the
// oldest complete snapshot (so that one which moved nothing for being shrunken does not count), or,
// where there is none, what is left of the one that it names: one damaged object must not open the
// guard. Snapshots later than `before` do not count, and where the pointer names one of them, it is
// kept anew as well. One that names `before` itself has let it pass.
Task<LastGood> find_last_good(Repository& repository, SnapshotId before,
                              DefaultRegion default_region, CallScope scope);

// A complete snapshot that may become the latest.
struct Candidate {
  Region region;
  Scope scope;
  ScopeFrom scope_from = ScopeFrom::known;
  std::uint64_t parameter_count = 0;
};
// Why it may not; nullopt: it may. Pure.
std::optional<PointerReport> held_back(const LastGood& last, const Candidate& candidate,
                                       AcceptShrink accept);

// "parameter_count" as the old pipeline writes it, before the parameters.
std::optional<std::uint64_t> count_of_old_document(std::string_view head);

}  // namespace ssmb::snapshot
