#include "cli/topics.h"

namespace ssmb::cli {

Topic home_region_topic() {
  return {
      .name = "home-region",
      .summary = "Where it says which Regions there are, and doing without it.",
      .commands = {"backup", "regions", "infra plan", "infra apply"},
      .blocks =
          {{.title = {},
            .text = "Every command asks the home Region first: there lie the metadata parameters, "
                    "which `infra apply` (or the Pulumi stack) makes from the stack file. They say "
                    "which Regions there are, in which order, and each one's bucket.",
            .rows = {}},
           {.title = "The home Region",
            .text = "The first of these that is set: --home-region, AWS_REGION, "
                    "AWS_DEFAULT_REGION, `region` of the profile. In the stack file it is "
                    "`ssmHomeRegion`, else the default Region.",
            .rows = {}},
           {.title = "Below /jenkins/<env>/backup/",
            .text = {},
            .rows = {{"region-list", "a JSON array: the Regions, in the order of backups"},
                     {"default-region", "the one of them that older readers mean"},
                     {"<region>/s3-bucket-name", "where that Region's snapshots lie"},
                     {"s3-bucket-name", "the default Region's, for older readers"},
                     {"include", "optional: which names are taken; `help scope`"}}},
           {.title = "Some of them",
            .text = "--region R (repeatable) takes only these; each has to be in the list.",
            .rows = {}},
           {.title = "When the home Region answers nothing",
            .text = "With --region and --repository nothing is asked of it, by any command: say "
                    "where the snapshots lie, a bucket, its copy or a directory. Buckets are "
                    "called <project>-ssm-backup-<env>-<account>-<region>.",
            .rows = {}}},
      .examples = {{"regions --env dev", "the Regions and their buckets, as the metadata has them"},
                   {"list --env dev --region us-west-2 --repository s3://BUCKET,region=eu-west-1",
                    "what is there, without the home Region"},
                   {"infra plan -f Pulumi.dev.yaml", "does the metadata fit the stack file?"}},
      .docs = {"docs/infra.md", "docs/runbook.md (3 and 5.6)"}};
}

}  // namespace ssmb::cli
