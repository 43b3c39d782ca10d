#include "cli/topics.h"

namespace ssmb::cli {

Topic scope_topic() {
  return {
      .name = "scope",
      .summary = "Which parameters belong to an environment.",
      .commands = {"backup"},
      .blocks =
          {{.title = {},
            .text = "--env NAME takes the parameters whose name holds /NAME/, wherever it stands: "
                    "with --env dev /app/dev/db and /dev/x are taken, /app/devices/x and "
                    "/app/prod/db are not. Each run says how many names it left out.",
            .rows = {}},
           {.title = "Another rule for the environment",
            .text = "The parameter /jenkins/<env>/backup/include in the home Region, a JSON array "
                    "of globs, takes the place of that rule: [\"/app/dev/*\", \"/shared/*\"]. "
                    "Snapshots of it are whole, and pointers move to them.",
            .rows = {}},
           {.title = "Only some, once",
            .text = "backup --include GLOB (repeatable) makes a partial snapshot: its key begins "
                    "with partial-, no pointer moves to it, and a restore takes it only by its "
                    "key (--snapshot). --include '*' takes every name of the Region.",
            .rows = {}},
           {.title = "Globs",
            .text = "Compared with the whole name. `*` is any characters, slashes too; `?` is one; "
                    "all else is itself, in this case. Put them into quotes: the shell reads them, "
                    "too.",
            .rows = {}},
           {.title = "What a restore takes of a snapshot",
            .text = {},
            .rows = {{"--name NAME", "this one"},
                     {"--path PATH", "this one, and what lies below"},
                     {"--include GLOB", "these; the three add up, none of them is all"},
                     {"--exclude GLOB", "not these, whatever else says so"}}},
           {.title = {},
            .text = "The metadata below /jenkins/<env>/backup/ are backed up with the rest, and "
                    "come back only in their own account and Region.",
            .rows = {}}},
      .examples = {{"backup --env dev --dry-run", "how many would be taken, and left out"},
                   {"show --env dev --region us-west-2", "which names the newest snapshot holds"},
                   {"backup --env dev --region us-west-2 --include '*'",
                    "every name of a Region, beside the daily snapshots"}},
      .docs = {"README.md", "docs/format.md"}};
}

}  // namespace ssmb::cli
