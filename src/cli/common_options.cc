#include "cli/common_options.h"

namespace ssmb::cli {

void add_common_flags(FlagSet& flags, CommonOptions& options, Needs needs) {
  if (needs == Needs::nothing) return;
  if (needs != Needs::aws) {
    flags.text("--env", "NAME", options.env, "the environment: dev, prod")
        .texts("--region", "R", options.regions, "only this Region (repeatable)", ValueKind::region)
        .text("--home-region", "R", options.home_region,
              "where the metadata parameters lie (else the SDK's Region)", ValueKind::region);
  }
  if (needs == Needs::repository) {
    flags
        .text(
            "--repository", "WHERE", options.repository,
            "s3://BUCKET[/PREFIX], with ,region=R and ,owner=ACCOUNT behind it where they differ "
            "from the caller's; or a directory: /srv/backup, ./backup (else each Region's bucket)",
            ValueKind::repository)
        .text("--work-dir", "DIR", options.work_dir, "summaries as JSON; never values",
              ValueKind::directory)
        .text("--run-id", "ID", options.run_id,
              "processes of one run share a work dir (else BUILD_TAG, or a new one)");
  }
  flags
      .text("--profile", "P", options.profile, "the profile of the AWS configuration files",
            ValueKind::profile)
      .text("--endpoint-url", "URL", options.endpoint_url, "another address for every service")
      .number("--concurrency", 1, 256, options.concurrency, "requests in flight")
      .percent("--quota-share", options.quota_share,
               "how much of the account's request quotas to use; off: for endpoints without any")
      .duration("--deadline", options.deadline, "how long one Region may take")
      .choice("--output", {"text", "json"}, options.output, "the form of the result")
      .choice("--progress", {"auto", "plain", "none"}, options.progress,
              "auto: a moving line on a terminal, plain lines elsewhere")
      .choice("--log-level", {"error", "warning", "info"}, options.log_level,
              "which lines go to standard error");
}

}  // namespace ssmb::cli
