#include "cli/topics.h"

namespace ssmb::cli {

Topic copies_topic() {
  return {
      .name = "copies",
      .summary = "Snapshots that outlive the loss of a Region.",
      .commands = {"backup", "restore", "verify"},
      .blocks =
          {{.title = {},
            .text = "A Region's bucket lies in that Region, and is lost with it. backup --copy-to "
                    "WHERE (repeatable) writes the same objects once more: into a bucket of "
                    "another Region or account, or a directory; `help repositories` has the form. "
                    "Say the bucket's region=.",
            .rows = {}},
           {.title = "What to know",
            .text = {},
            .rows = {{"one for all",
                      "a copy holds all Regions of one environment; another account or "
                      "environment wants another bucket or prefix"},
                     {"not into itself",
                      "a Region is not copied into a bucket that lies in it; give "
                      "two copies in two Regions"},
                     {"it failed",
                      "exit 3 and named; the snapshot itself is complete. The next run "
                      "catches up with all that the copy lacks"},
                     {"pointers", "move as in the repository, and never further than there"},
                     {"kept", "a copy has no expiry: what the repository deletes stays there"},
                     {"conflicts",
                      "what lies there with other bytes is never overwritten: exit 3, "
                      "until somebody has removed it by hand"}}},
           {.title = "When a Region is gone",
            .text = "A copy is a repository like any other: --repository with --region, and "
                    "nothing is asked of the lost Region or the home Region. The metadata "
                    "parameters are not restored elsewhere: infra apply makes them anew.",
            .rows = {}}},
      .examples =
          {{"backup --env dev --copy-to s3://BUCKET,region=eu-west-1", "back up, and copy"},
           {"verify --env dev --copies s3://BUCKET,region=eu-west-1", "is the copy the same?"},
           {"list --env dev --region us-west-2 --repository s3://BUCKET,region=eu-west-1",
            "what is in the copy"},
           {"restore --env dev --region us-west-2 --repository s3://BUCKET,region=eu-west-1 "
            "--to-region eu-west-1",
            "the plan: the lost Region, elsewhere"}},
      .docs = {"docs/copies.md", "docs/runbook.md (c)"}};
}

}  // namespace ssmb::cli
