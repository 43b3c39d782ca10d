#include "cli/topics.h"

namespace ssmb::cli {

Topic secrets_topic() {
  return {
      .name = "secrets",
      .summary = "Where values are, where they never are, and who may read them.",
      .commands = {"show", "diff", "history"},
      .blocks =
          {{.title = "Where values are",
            .text = {},
            .rows = {{"the repository",
                      "in each snapshot's document and index, in clear text behind "
                      "the bucket's encryption: whoever may read the bucket (or the "
                      "directory) may read every value. Copies, too"},
                     {"show --reveal",
                      "prints one value, of one Region, to a terminal; with --force "
                      "into a pipe or a file"},
                     {"restore --apply", "sends them to Parameter Store, and nowhere else"}}},
           {.title = "Where they never are",
            .text = "In output, logs, errors, the work directory, temporary files, arguments, "
                    "manifests, pointers or metadata of objects; nor a digest of one that could be "
                    "compared elsewhere. diff and history show eight hex digits that say \"same or "
                    "not\" within one run.",
            .rows = {}},
           {.title = "While it runs",
            .text = "No core file is written, and no other process of the user may look. Memory is "
                    "wiped when it ends. Swap is not locked: encrypt it. SIGKILL wipes nothing.",
            .rows = {}},
           {.title = "If a value has become known",
            .text = "Change it in its source and in Parameter Store. Older snapshots hold the old "
                    "one until they expire: `help retention`. Do not delete the newest good one; "
                    "first run a backup.",
            .rows = {}},
           {.title = "If the bucket has been read by somebody",
            .text = "Every value of every snapshot in it counts as known. CloudTrail says which "
                    "objects, if its data events were on.",
            .rows = {}}},
      .examples = {{"show /app/dev/db/password --env dev --region us-west-2",
                    "everything but the value"},
                   {"show /app/dev/db/password --env dev --region us-west-2 --reveal",
                    "the value, too, on a terminal"},
                   {"history /app/dev/db/password --env dev --region us-west-2",
                    "since when has it been so?"}},
      .docs = {"docs/secrets.md", "docs/iam.md"}};
}

}  // namespace ssmb::cli
