#include "cli/topics.h"

namespace ssmb::cli {

Topic files_topic() {
  return {
      .name = "files",
      .summary = "What a run leaves in the work directory.",
      .commands = {"backup", "restore", "drill", "report", "notify"},
      .blocks =
          {{.title = {},
            .text = "In --work-dir DIR, which is ./backup-work if not said. None of these ever "
                    "holds a value, and no backup is in them: they may be deleted at any time, "
                    "when nothing runs. An interrupted restore is the exception, see below.",
            .rows = {}},
           {.title = "Of a backup",
            .text = {},
            .rows = {{"region_summaries.json",
                      "each Region: status, count, unreadable names, where "
                      "the snapshot lies, the error; what notify reads. A "
                      "Region that was never begun is not in it"},
                     {"<region>/summary.json", "the same in short, for the older pipeline"}}},
           {.title = "Of a restore",
            .text = {},
            .rows = {{"analysis.json",
                      "the plan: what would be written, why, and how long it takes"},
                     {"restore_result.json", "what was written, what failed, and why"},
                     {"restore-journal-<region>.jsonl",
                      "names that an unfinished restore has begun: "
                      "keep it until the same command has ended "
                      "well, or what is half-made counts as "
                      "different"}}},
           {.title = "Of a drill",
            .text = {},
            .rows = {{"drill.json", "what was proven, and when; RPO and RTO"}}},
           {.title = "Of a report",
            .text = {},
            .rows = {{"report.html, report.css", "the page; `help monitoring`"},
                     {"report.json", "every figure of it, for programs"}}},
           {.title = "Others",
            .text = {},
            .rows = {{"Pulumi.<env>.yaml", "the stack file, -f of infra and iam-policy"},
                     {"notify.yaml", "whom to tell; `help notices`"},
                     {"~/.aws/config, credentials", "profiles; `help credentials`"}}},
           {.title = {},
            .text = "A directory belongs to one run at a time; processes of one run share it by "
                    "the same --run-id (or BUILD_TAG). With --output json the result is printed as "
                    "well, and events go to standard error, one JSON object a line.",
            .rows = {}}},
      .examples = {{"backup --env dev --work-dir ./nightly", "keep a run's files apart"},
                   {"backup --env dev --output json", "the result on standard output"},
                   {"show --env dev --region us-west-2",
                    "what a snapshot holds, which is elsewhere"}},
      .docs = {"docs/summaries.md"}};
}

}  // namespace ssmb::cli
