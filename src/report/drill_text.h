// What a drill has proven, for people and for programs (drill.json; docs/summaries.md). Pure, and
// never a value.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/drill.h"

namespace ssmb::report {

struct DrilledRegion {
  Region region;
  engine::Drilled found;
};

struct Drills {
  Environment env;
  Time at;
  std::vector<DrilledRegion> regions;
  std::vector<std::pair<Region, Error>> unread;  // Regions that could not be drilled
};

// Everything that the snapshots hold was proven, and they hold all of their scopes.
bool is_proven(const Drills& drills);

// A row for each Region, its findings, then what it comes to.
std::string drill_text(const Drills& drills);
boost::json::object drill_json(const Drills& drills);

}  // namespace ssmb::report
