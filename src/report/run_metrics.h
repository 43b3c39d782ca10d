// The metrics that a backup and a drill leave. Pure.
#pragma once

#include <optional>

#include "report/backup_result.h"
#include "report/drill_text.h"
#include "report/metrics.h"

namespace ssmb::report {

struct RunEnding {
  Environment env;
  Time at;
  int exit_code = 0;
  std::string version;  // of the program
};

enum class Quotas { minded, off };  // --quota-share off: no call is counted, all are 0

// `result`: of a real run of the default scope, for a rehearsal makes no snapshot, and one of
// another scope is no backup of the environment; nullopt: the run came to no Region.
Metrics backup_metrics(const RunEnding& ending, const std::optional<BackupResult>& result,
                       Quotas quotas);

// `drills`: of the newest snapshots, for what is proven of another says nothing of these; nullopt
// as above.
Metrics drill_metrics(const RunEnding& ending, const std::optional<Drills>& drills);

}  // namespace ssmb::report
