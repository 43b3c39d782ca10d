#include "cli/topics.h"

namespace ssmb::cli {

Topic retention_topic() {
  return {
      .name = "retention",
      .summary = "How long snapshots stay, and what deletes them.",
      .commands = {"infra apply", "infra destroy", "list"},
      .blocks = {{.title = {},
                  .text =
                      "ssm-backup deletes no snapshot. The bucket's lifecycle rule does: 30 days "
                      "after an object was made it expires, the last good one like any other. A "
                      "backup that fails for a month leaves none to restore from.",
                  .rows = {}},
                 {.title = "How to see it coming",
                  .text =
                      "doctor says how old the newest good snapshot is, amiss when over --max-age "
                      "(48 h), and on which day S3 deletes it. Run it each day beside the backup: "
                      "exit 4 is an alarm.",
                  .rows = {}},
                 {.title = "In the stack file",
                  .text = {},
                  .rows = {{"retentionDays",
                            "days until a backup expires, in place of 30; shorter than "
                            "before wants infra apply --accept-shorter-retention"},
                           {"objectLock",
                            "{mode: GOVERNANCE, days: 14}: only a privileged role deletes "
                            "a backup before its day; with COMPLIANCE nobody"},
                           {"copy", "a copy bucket in another Region; it has no expiry rule"}}},
                 {.title = "What else is there",
                  .text = {},
                  .rows = {{"older versions",
                            "of an object that was overwritten or deleted: 7 days more"},
                           {"unfinished uploads", "are aborted after a day"},
                           {"copies", "(--copy-to) stay until somebody deletes them"},
                           {"a directory",
                            "stays as it is; whoever deletes a document deletes its manifest "
                            "and index, too"},
                           {"a Region that left",
                            "its bucket and backups stay, and expire as before; "
                            "infra destroy --only R --delete-backups deletes "
                            "them"}}}},
      .examples = {{"doctor --env dev", "the age of the newest good snapshot, and its last day"},
                   {"list --env dev --region us-west-2", "what is still there"},
                   {"infra plan -f Pulumi.dev.yaml", "are the rules as the stack file says?"}},
      .docs = {"docs/infra.md", "docs/doctor.md", "docs/copies.md"}};
}

}  // namespace ssmb::cli
