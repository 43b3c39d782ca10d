// What a backup run came to: one sentence, a row for each Region, and what to do next. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "report/summaries.h"

namespace ssmb::report {

struct BackupResult {
  RunFacts run;
  snapshot::Scope scope;
  std::vector<Region> regions;  // all that were asked for, in order
  std::vector<engine::RegionOutcome> outcomes;
  int jobs = 1;                                        // Regions at once
  std::map<Region, engine::Remaining> not_begun = {};  // what is left where nothing was begun
};

enum class Verdict {
  complete,
  incomplete,
  failed,  // a Region has no snapshot
};
Verdict verdict(const BackupResult& result);

std::string result_text(const BackupResult& result);
// {"environment", "runId", "dryRun", "status", "regions": {...as in region_summaries.json},
// "notBegun": [...]}: docs/summaries.md.
boost::json::object result_json(const BackupResult& result);

}  // namespace ssmb::report
