// What `history` tells, for people and for programs: never a value, only a tag that says "same or
// not" within this run. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "engine/history.h"
#include "report/error_text.h"

namespace ssmb::report {

struct RegionHistory {
  Region region;
  engine::ParameterHistory history;
};

struct HistoryReport {
  Environment environment;
  ParameterName name;
  std::vector<RegionHistory> regions;
  Troubles failed;         // why a Region has not answered
  AccountId account = {};  // once it is known
};

// Does any snapshot hold it? Was any not to be read?
bool is_held(const HistoryReport& report);
bool has_gaps(const HistoryReport& report);

std::string history_text(const HistoryReport& report);
boost::json::object history_json(const HistoryReport& report);

}  // namespace ssmb::report
