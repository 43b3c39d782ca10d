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

struct Listed {
  std::vector<snapshot::Entry> entries;
  std::optional<ObjectKey> latest;  // empty: the pointer names nothing; nullopt: it is unreadable
};

ResultTask<Listed> list_region(Context& context, const Selection& selection, Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  Listed listed;
  SSMB_CO_TRY(entries,
              co_await snapshot::list_snapshots(*repository, selection.env, region, scope));
  listed.entries = std::move(entries);
  const auto pointer =
      co_await snapshot::read_pointer(*repository, snapshot::latest_key(region), scope);
  if (!pointer && pointer.error().kind == ErrorKind::cancelled) co_return fail(pointer.error());
  if (pointer) listed.latest = *pointer ? (*pointer)->target : ObjectKey();
  co_return listed;
}

report::Latest latest_of(const Listed& listed, const snapshot::Entry& entry) {
  if (!listed.latest) return report::Latest::unknown;
  return entry.document == *listed.latest ? report::Latest::yes : report::Latest::no;
}

boost::json::object json_of(const Region& region, const Listed& listed,
                            const snapshot::Entry& entry) {
  boost::json::object object = report::entry_json(region, entry);
  if (listed.latest) object["latest"] = entry.document == *listed.latest;
  return object;
}

ResultTask<Outcome> run(const Options&, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  using enum report::Table::Align;
  report::Table table({{.title = "REGION"},
                       {.title = "TIME (UTC)"},
                       {.title = "STATE"},
                       {.title = "PARAMETERS", .align = right},
                       {.title = "SIZE", .align = right},
                       {.title = "KEY", .place = report::Table::Column::Place::below}});
  boost::json::array list;
  for (const Region& region : selection.regions) {
    SSMB_CO_TRY(listed, co_await list_region(context, selection, region));
    for (const snapshot::Entry& entry : listed.entries) {
      table.add(report::entry_cells(region, entry, latest_of(listed, entry)));
      list.push_back(json_of(region, listed, entry));
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
              "The one that latest-<region>.txt names is marked latest. Backups of the pipeline "
              "before this tool are listed as old, runs that did not end as unfinished.",
          .needs = Needs::repository,
          .examples = {{"list --env dev --region us-west-2", "one Region's snapshots"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
