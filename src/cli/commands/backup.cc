#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/metering.h"
#include "cli/notifying.h"
#include "cli/progress.h"
#include "cli/run_command.h"
#include "cli/selection.h"
#include "engine/run.h"
#include "report/backup_result.h"
#include "report/error_text.h"
#include "report/places.h"
#include "report/summaries.h"

namespace ssmb::cli {
namespace {

constexpr const char* kCopyTo = "--copy-to";

struct Options {
  Toggle dry_run = Toggle::off;
  int jobs = 1;
  Toggle keep_going = Toggle::off;
  std::vector<std::string> include;
  std::string depth = "current";
  std::string tags = "bulk";
  Toggle fence = Toggle::off;
  std::vector<std::string> copy_to;
  std::vector<std::string> accept_unreadable;
  Toggle accept_shrink = Toggle::off;
  std::string notify;
  MetricsFlags metrics;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.toggle("--dry-run", options.dry_run, "list, read one batch, predict; write no object")
      .number("--jobs", 1, 64, options.jobs, "Regions at once")
      .toggle("--keep-going", options.keep_going, "a failed Region does not stop those after it")
      .texts("--include", "GLOB", options.include,
             "only these names (repeatable); such a snapshot moves no pointer")
      .choice("--depth", {"current", "labels", "history"}, options.depth,
              "labels: with the labels of every version; history: with all older versions, too; "
              "each costs one call a parameter")
      .choice("--tags", {"bulk", "strict"}, options.tags,
              "bulk: from the tagging index, which may lag; strict: one call a parameter")
      .toggle("--fence", options.fence,
              "list again afterwards, and read again if something changed (3 rounds at most): "
              "values of one moment")
      .texts(kCopyTo, "REPOSITORY", options.copy_to,
             "copy what is saved there, too (repeatable): a directory, or a bucket with its "
             ",region=R; a Region is not copied into itself",
             ValueKind::repository)
      .texts("--accept-unreadable", "GLOB", options.accept_unreadable,
             "names that may be unreadable without making the snapshot incomplete (repeatable)")
      .toggle("--accept-shrink", options.accept_shrink,
              "let the pointers move to a snapshot that is empty or over 20 % smaller")
      .text("--notify", "FILE", options.notify,
            "tell whom that configuration names how it came out (docs/notices.md)",
            ValueKind::file);
  add_metrics_flags(flags, options.metrics);
}

Result<engine::RunOptions> run_options(const Options& options, Context& context,
                                       const Selection& selection) {
  SSMB_TRY(scope, scope_of(selection, options.include));
  SSMB_TRY(tags, snapshot::parse_tags_mode(options.tags));
  SSMB_TRY(depth, snapshot::parse_depth(options.depth));
  engine::BackupOptions backup{
      .env = selection.env,
      .scope = scope,
      .scope_from =
          selection.default_region ? snapshot::ScopeFrom::known : snapshot::ScopeFrom::assumed,
      .tags = tags,
      .depth = depth,
      .fencing = options.fence == Toggle::on ? engine::Fencing::yes : engine::Fencing::no,
      .concurrency = context.options().concurrency,
      .accept_unreadable = options.accept_unreadable,
      .accept_shrink = options.accept_shrink == Toggle::on ? snapshot::AcceptShrink::yes
                                                           : snapshot::AcceptShrink::no,
      .mode = options.dry_run == Toggle::on ? engine::RunMode::dry : engine::RunMode::real,
      .run_id = run_id(context),
      .tool_version = std::string(kVersion)};
  SSMB_TRY(copies, engine::parse_copies(kCopyTo, options.copy_to));
  SSMB_TRY_VOID(engine::check_copies(kCopyTo, copies, selection.repositories));
  const bool keep_going = options.keep_going == Toggle::on;
  return engine::RunOptions{
      .backup = std::move(backup),
      .regions = selection.regions,
      .default_region = selection.default_region,
      .repositories = selection.repositories,
      .copies = std::move(copies),
      .jobs = options.jobs,
      .keep_going = keep_going ? engine::KeepGoing::yes : engine::KeepGoing::no,
      .deadline = context.options().deadline};
}

// Tells a failed Region's error whole, below the one-line rows. An interrupt is told at the end.
void tell_errors(Context& context, const report::Progress& progress,
                 const std::vector<engine::RegionOutcome>& outcomes) {
  if (progress.tells_failures() || context.options().form() == CommonOptions::OutputForm::json)
    return;
  for (const auto& outcome : outcomes) {
    if (outcome.backup || outcome.backup.error().kind == ErrorKind::cancelled) continue;
    context.err() << report::render_error(outcome.backup.error(), colour_of(context.environment()),
                                          outcome.account);
  }
}

// The exit code of a run that failed is that of what ended it.
Outcome outcome_of(const report::BackupResult& result) {
  switch (report::verdict(result)) {
    case report::Verdict::complete: return Outcome::done;
    case report::Verdict::incomplete: return Outcome::incomplete;
    case report::Verdict::failed: break;
  }
  const bool ours = std::ranges::all_of(result.outcomes, [](const auto& outcome) {
    return outcome.backup || is_misconfiguration(outcome.backup.error().kind);
  });
  return ours ? Outcome::misconfigured : Outcome::failed;
}

// What the signal broke off; of several Regions each in turn.
Error interruption(Context& context, const std::vector<engine::RegionOutcome>& outcomes) {
  std::optional<Error> told;
  for (const auto& outcome : outcomes) {
    if (outcome.backup || outcome.backup.error().kind != ErrorKind::cancelled) continue;
    if (!told)
      told = outcome.backup.error();
    else
      told->what += "; " + outcome.backup.error().what;
  }
  return told ? std::move(*told) : scope_ended(context.scope());
}

// What outweighs the result: a signal first, then summaries that could not be written.
ResultTask<void> delivery(Context& context, report::SummaryFiles& summaries,
                          const std::vector<engine::RegionOutcome>& outcomes) {
  auto written = co_await summaries.finish();
  if (context.environment().interrupt.signal() != 0)
    co_return fail(interruption(context, outcomes));
  co_return written;
}

// Jenkins reads the file of a dry run as that of any run; what was there is gone.
void tell_replaced(Context& context, const report::SummaryFiles& summaries) {
  if (summaries.replaced().empty() || context.options().log_level != "info" ||
      context.options().form() == CommonOptions::OutputForm::json)
    return;
  context.err() << fmt::format(
      "note: region_summaries.json of run {} makes room for this dry run's; --work-dir would keep "
      "it\n",
      summaries.replaced());
}

// "each Region's bucket", or what --repository says.
std::string repositories_words(const Context& context, const engine::RunOptions& options) {
  if (context.options().repository.empty()) return "each Region's bucket";
  const auto& address = options.repositories.begin()->second;
  const bool directory = std::holds_alternative<snapshot::DirectoryAddress>(address);
  return (directory ? "the directory " : "") + printable(snapshot::to_string(address), 200);
}

report::RunOutline outline(const Context& context, const report::RunFacts& facts,
                           const engine::RunOptions& options) {
  return {.run = facts,
          .regions = options.regions,
          .repositories = repositories_words(context, options),
          .scope = report::scope_words(options.backup.scope, facts.env),
          .quota_share = context.options().quota_share,
          .deadline = options.deadline};
}

struct Ran {
  report::BackupResult result;
  Result<void> delivered;
};

ResultTask<Ran> backup_regions(const Options& options, Context& context, report::RunFacts facts,
                               report::SummaryFiles& summaries) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  SSMB_CO_TRY(run_with, run_options(options, context, selection));
  SSMB_CO_TRY(session, context.session());
  // Without credentials nothing is begun, and nothing has failed.
  SSMB_CO_TRY_VOID(co_await session->credentials.get(context.scope()));
  const auto progress = make_progress(context, selection.regions);
  session->notice = [&progress](const std::string& text) { progress->notice(text); };
  const engine::RunHooks hooks{
      .on_begin =
          [&](const Region& region) { return summaries.region_begins(region, context.scope()); },
      .on_end =
          [&](const engine::RegionOutcome& outcome) {
            progress->region_ended(outcome);
            summaries.region_ended(outcome);
          }};
  progress->run_began(outline(context, facts, run_with));
  auto end = co_await engine::run_backup(*session, run_with, *progress, hooks,
                                         context.environment().interrupt.token());
  session->notice = nullptr;
  progress->run_ended();
  tell_errors(context, *progress, end.outcomes);
  auto delivered = co_await delivery(context, summaries, end.outcomes);
  co_return Ran{.result = {.run = std::move(facts),
                           .scope = run_with.backup.scope,
                           .regions = selection.regions,
                           .outcomes = std::move(end.outcomes),
                           .jobs = options.jobs,
                           .not_begun = std::move(end.not_begun)},
                .delivered = std::move(delivered)};
}

// `result`: what it came to, also where the command failed afterwards; nullopt: no Region was
// reached.
using Reached = std::optional<report::BackupResult>;

ResultTask<Outcome> run_backup(const Options& options, Context& context, Reached& result) {
  SSMB_CO_TRY(env, context.env());
  SSMB_CO_TRY_VOID(check_run_id(context.options().run_id));
  SSMB_CO_TRY_VOID(engine::parse_copies(kCopyTo, options.copy_to));
  const report::RunFacts facts{
      .env = env,
      .run_id = run_id(context),
      .mode = options.dry_run == Toggle::on ? engine::RunMode::dry : engine::RunMode::real};
  report::SummaryFiles summaries(context.runtime(), context.options().work_dir, facts);
  SSMB_CO_TRY_VOID(co_await summaries.begin(context.scope()));
  tell_replaced(context, summaries);
  SSMB_CO_TRY(ran, co_await backup_regions(options, context, facts, summaries));
  if (context.options().form() == CommonOptions::OutputForm::json) {
    auto document = report::result_json(ran.result);
    if (!summaries.replaced().empty()) document["replacedRunId"] = summaries.replaced();
    if (!ran.delivered) document["error"] = report::error_json(ran.delivered.error());
    print(context, document);
  } else {
    context.out() << report::result_text(ran.result);
  }
  result = std::move(ran.result);
  if (!ran.delivered) co_return fail(ran.delivered.error());
  co_return outcome_of(*result);
}

Result<notify::Notice> notice_of(Context& context, const Result<Outcome>& outcome,
                                 const Reached& result) {
  SSMB_TRY(env, context.env());
  notify::Occasion occasion = occasion_of(context, env);
  if (!outcome) occasion.ended_by = to_line(outcome.error());
  if (!result) return notify::make_notice(boost::json::object(), std::move(occasion));
  occasion.expected = result->regions;
  return notify::make_notice(report::result_json(*result).at("regions"), std::move(occasion));
}

// Whatever becomes of it, the backup is what it is.
ResultTask<void> tell_result(const notify::Config& config, Context& context,
                             const Result<Outcome>& outcome, const Reached& result) {
  SSMB_CO_TRY(notice, notice_of(context, outcome, result));
  SSMB_CO_TRY(delivered, co_await tell(context, config, notice));
  show_deliveries(context, delivered);
  co_return Result<void>{};
}

// A rehearsal makes no snapshot, and one of other names is no backup of the environment: their
// numbers are not to pass for the daily run's.
Result<Metering> metering_of(const Options& options, Context& context) {
  if (options.dry_run == Toggle::on) return Metering::none(context, options.metrics, "a dry run");
  if (!options.include.empty())
    return Metering::none(context, options.metrics, "a backup with --include");
  return Metering::from(context, options.metrics);
}

report::Metrics metrics_of(Context& context, const Result<Outcome>& outcome,
                           const Reached& result) {
  const auto quotas = context.options().quota_share ? report::Quotas::minded : report::Quotas::off;
  return report::backup_metrics(
      ending_of(context, ssmb::Environment(context.options().env), outcome), result, quotas);
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  // What is wrong there is a wrong configuration, before any work; what cannot be sent is not.
  std::optional<notify::Config> config;
  if (!options.notify.empty()) {
    SSMB_CO_TRY(read, read_notify_config(context, options.notify));
    config = std::move(read);
  }
  SSMB_CO_TRY(metering, metering_of(options, context));
  Reached result;
  auto outcome = co_await run_backup(options, context, result);
  // A wrong command line is no run.
  if (!outcome && !result && outcome.error().kind == ErrorKind::usage)
    co_return fail(std::move(outcome).error());
  const auto metrics = metrics_of(context, outcome, result);
  co_await metering.leave(metrics, result ? regions_beside(context) : report::OtherRegions::kept);
  if (config) {
    auto told = co_await tell_result(*config, context, outcome, result);
    if (!told) context.err() << "warning: no notice was sent: " << to_line(told.error()) << '\n';
  }
  co_await metering.push(metrics);
  co_return outcome;
}

}  // namespace

Command backup_command() {
  return {.name = "backup",
          .summary = "Back up every Region's parameters into its repository.",
          .details =
              "Taken are the names that hold /<env>/, or those that the globs of the "
              "parameter /jenkins/<env>/backup/include match; --include '*' takes all, but "
              "moves no pointer. "
              "Regions run one after another; one that fails stops those after it. What "
              "cannot be read is named, makes the snapshot incomplete and the exit code 3; "
              "the pointers (latest-<region>.txt) move only to complete snapshots. A copy "
              "that fails makes the exit code 3, too; the next run catches up.",
          .needs = Needs::repository,
          .examples = {{"backup --env dev", "the daily job"},
                       {"backup --env dev --dry-run", "what it would do, and how long it takes"},
                       {"backup --env dev --region us-west-2 --repository /srv/backup",
                        "one Region into a directory, without the metadata parameters"},
                       {"backup --env dev --copy-to s3://BUCKET,region=eu-west-1",
                        "and a copy that outlives the loss of a Region"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
