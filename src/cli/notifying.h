// Telling people how a run came out. Whatever becomes of a notice, the run's result stays.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "notify/config.h"
#include "notify/notice.h"
#include "notify/secret_source.h"
#include "notify/send.h"

namespace ssmb::cli {

// `file`: --config or --notify; empty: $SSM_BACKUP_NOTIFY. configuration: it is not there, or
// wrong.
Result<notify::Config> read_notify_config(Context& context, const std::string& file);

// Environment and Jenkins's variables (BUILD_NUMBER, BUILD_URL) as far as they are there.
notify::Occasion occasion_of(Context& context, ssmb::Environment env);

// For what is sent when a run has ended: an interrupted one tells so, too, though its own scope has
// ended; but Jenkins waits for it.
CallScope last_words(Context& context);
notify::SecretWorld secret_world(Context& context);

// A signal that comes meanwhile leaves it a few seconds.
ResultTask<std::vector<notify::Delivered>> tell(Context& context, const notify::Config& config,
                                                notify::Notice notice);
// A line on standard error for each: "told Slack #x", "warning: mail to y: <why>"; and one for each
// recipient that a mail server refuses.
void show_deliveries(Context& context, const std::vector<notify::Delivered>& delivered);

}  // namespace ssmb::cli
