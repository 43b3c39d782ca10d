// Metrics to a Pushgateway: https://github.com/prometheus/pushgateway#api
//
// A group each: job, environment, command and Region stand in the path. POST replaces metrics of
// the same name and leaves the others of the group, so that a backup does not wipe a drill, one
// Region's process no other Region, and a run that failed not the time of the last success.
#pragma once

#include "aws/http/transport.h"
#include "base/secret.h"
#include "report/metrics.h"

namespace ssmb::notify {

inline constexpr const char* kPushJob = "ssm_backup";

struct Pushgateway {
  std::string url;   // http[s]://HOST[:PORT][/PREFIX]
  SecretText login;  // USER:PASSWORD; empty: none. Never sent in clear but to this very machine
};

// configuration: no URL, one with a user or a query, or http:// where there is a login.
Result<void> check_pushgateway(const Pushgateway& gateway);

// "/metrics/job/ssm_backup/env/dev/command/backup/region/us-west-2", the slash at the prefix's end
// left out.
std::string push_path(const report::MetricGroup& group);

// How long all groups together may take.
inline constexpr Duration kPushDeadline = std::chrono::seconds{30};

// One group after another; ends at the first that fails, and says how many were pushed before.
ResultTask<void> push_metrics(Runtime& runtime, aws::Transport& transport, Pushgateway gateway,
                              report::Metrics metrics, CallScope scope);

}  // namespace ssmb::notify
