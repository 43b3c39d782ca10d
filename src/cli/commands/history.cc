#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "cli/troubles.h"
#include "engine/print_key.h"
#include "report/history_text.h"

namespace ssmb::cli {
namespace {

struct Options {
  std::string name;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.argument({.name = "NAME",
                  .help = "the parameter",
                  .presence = Argument::Presence::required,
                  .choices = {},
                  .set = [&options](const std::string& word) { options.name = word; }});
}

ResultTask<report::RegionHistory> history_of(Context& context, const Selection& selection,
                                             Region region, ParameterName name, PrintKey key) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  SSMB_CO_TRY(entries,
              co_await snapshot::list_snapshots(*repository, selection.env, region, scope));
  SSMB_CO_TRY(history, co_await engine::read_history(*repository, region, std::move(entries), name,
                                                     std::move(key), scope));
  co_return report::RegionHistory{.region = region, .history = std::move(history)};
}

Error held_nowhere(const report::HistoryReport& told) {
  return {.kind = ErrorKind::not_found,
          .what = fmt::format("no snapshot holds the parameter {}", told.name),
          .fault = std::nullopt,
          .next = fmt::format("`ssm-backup show --env {}` lists the names", told.environment)};
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  report::HistoryReport told{.environment = selection.env,
                             .name = ParameterName(options.name),
                             .regions = {},
                             .failed = {}};
  // One key for all Regions: their tags may be compared.
  const PrintKey key = engine::draw_print_key(context.runtime());
  for (const Region& region : selection.regions) {
    auto history = co_await history_of(context, selection, region, told.name, key);
    if (history) told.regions.push_back(std::move(*history));
    if (history) continue;
    if (!is_of_one_region(history.error())) co_return fail(std::move(history).error());
    told.failed.emplace_back(region, std::move(history).error());
  }
  told.account = context.account();
  const bool held = report::is_held(told);
  // Regions that never held it are no news.
  if (held)
    std::erase_if(told.regions, [](const report::RegionHistory& one) {
      return std::ranges::all_of(one.history.rows, [](const engine::PastRow& row) {
        return row.kind == engine::PastRow::Kind::absent;
      });
    });
  if (!held && !report::has_gaps(told) && told.failed.empty()) co_return fail(held_nowhere(told));
  if (context.options().form() == CommonOptions::OutputForm::json)
    print(context, report::history_json(told));
  else
    context.out() << report::history_text(told);
  if (!told.failed.empty()) co_return tell_troubles(context, told.failed);
  co_return report::has_gaps(told) ? Outcome::incomplete : Outcome::done;
}

}  // namespace

Command history_command() {
  return {.name = "history",
          .summary = "Show when a parameter changed over the snapshots; never says a value.",
          .details =
              "Of each snapshot, newest first: the parameter's version, date and user, and what "
              "differs from the snapshot before. VALUE is a tag that says \"same or not\" within "
              "one run and nothing else. Each costs a manifest, a block of the index and one "
              "record; a backup of the pipeline before this tool is read through. Exit code 3 "
              "where a snapshot could not be read: it is named.",
          .needs = Needs::repository,
          .examples = {{"history /app/dev/db/password --env dev --region us-west-2",
                        "when it changed, and who did it"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
