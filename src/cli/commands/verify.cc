#include <algorithm>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "cli/region_check.h"
#include "engine/copies.h"
#include "report/verify_text.h"
#include "snapshot/trouble.h"

namespace ssmb::cli {
namespace {

using report::Checked;
using report::Verified;
using snapshot::State;
using snapshot::trouble_of;

constexpr const char* kCopies = "--copies";

struct Options {
  Toggle all = Toggle::off;
  std::vector<std::string> copies;
  std::string snapshot;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.toggle("--all", options.all, "every snapshot, not only the newest good one");
  flags.texts(kCopies, "REPOSITORY", options.copies,
              "compare with this copy, too (repeatable): what `backup --copy-to` was given",
              ValueKind::repository);
  add_snapshot_flag(flags, options.snapshot);
}

ResultTask<void> check_region(const Options& options, const Selection& selection, Region region,
                              RegionCheck& check, Time now) {
  if (options.all == Toggle::on) {
    SSMB_CO_TRY_VOID(co_await check.everything(now));
  } else {
    SSMB_CO_TRY_VOID(co_await check.latest());
  }
  if (selection.default_region == region)
    SSMB_CO_TRY_VOID(co_await check.follow(snapshot::latest_key()));
  co_return co_await check.until_one_is_sound();
}

// What was found before the way broke stands, whatever ended it.
ResultTask<void> verify_region(Context& context, const Options& options, const Selection& selection,
                               Region region, Checked& checked) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  RegionCheck check(*repository, selection.env, region, scope);
  const auto done = co_await check_region(options, selection, region, check, checked.now);
  check.hand_over(checked);
  co_return done;
}

// What is asked for by name is read whatever its state.
ResultTask<Checked> verify_named(Context& context, const Selection& selection, ObjectKey key) {
  Checked checked{.now = context.runtime().now()};
  const auto named = co_await open_named(context, selection, key);
  if (named) {
    SSMB_CO_TRY(found, co_await named->snapshot.verify(context.scope()));
    checked.snapshots.push_back(
        {.region = named->region, .entry = named->snapshot.entry(), .found = std::move(found)});
    co_return checked;
  }
  const auto id = snapshot::parse_document_key(key.view());
  Verified out{.region = id->region, .entry = {.id = *id, .document = key}, .found = {}};
  switch (trouble_of(named.error())) {
    case snapshot::Trouble::gone:
    case snapshot::Trouble::elsewhere: co_return fail(named.error());
    case snapshot::Trouble::damaged:
      out.entry.state = State::broken;
      out.found.findings.push_back({.key = key, .what = to_line(named.error())});
      break;
    case snapshot::Trouble::unread:
      out.entry.state = State::unread;
      out.found.unread.push_back({.key = key, .error = named.error()});
      break;
  }
  checked.snapshots.push_back(std::move(out));
  co_return checked;
}

ResultTask<Checked> verify_regions(Context& context, const Options& options,
                                   const Selection& selection) {
  Checked checked{.now = context.runtime().now()};
  for (const Region& region : selection.regions) {
    auto done = co_await verify_region(context, options, selection, region, checked);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return fail(done.error());
    if (!done) checked.unread.emplace_back(region, done.error());
  }
  co_return checked;
}

// The Region's copies beside its repository. One that lies in the Region is none.
ResultTask<void> compare_region(Context& context, const Options& options,
                                const std::vector<snapshot::RepositoryAddress>& copies,
                                const Selection& selection, Region region, Checked& checked) {
  engine::CompareOptions compare{.env = selection.env, .region = region};
  if (options.all == Toggle::on) compare.extent = engine::CompareOptions::Extent::all;
  if (options.snapshot.empty()) {
    compare.pointers.push_back(snapshot::latest_key(region));
    if (selection.default_region == region) compare.pointers.push_back(snapshot::latest_key());
  } else {
    compare.id = snapshot::parse_document_key(options.snapshot);
  }
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  for (const snapshot::RepositoryAddress& address : copies) {
    if (!engine::outlives(address, region)) continue;
    Selection there = selection;
    there.repositories.insert_or_assign(region, address);
    const auto copy = co_await repository_of(context, there, region, scope);
    if (copy)
      checked.copies.push_back(co_await engine::compare_copy(*repository, **copy, compare, scope));
    else
      checked.copies.push_back(
          {.region = region, .repository = to_string(address), .error = copy.error()});
    const auto& error = checked.copies.back().error;
    if (error && error->kind == ErrorKind::cancelled) co_return fail(*error);
  }
  co_return Result<void>{};
}

ResultTask<void> compare_copies(Context& context, const Options& options,
                                const std::vector<snapshot::RepositoryAddress>& copies,
                                const Selection& selection, Checked& checked) {
  for (const Region& region : selection.regions) {
    // Where the repository was not looked at, that is told already.
    const auto unread = [&region](const auto& each) { return each.first == region; };
    if (std::ranges::any_of(checked.unread, unread)) continue;
    const auto done = co_await compare_region(context, options, copies, selection, region, checked);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return fail(done.error());
    if (!done) checked.unread.emplace_back(region, done.error());
  }
  co_return Result<void>{};
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  if (options.all == Toggle::on && !options.snapshot.empty())
    co_return fail(ErrorKind::usage, "--all and --snapshot exclude each other", "leave one out");
  SSMB_CO_TRY(copies, engine::parse_copies(kCopies, options.copies));
  const ObjectKey key(options.snapshot);
  SSMB_CO_TRY(selection, co_await select_regions(context, key));
  SSMB_CO_TRY_VOID(engine::check_copies(kCopies, copies, selection.repositories));
  SSMB_CO_TRY(checked, key.empty() ? co_await verify_regions(context, options, selection)
                                   : co_await verify_named(context, selection, key));
  if (!copies.empty())
    SSMB_CO_TRY_VOID(co_await compare_copies(context, options, copies, selection, checked));
  if (context.options().form() == CommonOptions::OutputForm::json) {
    boost::json::object document = report::checked_json(checked);
    document["environment"] = selection.env.str();
    print(context, document);
  } else {
    context.out() << report::checked_text(checked);
  }
  if (!report::is_sound(checked)) co_return Outcome::differences;
  if (const Error* unread = report::first_unread(checked)) co_return fail(*unread);
  co_return Outcome::done;
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .summary = "Read a snapshot back: every byte, every hash, every record, the chain.",
          .details =
              "Exit code 4 where something is not as it was written, or where a pointer leads "
              "nowhere; then older snapshots are read until one is sound. What may not be read is "
              "UNREAD, exit code 1. --all walks every Region's whole tree: old backups, runs that "
              "did not end, days without a complete snapshot and parents that are gone are shown, "
              "and are no damage; indexes and manifests that belong to nothing are. "
              "With --copies what differs in a copy is exit code 4, too; its "
              "pointers may be older.",
          .needs = Needs::repository,
          .examples = {{"verify --env dev", "the newest good snapshot of every Region"},
                       {"verify --env dev --all", "all that lie in the repositories"},
                       {"verify --env dev --copies s3://BUCKET,region=eu-west-1",
                        "and whether the copy is the same"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
