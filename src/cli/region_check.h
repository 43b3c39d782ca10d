// One Region's snapshots and pointers, looked through for `verify`.
#pragma once

#include <vector>

#include "report/verify_text.h"
#include "snapshot/standing.h"

namespace ssmb::cli {

class RegionCheck {
 public:
  // `repository` outlives it.
  RegionCheck(snapshot::Repository& repository, ssmb::Environment env, Region region,
              CallScope scope)
      : repository_(repository),
        env_(std::move(env)),
        region_(std::move(region)),
        scope_(std::move(scope)) {}

  // The whole tree: every snapshot, what they tell together, and the Region's two pointers.
  ResultTask<void> everything(Time now);
  // The one that latest-<region>.txt names.
  ResultTask<void> latest();
  ResultTask<snapshot::FollowedPointer> follow(ObjectKey pointer);
  // Where something is wrong: which older one could be restored from?
  ResultTask<void> until_one_is_sound();

  // Once, at the end.
  void hand_over(report::Checked& checked);

 private:
  ResultTask<void> follow_incomplete();
  ResultTask<void> verify(snapshot::Entry entry);
  bool any_sound() const;
  std::string words_of(const snapshot::FollowedPointer& followed) const;

  snapshot::Repository& repository_;
  ssmb::Environment env_;
  Region region_;
  CallScope scope_;
  std::vector<snapshot::FollowedPointer> pointers_;  // those with which something is wrong
  std::vector<report::Verified> snapshots_;
  std::optional<snapshot::Survey> survey_;
};

}  // namespace ssmb::cli
