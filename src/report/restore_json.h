// A restore's plan and its result for programs (reference: docs/summaries.md). Never a value.
#pragma once

#include <boost/json/object.hpp>

#include "base/files.h"
#include "report/restore_shown.h"

namespace ssmb::report {

// analysis.json, and the result of a plan with --output json: one object and a newline, in pieces,
// since the steps of 100,000 parameters would not stand in memory.
void write_plan_json(const TextSink& sink, const ShownPlan& shown);

// restore_result.json, and the result of --apply with --output json.
boost::json::object restored_json(const ShownRestore& shown);
// The same of a restore that was broken off: so many steps had ended by then.
boost::json::object broken_off_json(const ShownPlan& shown,
                                    const engine::restore::RestoreProgress& progress,
                                    const Error& error);

}  // namespace ssmb::report
