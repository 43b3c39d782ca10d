#include <fmt/format.h>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "report/table.h"

namespace ssmb::cli {
namespace {

struct Options {};

void add_flags(FlagSet&, Options&) {}

ResultTask<Outcome> run(const Options&, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  if (context.options().form() == CommonOptions::OutputForm::json) {
    boost::json::array regions;
    for (const Region& region : selection.regions) {
      regions.push_back(
          {{"region", region.str()}, {"repository", to_string(selection.repositories.at(region))}});
    }
    // A job that gives each Region its --deadline reads here how long that is.
    const auto deadline = std::chrono::ceil<std::chrono::seconds>(context.options().deadline);
    boost::json::object document{{"environment", selection.env.str()},
                                 {"regions", regions},
                                 {"deadlineSeconds", deadline.count()}};
    if (selection.default_region) document["defaultRegion"] = selection.default_region->str();
    print(context, document);
    co_return Outcome::done;
  }
  report::Table table({{.title = "REGION"}, {.title = "REPOSITORY"}, {.title = ""}});
  for (const Region& region : selection.regions) {
    table.add({region.str(), to_string(selection.repositories.at(region)),
               region == selection.default_region ? "default" : ""});
  }
  context.out() << table.render();
  co_return Outcome::done;
}

}  // namespace

Command regions_command() {
  return {.name = "regions",
          .summary = "Show the Region list, the default Region and the buckets.",
          .details =
              "They come from the metadata parameters below /jenkins/<env>/backup/ in the "
              "home Region.",
          .needs = Needs::repository,
          .examples = {{"regions --env dev", "one line a Region"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
