// The last days of a Region, one row a day. Pure.
#pragma once

#include <set>
#include <vector>

#include "engine/overview/overview.h"
#include "snapshot/index.h"

namespace ssmb::engine::overview {

// `count` days that end with today. `points`: the Region's snapshots of the default scope, in any
// order.
std::vector<Day> last_days(const std::vector<Point>& points, Time now, int count);

// Another version of this tool, or another --depth or --tags, may write the same parameter
// otherwise.
enum class ChangedBy {
  content,  // another hash
  version,  // another version or date: tags and labels have none
};

// What lies between two indexes, both sorted by name. `unread`: names that one of the snapshots
// could not read, and of which nothing can be said.
Changes changes_between(const std::vector<snapshot::IndexEntry>& from,
                        const std::vector<snapshot::IndexEntry>& to, ChangedBy by,
                        const std::set<ParameterName>& unread = {});

}  // namespace ssmb::engine::overview
