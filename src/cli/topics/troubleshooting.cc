#include "cli/topics.h"

namespace ssmb::cli {

Topic troubleshooting_topic() {
  return {
      .name = "troubleshooting",
      .summary = "Where to look when something has gone wrong.",
      .commands = {"backup", "doctor", "list", "verify"},
      .blocks =
          {{.title = {},
            .text = "An error has up to four lines: what was tried and what happened; which "
                    "service of which Region answered what; AWS's own words and the request id "
                    "(for AWS Support); and `next:`, which is what to do. Do that first.",
            .rows = {}},
           {.title = "What has happened",
            .text = {},
            .rows = {{"a backup failed",
                      "The days before are still there. See what is left (`list`), "
                      "what is amiss (`doctor`), mend it, and run the same backup "
                      "again for the Regions that failed or were not begun."},
                     {"exit 3, yellow",
                      "There is a backup, and it lacks what is named above the last "
                      "line. Restores go on taking the last whole one. It can wait "
                      "until morning."},
                     {"a parameter is lost",
                      "`history` says when it changed, `restore --name` shows "
                      "the plan that brings it back; `help restoring`."},
                     {"a Region is gone",
                      "`restore --region R --repository COPY --to-region OTHER` "
                      "asks nothing of the lost Region; `help copies`."},
                     {"access was denied",
                      "The message names the action. `iam-policy` prints all that "
                      "the role needs; `doctor` tries each right and writes "
                      "nothing."},
                     {"no credentials", "`help credentials`."},
                     {"no Region, no bucket",
                      "The metadata parameters of the home Region say which "
                      "there are; `help home-region`."},
                     {"it is slow", "Look for `throttled` in its lines; `help quotas`."},
                     {"a snapshot is damaged",
                      "`verify --all` says which; take an older one: `list`, "
                      "then --snapshot KEY or --as-of."}}},
           {.title = "Where it is written",
            .text = {},
            .rows = {{"standard error", "what is being done, warnings, and the error"},
                     {"backup-work/",
                      "region_summaries.json: each Region's status, error, counts; "
                      "`help files`"},
                     {"the repository", "latest-<region>.txt names the newest good snapshot"}}}},
      .examples = {{"doctor --env dev", "is everything in place, and what is to be done"},
                   {"list --env dev --region us-west-2", "which snapshots there are"}},
      .docs = {"docs/runbook.md (section 9 explains every message)", "docs/doctor.md"}};
}

}  // namespace ssmb::cli
