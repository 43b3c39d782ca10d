#include "cli/topics.h"

namespace ssmb::cli {

Topic notices_topic() {
  return {
      .name = "notices",
      .summary = "Telling Slack, mail, a webhook or SNS how a backup came out.",
      .commands = {"notify", "backup"},
      .blocks =
          {{.title = {},
            .text = "backup --notify FILE tells at its end, notify afterwards, from "
                    "region_summaries.json. Whatever becomes of a notice, the result of the backup "
                    "stays as it is; a sink that is down keeps no other from being told.",
            .rows = {}},
           {.title = "The file (--config, else $SSM_BACKUP_NOTIFY), in YAML",
            .text = {},
            .rows = {{"slack:", "webhook, or token and channel"},
                     {"mail:",
                      "server, security, user, password, from, to; on_call is in CC when it "
                      "is no success"},
                     {"webhook:", "where a JSON document is posted"},
                     {"sns:", "the ARN of a topic"},
                     {"language:, runbook:", "en or ja; a URL that stands in every notice"}}},
           {.title = {},
            .text = "It holds no secret, only where one lies: env:NAME, file:PATH, or "
                    "ssm:/NAME[,region=R]. The role needs sns:Publish on the topic and "
                    "ssm:GetParameter on what ssm: names; iam-policy knows nothing of these.",
            .rows = {}},
           {.title = "What is said",
            .text = {},
            .rows = {{"[SUCCESS]", "all Regions are done and complete"},
                     {"[FAIL], warning", "there is a snapshot of each, and one lacks something"},
                     {"[FAIL], danger", "a Region has none, or was not begun (NOT RUN)"}}},
           {.title = {},
            .text = "No notice at the hour is a notice, too: is the scheduler there? A notice that "
                    "could not be sent is told on standard error, with what to do.",
            .rows = {}}},
      .examples = {{"notify --env dev --config notify.yaml --print",
                    "what would be said; to nobody"},
                   {"notify --env dev --config notify.yaml", "say it, after a backup"},
                   {"backup --env dev --notify notify.yaml", "back up, and tell"}},
      .docs = {"docs/notices.md", "docs/runbook.md (7 and 9.10)"}};
}

}  // namespace ssmb::cli
