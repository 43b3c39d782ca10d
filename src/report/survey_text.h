// A Region's whole tree in a few lines, for people and for programs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "report/verify_text.h"

namespace ssmb::report {

// "us-west-2: 30 snapshots, 2026-10-24 to 2026-11-22: 28 complete, 1 old, 1 unfinished", then the
// days without a backup and the parents that are gone.
std::string survey_lines(const Checked& checked, const Region& region,
                         const snapshot::Survey& survey);
boost::json::object survey_json(const Checked& checked, const Region& region,
                                const snapshot::Survey& survey);

}  // namespace ssmb::report
