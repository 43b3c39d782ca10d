// What `verify` found, for people and for programs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/reader.h"

namespace ssmb::report {

struct Verified {
  Region region;
  snapshot::Entry entry;
  snapshot::Verification found;
};

struct Checked {
  std::vector<Verified> snapshots;
  std::vector<std::pair<Region, snapshot::Finding>> pointers;  // what is wrong with them
  std::vector<std::pair<Region, Error>> unread;                // Regions not looked at
};

bool is_sound(const Checked& checked);

// A row for each snapshot, then each finding, then what it comes to.
std::string checked_text(const Checked& checked);
boost::json::object checked_json(const Checked& checked);

}  // namespace ssmb::report
