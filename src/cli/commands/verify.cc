#include <fmt/format.h>

#include "base/try.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "report/table.h"
#include "snapshot/reader.h"

namespace ssmb::cli {
namespace {

using snapshot::Snapshot;
using snapshot::Verification;

struct Options {
  Toggle all = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.toggle("--all", options.all, "every snapshot, not only the newest good one");
}

struct Verified {
  Region region;
  snapshot::Entry entry;
  Verification found;
};

// A snapshot that cannot even be opened is a finding, not the end of the search.
ResultTask<Verified> verify_entry(snapshot::Repository& repository, Region region,
                                  snapshot::Entry entry, CallScope scope) {
  Verified out{.region = std::move(region), .entry = std::move(entry), .found = {}};
  // A run that did not end is what it is; there is nothing to compare it with.
  if (out.entry.state == snapshot::State::unfinished) co_return out;
  const auto opened = co_await Snapshot::open(repository, out.entry.document, scope);
  const bool missing = !opened && (opened.error().kind == ErrorKind::not_found ||
                                   opened.error().kind == ErrorKind::corrupt);
  if (missing) {
    out.found.findings.push_back({.key = out.entry.document, .what = opened.error().what});
    co_return out;
  }
  if (!opened) co_return fail(opened.error());
  SSMB_CO_TRY(found, co_await opened->verify(scope));
  out.found = std::move(found);
  co_return out;
}

ResultTask<std::vector<Verified>> verify_region(Context& context, const Options& options,
                                                const Selection& selection, Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  std::vector<Verified> out;
  if (options.all == Toggle::off) {
    SSMB_CO_TRY(latest, co_await Snapshot::open_latest(*repository, selection.env, region, scope));
    SSMB_CO_TRY(found, co_await latest.verify(scope));
    out.push_back({.region = region, .entry = latest.entry(), .found = std::move(found)});
    co_return out;
  }
  SSMB_CO_TRY(entries,
              co_await snapshot::list_snapshots(*repository, selection.env, region, scope));
  for (snapshot::Entry& entry : entries) {
    SSMB_CO_TRY(one, co_await verify_entry(*repository, region, std::move(entry), scope));
    out.push_back(std::move(one));
  }
  co_return out;
}

std::string result_of(const Verified& one) {
  if (one.entry.state == snapshot::State::unfinished) return "unfinished";
  return one.found.findings.empty() ? "sound" : "ALTERED";
}

std::string text_of(const std::vector<Verified>& all) {
  using enum report::Table::Align;
  report::Table table({{.title = "REGION"},
                       {.title = "RESULT"},
                       {.title = "PARAMETERS", .align = right},
                       {.title = "READ", .align = right},
                       {.title = "CHAIN"},
                       {.title = "KEY"}});
  std::string findings;
  for (const Verified& one : all) {
    table.add({one.region.str(), result_of(one), std::to_string(one.found.parameter_count),
               to_human(ByteCount{one.found.bytes}), std::string(to_string(one.found.chain)),
               one.entry.document.str()});
    for (const snapshot::Finding& finding : one.found.findings)
      findings += fmt::format("{}: {}\n", finding.key, finding.what);
  }
  if (all.empty()) return "no snapshots\n";
  if (findings.empty()) return table.render() + "\nall sound: re-read, re-hashed, re-parsed\n";
  return table.render() + '\n' + findings +
         "next: restore from another snapshot (ssm-backup list), and find out who wrote these\n";
}

boost::json::array json_of(const std::vector<Verified>& all) {
  boost::json::array out;
  for (const Verified& one : all) {
    boost::json::array findings;
    for (const snapshot::Finding& finding : one.found.findings)
      findings.push_back({{"key", finding.key.str()}, {"what", finding.what}});
    out.push_back({{"region", one.region.str()},
                   {"key", one.entry.document.str()},
                   {"state", to_string(one.entry.state)},
                   {"sound", one.found.findings.empty()},
                   {"parameterCount", one.found.parameter_count},
                   {"bytes", one.found.bytes},
                   {"chain", to_string(one.found.chain)},
                   {"findings", std::move(findings)}});
  }
  return out;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  std::vector<Verified> all;
  for (const Region& region : selection.regions) {
    SSMB_CO_TRY(some, co_await verify_region(context, options, selection, region));
    std::ranges::move(some, std::back_inserter(all));
  }
  if (context.options().form() == CommonOptions::OutputForm::json) {
    print(context, {{"environment", selection.env.str()}, {"snapshots", json_of(all)}});
  } else {
    context.out() << text_of(all);
  }
  const bool sound =
      std::ranges::all_of(all, [](const Verified& one) { return one.found.findings.empty(); });
  co_return sound ? Outcome::done : Outcome::differences;
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .summary = "Read a snapshot back: every byte, every hash, every record, the chain.",
          .details = "Exit code 4 where something is not as it was written.",
          .needs = Needs::repository,
          .examples = {{"verify --env dev", "the newest good snapshot of every Region"},
                       {"verify --env dev --all", "all that lie in the repositories"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
