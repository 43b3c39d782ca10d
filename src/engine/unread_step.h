// What to do about parameters that a snapshot lacks, in whole or in part. Pure.
#pragma once

#include <string>
#include <vector>

#include "snapshot/manifest.h"

namespace ssmb::engine {

// What the first of those needs that nobody accepted, and how to accept it; empty: there are none.
std::string unread_step(const std::vector<snapshot::Unreadable>& unread);
std::string unread_step(const std::vector<snapshot::Lacking>& lacking);

}  // namespace ssmb::engine
