#include "cli/topics.h"

namespace ssmb::cli {

namespace {

std::vector<Row> rows_of_codes() {
  std::vector<Row> rows;
  for (const ExitCode& row : exit_codes())
    rows.push_back({std::to_string(row.code), std::string(row.meaning)});
  return rows;
}

}  // namespace

Topic exit_codes_topic() {
  return {
      .name = "exit-codes",
      .summary = "What a run came to, for scripts and schedulers.",
      .commands = {"backup", "restore", "verify", "diff", "drill", "doctor", "infra plan"},
      .blocks =
          {{.title = {}, .text = {}, .rows = rows_of_codes()},
           {.title = "What they mean of a command",
            .text = {},
            .rows = {{"backup",
                      "3: the snapshot stands, and is not whole, or a copy or a pointer was "
                      "held back; later Regions are still run. 1: no snapshot of that "
                      "Region; those after it are not begun (--keep-going begins them)."},
                     {"restore",
                      "0: all that was wanted is there and equal. 3: something was skipped, "
                      "impossible or refused. 1: nothing that was tried succeeded. A plan "
                      "exits as its execution would."},
                     {"verify, show",
                      "4: something is not as it was written. 1: it could not be read."},
                     {"diff",
                      "4: something differs. 3: nothing does, and something was unreadable."},
                     {"drill", "4: something would not come back."},
                     {"doctor", "4: something is amiss. What could not be looked at is no fault."},
                     {"infra plan", "0, and with --detailed-exitcode 4 where something differs."},
                     {"infra destroy", "2 without --yes. 3: buckets that hold backups were kept."},
                     {"notify", "0: all were told. 3: some. 1: nobody."}}},
           {.title = "For a scheduler",
            .text = "0 is green, 3 is yellow, all others are red: 3 has a backup to restore from, "
                    "1 and 2 have none of today. 2 does not go away by trying again. With "
                    "--output json the same stands in `status` of the result.",
            .rows = {}}},
      .examples = {{"backup --env dev --output json", "the result as one JSON document"},
                   {"infra plan -f Pulumi.dev.yaml --detailed-exitcode", "drift as exit code 4"}},
      .docs = {"docs/runbook.md", "docs/summaries.md"}};
}

}  // namespace ssmb::cli
