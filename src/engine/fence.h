// --fence: did everything that the snapshot holds stand in the store at one moment?
//
// It did where a listing that began after the last read shows each parameter as it was read:
// between the two nothing had changed. docs/adr/0006-fence.md.
#pragma once

#include <cstdint>
#include <string>

#include "aws/ssm/client.h"
#include "engine/reading.h"
#include "engine/text_key.h"
#include "snapshot/scope.h"

namespace ssmb::engine {

inline constexpr int kFenceRounds = 3;

// What each parameter was when it was read: some 50 to 100 bytes a name.
class Witness {
 public:
  void note(const Found& found);

  // Why `metadata`, of a later listing, is not what was read; empty: it is.
  std::string contradiction(const aws::ssm::Metadata& metadata);
  // The same, when that listing has ended: is there something left that it did not show?
  std::string missing() const;

  const std::string& restless() const { return restless_; }

 private:
  struct State {
    aws::ssm::ParameterVersion version = 0;
    std::optional<Time> date;
    enum class Kind : std::uint8_t { read, unreadable } kind = Kind::read;
  };

  TextTable<State> states_;
  std::uint64_t read_ = 0;
  std::uint64_t seen_ = 0;  // of those, in the later listing
  std::string restless_;    // a name that kept changing while it was read
};

// Lists again, up to the first difference: what has changed, in words; empty: nothing.
ResultTask<std::string> find_change(aws::ssm::Client ssm, snapshot::Scope selection,
                                    Witness& witness, CallScope scope);

struct FenceRound {
  int number = 1;
  SteadyTime begin;  // of its first listing
};
struct FenceVerdict {
  snapshot::Fence fence;
  enum class Then { keep, read_again } then = Then::keep;
};
// After a round's last read: was the fence reached, and if not, is there a round left, and time
// for it? Of the time that is left, looking takes half at most: the snapshot that was read is to
// be finished. What goes wrong meanwhile costs the fence, not the snapshot; an error means that
// the scope itself has ended.
ResultTask<FenceVerdict> judge_fence(aws::ssm::Client ssm, snapshot::Scope selection,
                                     Witness& witness, FenceRound round, CallScope scope);

}  // namespace ssmb::engine
