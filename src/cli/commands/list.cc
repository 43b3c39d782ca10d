#include <fmt/format.h>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "report/snapshot_text.h"
#include "report/table.h"
#include "snapshot/reader.h"

namespace ssmb::cli {
namespace {

struct Options {};

void add_flags(FlagSet&, Options&) {}

ResultTask<std::vector<snapshot::Entry>> entries_of(Context& context, const Selection& selection,
                                                    Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  co_return co_await snapshot::list_snapshots(*repository, selection.env, region, scope);
}

ResultTask<Outcome> run(const Options&, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  using enum report::Table::Align;
  report::Table table({{.title = "REGION"},
                       {.title = "TIME (UTC)"},
                       {.title = "STATE"},
                       {.title = "PARAMETERS", .align = right},
                       {.title = "SIZE", .align = right},
                       {.title = "KEY"}});
  boost::json::array list;
  for (const Region& region : selection.regions) {
    SSMB_CO_TRY(entries, co_await entries_of(context, selection, region));
    for (const snapshot::Entry& entry : entries) {
      table.add(report::entry_cells(region, entry));
      list.push_back(report::entry_json(region, entry));
    }
  }
  if (context.options().form() == CommonOptions::OutputForm::json) {
    print(context, {{"environment", selection.env.str()}, {"snapshots", list}});
  } else {
    context.out() << (table.empty() ? "no snapshots\n" : table.render());
  }
  co_return Outcome::done;
}

}  // namespace

Command list_command() {
  return {.name = "list",
          .summary = "List the snapshots in the repository, newest first.",
          .details =
              "Backups of the pipeline before this tool are listed as old, runs that did "
              "not end as unfinished.",
          .needs = Needs::repository,
          .examples = {{"list --env dev --region us-west-2", "one Region's snapshots"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
