// --metrics-file and --metrics-push: what a run leaves for Prometheus (docs/metrics.md). Whatever
// becomes of it, the run's result stays.
#pragma once

#include <string>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "notify/pushgateway.h"
#include "report/run_metrics.h"

namespace ssmb::cli {

// Each empty: its variable's, $SSM_BACKUP_METRICS_FILE, _PUSH and _AUTH.
struct MetricsFlags {
  std::string file;
  std::string push;
  std::string auth;
};
void add_metrics_flags(FlagSet& flags, MetricsFlags& target);

class Metering {
 public:
  // configuration: a URL that is none, a login that stands on the command line, is not where a
  // variable or a file was named for it, or would go over plain HTTP to another machine.
  static Result<Metering> from(Context& context, const MetricsFlags& flags);
  // Of a run that is no news of the environment's backups: leaves nothing, and says why where
  // metrics were asked for. `why`: "a dry run".
  static Metering none(Context& context, const MetricsFlags& flags, std::string_view why);

  // Into the file. A line on standard error for what fails.
  Task<void> leave(const report::Metrics& metrics, report::OtherRegions others);
  // To the Pushgateway. The same.
  Task<void> push(report::Metrics metrics);

 private:
  explicit Metering(Context& context) : context_(context) {}
  ResultTask<void> write(const report::Metrics& metrics, report::OtherRegions others);
  ResultTask<void> send(report::Metrics metrics);
  void tell(const Result<void>& done, std::string_view did, std::string_view did_not);

  Context& context_;
  std::string file_;
  std::string url_;
  std::string auth_;  // where the login lies
};

// A run over all of the environment's Regions knows which there are; one that names some of them
// leaves the others' metrics in the file.
report::OtherRegions regions_beside(const Context& context);

// What the metrics say of the run's end: `outcome` as it becomes the exit code.
report::RunEnding ending_of(Context& context, ssmb::Environment env,
                            const Result<Outcome>& outcome);

}  // namespace ssmb::cli
