// The last days of a Region, one row a day. Pure.
#pragma once

#include <map>
#include <vector>

#include "engine/overview/overview.h"
#include "snapshot/index.h"

namespace ssmb::engine::overview {

// `count` days that end with today. `points`: the Region's snapshots of the default scope, in any
// order.
std::vector<Day> last_days(const std::vector<Point>& points, Time now, int count);

// Another version of this tool may write the same record otherwise.
enum class ChangedBy {
  content,  // another hash
  version,  // another version or date: tags and labels have none
};

// What lies between two indexes, both sorted by name.
Changes changes_between(const std::vector<snapshot::IndexEntry>& from,
                        const std::vector<snapshot::IndexEntry>& to, ChangedBy by);

}  // namespace ssmb::engine::overview
