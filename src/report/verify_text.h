// What `verify` found, for people and for programs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/compare_copies.h"
#include "snapshot/survey.h"

namespace ssmb::report {

struct Verified {
  Region region;
  snapshot::Entry entry;
  snapshot::Verification found;
};

struct Checked {
  Time now;  // for the age of what is sound
  std::vector<Verified> snapshots;
  std::vector<std::pair<Region, snapshot::Finding>> pointers;  // what is wrong with them
  std::vector<std::pair<Region, snapshot::UnreadObject>> unread_pointers;
  std::vector<std::pair<Region, Error>> unread;              // Regions not looked at
  std::vector<std::pair<Region, snapshot::Survey>> surveys;  // of --all
  std::vector<engine::ComparedCopy> copies;
};

// Nothing is known to be wrong. What could not be read may be, see first_unread().
bool is_sound(const Checked& checked);
// Why something was not read; nullptr: everything was.
const Error* first_unread(const Checked& checked);
// Its own objects are as they were written; its parent, which it only names, may not be.
bool is_itself_sound(const Verified& one);
// The newest complete snapshot of the default scope that was read and is sound; nullptr: none.
const Verified* newest_sound(const Checked& checked, const Region& region);

// A row for each snapshot, then each finding, then what it comes to; where something is wrong, a
// line for each such Region that says what to do and which snapshot to restore from.
std::string checked_text(const Checked& checked);
boost::json::object checked_json(const Checked& checked);

}  // namespace ssmb::report
