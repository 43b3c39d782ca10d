// What a drill has left behind, read back.
#pragma once

#include <boost/json/object.hpp>

#include "engine/overview/overview.h"

namespace ssmb::engine::overview {

// One Region's part of drill.json (docs/summaries.md). corrupt: it is none.
Result<Drilled> read_drilled(const boost::json::value& region, std::string from);

}  // namespace ssmb::engine::overview
