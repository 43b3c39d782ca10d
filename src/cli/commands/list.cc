#include "base/try.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "cli/troubles.h"
#include "report/list_text.h"

namespace ssmb::cli {
namespace {

struct Options {};

void add_flags(FlagSet&, Options&) {}

ResultTask<report::ListedRegion> list_region(Context& context, const Selection& selection,
                                             Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  SSMB_CO_TRY(entries,
              co_await snapshot::list_snapshots(*repository, selection.env, region, scope));
  SSMB_CO_TRY(latest, co_await snapshot::follow_pointer(*repository, selection.env, region,
                                                        snapshot::latest_key(region), scope));
  latest.snapshot.reset();  // the repository ends here
  co_return report::ListedRegion{
      .region = region, .entries = std::move(entries), .latest = std::move(latest)};
}

ResultTask<Outcome> run(const Options&, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  std::vector<report::ListedRegion> regions;
  report::Troubles troubles;
  for (const Region& region : selection.regions) {
    auto listed = co_await list_region(context, selection, region);
    if (listed) {
      regions.push_back(std::move(*listed));
      continue;
    }
    if (!is_of_one_region(listed.error())) co_return fail(std::move(listed).error());
    troubles.emplace_back(region, std::move(listed).error());
  }
  const bool json = context.options().form() == CommonOptions::OutputForm::json;
  if (regions.empty() && json) {
    print(context, report::failure_json(troubles.front().second, context.account()));
  } else if (json) {
    boost::json::object document = report::list_json(regions, troubles, context.account());
    document["environment"] = selection.env.str();
    print(context, document);
  } else {
    context.out() << report::list_text(regions, context.runtime().now());
  }
  co_return tell_troubles(context, troubles);
}

}  // namespace

Command list_command() {
  return {.name = "list",
          .summary = "List the snapshots in the repository, newest first.",
          .details =
              "The one that latest-<region>.txt names is marked latest. Backups of the pipeline "
              "before this tool are listed as old, runs that did not end as unfinished, what may "
              "not be read as unread. Where something is wrong the last line names the newest "
              "complete snapshot. A Region that does not answer is told on standard error, and the "
              "others "
              "are listed.",
          .needs = Needs::repository,
          .examples = {{"list --env dev --region us-west-2", "one Region's snapshots"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
