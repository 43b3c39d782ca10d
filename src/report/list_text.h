// What `list` tells, for people and for programs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "report/error_text.h"
#include "snapshot/standing.h"

namespace ssmb::report {

struct ListedRegion {
  Region region;
  std::vector<snapshot::Entry> entries;  // newest first
  snapshot::FollowedPointer latest;      // latest-<region>.txt
};

// A row for each snapshot, why one is not complete, what is wrong with a pointer, and which
// snapshot is the newest complete one where something is wrong.
std::string list_text(const std::vector<ListedRegion>& regions, Time now);
// "snapshots", "pointers" with what is wrong with them, and "errors" of Regions that are not there.
boost::json::object list_json(const std::vector<ListedRegion>& regions, const Troubles& troubles,
                              const AccountId& account);

}  // namespace ssmb::report
