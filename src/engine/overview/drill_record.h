// What a drill has left behind, read back.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "engine/overview/overview.h"

namespace ssmb::engine::overview {

struct ExpectedDrill {
  Environment env;
  Region region;
  Time now;
};

// A record of `drill --record`. corrupt: it is none, of another environment or Region, or of a time
// that is yet to come.
Result<Drilled> read_record(const boost::json::value& record, std::string from,
                            const ExpectedDrill& expected);
// One Region's part of drill.json, which says its environment elsewhere; else the same.
Result<Drilled> read_drilled(const boost::json::value& region, std::string from,
                             const ExpectedDrill& expected);

}  // namespace ssmb::engine::overview
