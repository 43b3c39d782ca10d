// What the shrink guard says of snapshots that lie there already: might a pointer name them?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/standing.h"

namespace ssmb::snapshot {

// A complete snapshot, and what the guard held against it had latest-<region>.txt been kept since
// the oldest one.
struct Replayed {
  SnapshotId id;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> last_good;  // parameters of the last good one before it

  bool is_good() const;
};
enum class IfUnread { pass_over, fail };

// Of each complete snapshot before that time (nullopt: of all), oldest first. Reads each manifest.
ResultTask<std::vector<Replayed>> replay(Repository& repository, Environment environment,
                                         Region region, std::optional<Time> before,
                                         IfUnread if_unread, CallScope scope);

// The guard's word on one Region's snapshots, one after another: what it has read it keeps.
class ShrinkGuard {
 public:
  // `repository` outlives it.
  ShrinkGuard(Repository& repository, Environment environment, Region region, CallScope scope)
      : repository_(repository),
        environment_(std::move(environment)),
        region_(std::move(region)),
        scope_(std::move(scope)) {}

  // Why no pointer should name it: "it holds 40 parameters, the last good one before it 100".
  // Empty: one may, or the guard knows nothing of such (old, partial and incomplete ones). What
  // latest-<region>.txt names has passed, and so has what is not shrunken beside that: a shrinking
  // that was accepted stands in no manifest. Others cost a replay, once. Errors are those of the
  // way to the repository.
  ResultTask<std::string> objection(const Entry& entry);
  // All that pass the replay, oldest first.
  ResultTask<std::vector<SnapshotId>> good();

 private:
  ResultTask<bool> names(ObjectKey document);
  ResultTask<void> follow();
  ResultTask<void> replay_once();

  Repository& repository_;
  Environment environment_;
  Region region_;
  CallScope scope_;
  std::optional<ObjectKey> named_;  // by latest-<region>.txt; empty: nothing, or it is unread
  std::optional<FollowedPointer> latest_;
  std::optional<std::vector<Replayed>> replayed_;
};

}  // namespace ssmb::snapshot
