// Where else the metadata lies: a second home, which whoever asks there takes for the only one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "engine/infra/plan.h"

namespace ssmb::engine {

struct OtherHome {
  Region region;
  std::optional<Error> unread;  // why it is not known; nullopt: a region-list lies there
};
// Of the stack's Regions, those that have left it, and the caller's own home (nullopt: none is
// known): each that holds a region-list of the environment, or did not answer. Asks each for some
// seconds, for it may be the one that is lost. An error is an interrupt.
ResultTask<std::vector<OtherHome>> find_other_homes(aws::Session& session, Stack stack,
                                                    Observed observed, std::optional<Region> caller,
                                                    CallScope scope);

// What a plan changes in no resource, and somebody has to know before it is applied.
struct PlanWarning {
  std::string what;
  std::string next;
};
// Pure.
std::vector<PlanWarning> home_warnings(const Stack& stack, const std::vector<OtherHome>& others,
                                       const std::optional<Region>& caller);

}  // namespace ssmb::engine
