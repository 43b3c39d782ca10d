#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "engine/restore/restore.h"
#include "report/drill_text.h"
#include "report/error_text.h"

namespace ssmb::cli {
namespace {

using report::Drills;

struct Options {
  SnapshotChoice choice;
};

void add_flags(FlagSet& flags, Options& options) { add_choice_flags(flags, options.choice); }

// Into the Region and account that it was taken from: an old document names its account in the
// records alone, and any other would do as well.
rules::Place place_of(const snapshot::Snapshot& snapshot, const Region& region) {
  const auto& manifest = snapshot.entry().manifest;
  return {.region = region, .account = manifest ? manifest->account : AccountId("000000000000")};
}

ResultTask<engine::Drilled> drill_region(const Options& options, Context& context,
                                         const Selection& selection, Region region) {
  SSMB_CO_TRY(opened, co_await open_chosen(context, selection, region, options.choice));
  SSMB_CO_TRY(session, context.session());
  const rules::Place place = place_of(opened.snapshot, opened.region);
  const auto& manifest = opened.snapshot.entry().manifest;
  if (session->limits && manifest) session->limits->begin_from(place.region, manifest->limiter);
  engine::DrillOptions with{.env = selection.env,
                            .place = place,
                            .rates = engine::restore::rates_of(*session, place.region)};
  co_return co_await engine::drill(context.runtime(), *opened.repository, opened.snapshot,
                                   std::move(with), context.scope());
}

ResultTask<Drills> drill_all(const Options& options, Context& context, const Selection& selection) {
  Drills drills{.env = selection.env, .at = context.runtime().now(), .regions = {}, .unread = {}};
  for (const Region& region : selection.regions) {
    auto found = co_await drill_region(options, context, selection, region);
    if (found)
      drills.regions.push_back({.region = region, .found = *std::move(found)});
    else if (found.error().kind == ErrorKind::cancelled)
      co_return fail(std::move(found).error());
    else
      drills.unread.emplace_back(region, std::move(found).error());
  }
  co_return drills;
}

Result<void> leave(const Context& context, const boost::json::object& document) {
  const std::filesystem::path directory(context.options().work_dir);
  return write_file(directory / "drill.json", boost::json::serialize(document) + "\n");
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(selection, co_await select_chosen(context, {options.choice}));
  SSMB_CO_TRY(drills, co_await drill_all(options, context, selection));
  const auto document = report::drill_json(drills);
  const auto left = leave(context, document);
  if (context.options().form() == CommonOptions::OutputForm::json)
    print(context, document);
  else
    context.out() << report::drill_text(drills);
  if (!left) co_return fail(left.error());
  if (report::is_proven(drills)) co_return Outcome::done;
  const bool damage =
      drills.unread.empty() ||
      std::ranges::any_of(drills.regions, [](const auto& each) { return !each.found.is_whole(); });
  if (damage) co_return Outcome::differences;
  co_return fail(drills.unread.front().second);
}

}  // namespace

Command drill_command() {
  return {.name = "drill",
          .summary = "Prove that the newest snapshot of every Region would come back.",
          .details =
              "Every record goes the way that a restore would take it, into a store that follows "
              "Parameter Store's rules and keeps no value, and is compared there field by field. "
              "Nothing is written to AWS. drill.json in the work directory says what was proven, "
              "when, how old the snapshot is (RPO) and how long a restore takes at the quota "
              "(RTO). Exit code 4 where something would not come back.",
          .needs = Needs::repository,
          .examples = {{"drill --env dev", "every Region"},
                       {"drill --env dev --region us-west-2 --as-of yesterday",
                        "one Region's snapshot of yesterday"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
