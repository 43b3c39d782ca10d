#include "cli/topics.h"

namespace ssmb::cli {

Topic monitoring_topic() {
  return {
      .name = "monitoring",
      .summary = "Knowing that it still works: the report, doctor, metrics.",
      .commands = {"backup", "drill", "report", "doctor"},
      .blocks =
          {{.title = "What says so",
            .text = {},
            .rows = {{"report",
                      "a page for people: are we safe, what is amiss and what to do, thirty days, "
                      "the last drill; report.json beside it for programs. Exit 0, whatever it "
                      "says; 3 where a Region could not be looked at"},
                     {"doctor",
                      "exit 4 where something is amiss: a newest good backup that is too old, a "
                      "right that is gone, a bucket that was changed. From any machine"},
                     {"--notify", "each run tells people how it came out"},
                     {"--metrics-file FILE",
                      "of backup and drill: for the textfile collector of node_exporter"},
                     {"--metrics-push URL",
                      "the same for a Pushgateway; --metrics-auth names where its login lies"}}},
           {.title = "What tells of a run that never began",
            .text = "None of the run's own notices. doctor from another machine does, and so do "
                    "the alerts in deploy/prometheus, by the age of the newest good snapshot.",
            .rows = {}},
           {.title = "Objectives",
            .text = "report and doctor take --max-age (48h), report --max-drill-age (192h): what "
                    "is older is amiss.",
            .rows = {}}},
      .examples = {{"report --env dev", "after each run: backup-work/report.html"},
                   {"doctor --env dev --max-age 26h", "once a day, from another machine"},
                   {"backup --env dev --metrics-file /var/lib/node_exporter/ssm-backup.prom",
                    "the daily job, measured"}},
      .docs = {"docs/report.md", "docs/doctor.md", "docs/metrics.md", "docs/runbook.md (7)"}};
}

}  // namespace ssmb::cli
