// Telling everybody whom a configuration names. One that fails keeps nobody else from being told.
#pragma once

#include <string>
#include <vector>

#include "notify/config.h"
#include "notify/smtp.h"
#include "notify/web.h"

namespace ssmb::notify {

struct Delivered {
  std::string sink;  // "Slack #infra-backup-alerts", "mail to ops-alerts@example.com"
  Result<void> outcome;
  std::vector<Refusal> refused = {};  // of a mail that others have
};

struct Senders {
  Runtime& runtime;
  aws::Transport& transport;
  MailSender mail;
  SecretWorld secrets;  // its session is SNS's, too
  std::string ca_bundle;
};

// How long one sink may take, all tries together.
inline constexpr Duration kSinkDeadline = std::chrono::seconds{45};

// One after another. `notice` is told in the configuration's language, with its runbook unless the
// notice has one.
ResultTask<std::vector<Delivered>> send_all(const Senders& senders, const Config& config,
                                            Notice notice, CallScope scope);

// The generic webhook's document: {"subject", "result", "environment", "dryRun", "build"?,
// "buildUrl"?, "runbookUrl"?, "endedBy"?, "text", "notBegun", "regions": region_summaries.json}.
boost::json::object webhook_document(const Notice& notice, Language language);

}  // namespace ssmb::notify
