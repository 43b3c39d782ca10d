#include "cli/topics.h"

namespace ssmb::cli {

Topic repositories_topic() {
  return {
      .name = "repositories",
      .summary = "Where snapshots lie, and how to name such a place.",
      .commands = {"list", "verify", "regions"},
      .blocks =
          {{.title = {},
            .text = "Each Region has a bucket of its own, which the metadata names. --repository "
                    "WHERE names another place for all of them, --copy-to one more.",
            .rows = {}},
           {.title = "How to write it",
            .text = {},
            .rows = {{"s3://BUCKET[/PREFIX]",
                      "a bucket in the Region of the parameters, of the "
                      "caller's own account"},
                     {"...,region=R", "a bucket in another Region"},
                     {"...,owner=ACCOUNT",
                      "a bucket of another account; without it one that is not "
                      "the caller's is refused"},
                     {"/srv/backup, ./backup",
                      "a directory, which is made where it is not there; a "
                      "bare word is no new directory: it may be a bucket"}}},
           {.title = "What lies in it",
            .text = {},
            .rows = {{"<day>/<region>/ssm-backup-...json",
                      "a snapshot's document, the values in it"},
                     {"manifests/<env>/<region>/",
                      "its manifest and index: hashes, scope, what could "
                      "not be read"},
                     {"latest-<region>.txt",
                      "names the newest good snapshot; latest.txt that of the "
                      "default Region"},
                     {"latest-incomplete-<region>.txt", "names one that lacks something"}}},
           {.title = {},
            .text = "Objects are written once and never changed; only the pointers move, and only "
                    "to a snapshot that is complete and not over 20 % smaller than the last "
                    "(--accept-shrink lets it pass). A repository holds one environment. Whoever "
                    "may read it may read the values.",
            .rows = {}}},
      .examples = {{"list --env dev --region us-west-2", "what lies there, newest first"},
                   {"list --env dev --region us-west-2 --repository /srv/backup",
                    "the same of a directory"},
                   {"verify --env dev --all", "is every byte of it as it was written?"}},
      .docs = {"docs/format.md", "docs/copies.md"}};
}

}  // namespace ssmb::cli
