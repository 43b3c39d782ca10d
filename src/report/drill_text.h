// What a drill has proven, for people and for programs (drill.json; docs/summaries.md). Pure, and
// never a value.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/scratch.h"

namespace ssmb::report {

struct DrilledRegion {
  Region region;
  engine::Drilled found;
  std::optional<engine::Scratched> in_store;  // with --aws
  std::optional<Error> untried;               // with --aws: why not

  // Nothing was found that would not come back...
  bool is_sound() const { return found.is_whole() && (!in_store || in_store->is_whole()); }
  // ...and all was tried that was asked for.
  bool is_whole() const { return is_sound() && !untried; }
};

struct Drills {
  Environment env;
  Time at;
  bool in_store = false;  // asked for: a sample was written under a scratch path, and removed
  std::vector<DrilledRegion> regions;
  std::vector<std::pair<Region, Error>> unread;  // Regions that could not be drilled
  // Whose result could not be left in the repository, where that was asked for.
  std::vector<std::pair<Region, Error>> unrecorded;
};

// Everything that the snapshots hold was proven, and they hold all of their scopes.
bool is_proven(const Drills& drills);

// A row for each Region, its findings, then what it comes to.
std::string drill_text(const Drills& drills);
boost::json::object drill_json(const Drills& drills);
// One Region's part of it, which can stand by itself: {"environment", "format", ...}.
boost::json::object drill_record_json(const Drills& drills, const DrilledRegion& drilled);

}  // namespace ssmb::report
