#include "cli/topics.h"

namespace ssmb::cli {

Topic drills_topic() {
  return {
      .name = "drills",
      .summary = "Proving that snapshots come back, before they have to.",
      .commands = {"drill", "verify"},
      .blocks =
          {{.title = "Three things that can be proven",
            .text = {},
            .rows = {{"verify", "the snapshot is what was written: every byte, every hash"},
                     {"drill",
                      "every record would come back: it goes the way of a restore, into a "
                      "store that follows Parameter Store's rules, and is compared there "
                      "field by field. Nothing is written to AWS"},
                     {"drill --aws",
                      "the service itself takes a sample, drawn by chance: put "
                      "below --under, read back, compared and removed again"}}},
           {.title = "What it says",
            .text = {},
            .rows = {{"proven",
                      "all that the snapshot holds would come back, and it holds all of "
                      "its scope"},
                     {"NOT proven", "exit 4: the finding names the parameter or the damage"},
                     {"AGE (RPO)", "how old the snapshot is: so much would be lost"},
                     {"RESTORE TAKES (RTO)",
                      "how long a restore into an empty Region takes at the "
                      "account's quota"}}},
           {.title = {},
            .text = "drill.json in the work directory says the same for programs. --record leaves "
                    "it in the repository, too: then `report` knows of it.",
            .rows = {}},
           {.title = "Before drill --aws",
            .text = "Take a path that nobody uses, and an hour without a backup: names below it "
                    "hold /<env>/, too. Parameters are put without their policies and with the tag "
                    "ssm-backup:drill. What an earlier drill left there is removed first; anything "
                    "else that lies there ends it (exit 2). It costs a put for each parameter.",
            .rows = {}},
           {.title = "How often",
            .text = "drill each week (deploy/jenkins has the job), drill --aws each quarter, after "
                    "a change of keys or policies, too.",
            .rows = {}}},
      .examples = {{"drill --env dev --record", "the newest good snapshot of every Region"},
                   {"drill --env dev --region us-west-2 --as-of -3d", "an older one"},
                   {"drill --env dev --aws --under /drill/1 --sample 20", "in the real store, too"},
                   {"iam-policy drill --env dev --under /drill/1", "what the role needs for that"}},
      .docs = {"docs/restore.md", "docs/summaries.md", "docs/runbook.md (6)"}};
}

}  // namespace ssmb::cli
