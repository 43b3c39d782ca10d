#include "cli/topics.h"

namespace ssmb::cli {

Topic restoring_topic() {
  return {
      .name = "restoring",
      .summary = "What a restore does in each case, and what cannot come back.",
      .commands = {"restore", "diff", "history"},
      .blocks =
          {{.title = {},
            .text = "Always the same: plan, read it, --apply, plan again. Without --apply nothing "
                    "is written. Nothing is overwritten or deleted that was not asked for, and all "
                    "that is written is read back. Interrupted: the same command goes on.",
            .rows = {}},
           {.title = "What is live, and what becomes of it (skip is the default)",
            .text = {},
            .rows = {{"not there", "created"},
                     {"equal", "unchanged"},
                     {"differs",
                      "skip: left alone, exit 3; --on-conflict overwrite: written; "
                      "fail: nothing at all is written, exit 1"},
                     {"has another type",
                      "impossible, exit 3: SSM changes no type; delete it first"},
                     {"not in the snapshot",
                      "left alone; with --delete-extra and --path deleted, "
                      "--confirm N"}}},
           {.title = "Which snapshot",
            .text = "The newest good one, unless --as-of yesterday, -3d or 2026-11-22T13:00Z says "
                    "otherwise, or --snapshot KEY (`list` prints the keys) or a file. One that "
                    "lacks something wants --accept-incomplete.",
            .rows = {}},
           {.title = "What cannot come back",
            .text = "Version numbers, dates and users; the clock of NoChangeNotification; `aws:` "
                    "tags; labels of older versions, and these versions (but with --history, of a "
                    "backup of --depth history); a tier that is higher now. Service settings and "
                    "shares are not set: the plan has the commands. An Expiration that has passed "
                    "wants --expired skip or strip.",
            .rows = {}},
           {.title = "Elsewhere",
            .text = {},
            .rows = {{"--to-region R", "into another Region"},
                     {"--map /old=/new", "under other names"},
                     {"--kms-map OLD=NEW", "with another key"},
                     {"--from-other-account", "a snapshot of another account"},
                     {"--first GLOB", "these first: what the applications need to start"}}}},
      .examples = {{"history --env dev --region us-west-2 /app/dev/db/password",
                    "when it changed: as of when is it wanted?"},
                   {"restore --env dev --region us-west-2", "the plan of a whole Region"},
                   {"restore --env dev --region us-west-2 --name /app/dev/db/password --apply",
                    "one parameter that was deleted"}},
      .docs = {"docs/restore.md", "docs/runbook.md (at 03:00)"}};
}

}  // namespace ssmb::cli
