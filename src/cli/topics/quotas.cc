#include "cli/topics.h"

namespace ssmb::cli {

Topic quotas_topic() {
  return {
      .name = "quotas",
      .summary = "Request quotas: shares, throughput, and how long it takes.",
      .commands = {"backup", "restore", "drill"},
      .blocks =
          {{.title = {},
            .text = "AWS counts requests for each account and Region; the applications draw on the "
                    "same quotas. --quota-share says how much of them a run may take, in percent: "
                    "50 of a backup, 100 of a restore, if not said. `off` minds none, and is for "
                    "endpoints that have none.",
            .rows = {}},
           {.title = "A second, as AWS gives them",
            .text = {},
            .rows = {{"GetParameters", "40 (1,000 with high throughput), ten names each"},
                     {"PutParameter", "3 (10): a restore of 1,000 takes 6 minutes, of 10,000 55"},
                     {"others",
                      "not documented: begun carefully, and learned; the manifest keeps "
                      "what was learned for the next run"}}},
           {.title = "Whether it is the quota",
            .text = "The progress tells how many calls were throttled; so do throttledCount and "
                    "quotas in region_summaries.json. A dry run, and a restore's plan (`takes`), "
                    "say how long it will take and which quota decides it.",
            .rows = {}},
           {.title = "To make it faster",
            .text = {},
            .rows = {{"high throughput",
                      "a setting of the Region, which costs money; the plan of a "
                      "large restore has the command. Set it back afterwards"},
                     {"--quota-share 100", "where nobody else needs the quota now"},
                     {"--first GLOB", "of a restore: what the applications need comes first"},
                     {"--jobs N", "of a backup: Regions at once; each has quotas of its own"},
                     {"--tags bulk, --depth current",
                      "the defaults: strict, labels and history cost a "
                      "call a parameter"}}},
           {.title = {},
            .text = "--deadline ends a Region that takes longer (10m of a backup, 24h of a "
                    "restore); one that answers nothing is given up after a minute and a half.",
            .rows = {}}},
      .examples = {{"backup --env dev --dry-run", "how long would it take?"},
                   {"restore --env dev --region us-west-2", "the plan, with its time and calls"},
                   {"restore --env dev --region us-west-2 --quota-share 50 --apply",
                    "leave half of it to the applications"}},
      .docs = {"docs/limiter.md", "docs/performance.md"}};
}

}  // namespace ssmb::cli
