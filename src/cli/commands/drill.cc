#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/metering.h"
#include "cli/named_snapshot.h"
#include "cli/progress.h"
#include "engine/scratch.h"
#include "report/drill_text.h"
#include "report/work_dir.h"

namespace ssmb::cli {
namespace {

using report::Drills;

constexpr int kMostSampled = 1000;
constexpr double kAll = 1.0;  // of the quota: a restore takes it

struct Options {
  SnapshotChoice choice;
  Toggle aws = Toggle::off;
  std::string under;
  int sample = 20;
  Toggle record = Toggle::off;
  MetricsFlags metrics;
};

void add_flags(FlagSet& flags, Options& options) {
  add_choice_flags(flags, options.choice);
  flags
      .toggle("--aws", options.aws,
              "then restore a sample in the real store under --under, compare it and remove it")
      .text("--under", "PATH", options.under, "the scratch path of --aws: /drill/1; nobody uses it")
      .number("--sample", 1, kMostSampled, options.sample, "so many parameters of each Region")
      .toggle("--record", options.record,
              "leave the result in the repository, too, where `report` finds it");
  add_metrics_flags(flags, options.metrics);
}

Result<void> check(const Options& options) {
  const bool named = options.choice.names_one() || !options.choice.as_of.empty();
  if (options.record == Toggle::on && named)
    return fail(ErrorKind::usage,
                "--record is of the newest snapshots: one that is named proves nothing of them",
                "leave --record out: drill.json in the work directory has the result");
  if (options.aws == Toggle::off && options.under.empty()) return {};
  if (options.aws == Toggle::off)
    return fail(ErrorKind::usage, "--under is of --aws alone",
                "--aws puts a sample of the parameters there, and removes it");
  if (options.under.empty())
    return fail(ErrorKind::usage, "--aws wants --under",
                "a path that nobody uses: --under /drill/1");
  return engine::check_scratch_path(options.under);
}

// Into the Region and account that it was taken from; where an old document names none, any account
// would do as well.
rules::Place place_of(const snapshot::Snapshot& snapshot, const Region& region) {
  const auto& manifest = snapshot.entry().manifest;
  return {.region = region, .account = manifest ? manifest->account : AccountId("000000000000")};
}

class Drilling {
 public:
  Drilling(const Options& options, Context& context, Selection selection)
      : options_(options), context_(context), selection_(std::move(selection)) {}

  ResultTask<Drills> run();

 private:
  ResultTask<void> drill_one(Drills& drills, Region region);
  ResultTask<report::DrilledRegion> drill(OpenedSnapshot& opened, Region region);
  Task<void> record(Drills& drills, snapshot::Repository& repository);
  ResultTask<engine::Scratched> drill_in_store(OpenedSnapshot& opened, rules::Place place,
                                               std::vector<ParameterName> sample);
  bool in_store() const { return options_.aws == Toggle::on; }
  std::filesystem::path file(const std::string& name) const {
    return std::filesystem::path(context_.options().work_dir) / name;
  }

  const Options& options_;
  Context& context_;
  Selection selection_;
};

ResultTask<Drills> Drilling::run() {
  std::optional<report::FileLock> held;
  if (in_store()) {
    SSMB_CO_TRY(lock, report::hold_work_dir(context_.options().work_dir, "drill"));
    held.emplace(std::move(lock));
  }
  // An earlier one's is not to pass for this one's.
  SSMB_CO_TRY_VOID(report::remove_file(file("drill.json")));
  Drills drills{.env = selection_.env,
                .at = context_.runtime().now(),
                .in_store = in_store(),
                .regions = {},
                .unread = {},
                .unrecorded = {}};
  for (const Region& region : selection_.regions) {
    auto done = co_await drill_one(drills, region);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return fail(std::move(done).error());
    if (!done) drills.unread.emplace_back(region, std::move(done).error());
  }
  co_return drills;
}

ResultTask<void> Drilling::drill_one(Drills& drills, Region region) {
  SSMB_CO_TRY(opened, co_await open_chosen(context_, selection_, region, options_.choice));
  SSMB_CO_TRY(found, co_await drill(opened, region));
  drills.regions.push_back(std::move(found));
  if (options_.record == Toggle::on) co_await record(drills, *opened.repository);
  co_return Result<void>{};
}

// What was proven is proven, wherever it can be written down.
Task<void> Drilling::record(Drills& drills, snapshot::Repository& repository) {
  const report::DrilledRegion& drilled = drills.regions.back();
  const auto text = boost::json::serialize(report::drill_record_json(drills, drilled)) + "\n";
  const auto key = snapshot::drill_key(drills.env, drilled.region, drilled.found.at);
  const auto stored = co_await repository.put_new(key, SecretBytes(text), context_.scope());
  if (!stored) drills.unrecorded.emplace_back(drilled.region, stored.error());
}

ResultTask<report::DrilledRegion> Drilling::drill(OpenedSnapshot& opened, Region region) {
  SSMB_CO_TRY(session, context_.session());
  rules::Place place = place_of(opened.snapshot, opened.region);
  const auto& manifest = opened.snapshot.entry().manifest;
  if (session->limits && manifest) session->limits->begin_from(place.region, manifest->limiter);
  engine::DrillOptions with{.env = selection_.env,
                            .place = place,
                            .rates = engine::restore::rates_of(*session, place.region, kAll)};
  if (in_store())
    with.sampling = {.count = static_cast<std::size_t>(options_.sample), .under = options_.under};
  report::DrilledRegion drilled{.region = region, .found = {}, .in_store = {}, .untried = {}};
  SSMB_CO_TRY(found, co_await engine::drill(context_.runtime(), *opened.repository, opened.snapshot,
                                            std::move(with), context_.scope()));
  drilled.found = std::move(found);
  if (!in_store() || drilled.found.parameters == 0) co_return drilled;
  // An old document names its account in its records.
  if (const AccountId& account = drilled.found.source.account; !account.empty())
    place.account = account;
  auto scratched = co_await drill_in_store(opened, place, drilled.found.sample);
  if (scratched)
    drilled.in_store = std::move(*scratched);
  else if (scratched.error().kind == ErrorKind::cancelled)
    co_return fail(std::move(scratched).error());
  else
    drilled.untried = std::move(scratched).error();
  co_return drilled;
}

ResultTask<engine::Scratched> Drilling::drill_in_store(OpenedSnapshot& opened, rules::Place place,
                                                       std::vector<ParameterName> sample) {
  SSMB_CO_TRY(session, context_.session());
  const auto watch = make_restore_watch(context_, place.region);
  engine::ScratchOptions with{.env = selection_.env,
                              .place = place,
                              .under = options_.under,
                              .sample = std::move(sample),
                              .id = context_.new_run_id().str(),
                              .journal = file(fmt::format("drill-journal-{}.jsonl", place.region)),
                              .concurrency = context_.options().concurrency};
  auto scratched =
      co_await engine::drill_in_store(*session, *opened.repository, opened.snapshot,
                                      std::move(with), {*watch, *watch}, context_.scope());
  watch->ended();
  co_return scratched;
}

Result<void> leave(const Context& context, const boost::json::object& document) {
  const std::filesystem::path directory(context.options().work_dir);
  return write_file(directory / "drill.json", boost::json::serialize(document) + "\n");
}

Result<Outcome> outcome_of(const Drills& drills) {
  if (report::is_proven(drills))
    return drills.unrecorded.empty() ? Outcome::done : Outcome::incomplete;
  for (const auto& each : drills.regions) {
    if (each.in_store && each.in_store->not_removed) return fail(*each.in_store->not_removed);
  }
  if (!std::ranges::all_of(drills.regions, &report::DrilledRegion::is_sound))
    return Outcome::differences;
  for (const auto& each : drills.regions) {
    if (each.untried) return fail(*each.untried);
  }
  return fail(drills.unread.front().second);
}

// `found`: what was drilled, also where the command failed afterwards.
ResultTask<Outcome> run_drill(const Options& options, Context& context,
                              std::optional<Drills>& found) {
  SSMB_CO_TRY_VOID(check(options));
  SSMB_CO_TRY(selection, co_await select_chosen(context, {options.choice}));
  Drilling drilling(options, context, std::move(selection));
  SSMB_CO_TRY(drills, co_await drilling.run());
  const auto document = report::drill_json(drills);
  const auto left = leave(context, document);
  if (context.options().form() == CommonOptions::OutputForm::json)
    print(context, document);
  else
    context.out() << report::drill_text(drills);
  found = std::move(drills);
  if (!left) co_return fail(left.error());
  co_return outcome_of(*found);
}

// What is proven of a snapshot that somebody named says nothing of the newest one.
Result<Metering> metering_of(const Options& options, Context& context) {
  if (options.choice.names_one() || !options.choice.as_of.empty())
    return Metering::none(context, options.metrics, "a drill of a snapshot that was named");
  return Metering::from(context, options.metrics);
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(metering, metering_of(options, context));
  std::optional<Drills> drills;
  auto outcome = co_await run_drill(options, context, drills);
  // A wrong command line is no run.
  if (!outcome && !drills && outcome.error().kind == ErrorKind::usage)
    co_return fail(std::move(outcome).error());
  const auto metrics = report::drill_metrics(
      ending_of(context, ssmb::Environment(context.options().env), outcome), drills);
  co_await metering.leave(metrics, drills ? regions_beside(context) : report::OtherRegions::kept);
  co_await metering.push(metrics);
  co_return outcome;
}

}  // namespace

Command drill_command() {
  return {
      .name = "drill",
      .summary = "Prove that the newest snapshot of every Region would come back.",
      .details =
          "Every record goes the way that a restore would take it, into a store that follows "
          "Parameter Store's rules and keeps no value, and is compared there field by field. "
          "Nothing is written to AWS without --aws. With it, a sample drawn by chance is put "
          "into the real store under a scratch path, without its policies and with the tag "
          "ssm-backup:drill, read back, compared and removed again, also after an "
          "interruption. drill.json in the work directory says what was proven, when, how old "
          "the snapshot is (RPO) and how long a restore takes at the quota (RTO); --record leaves "
          "each Region's part below drills/<env>/ of its repository as well, for `report`. Exit "
          "code 4 where something would not come back; 3 where all would, and only that could "
          "not be written down.",
      .needs = Needs::repository,
      .examples = {{"drill --env dev", "every Region"},
                   {"drill --env dev --region us-west-2 --as-of yesterday",
                    "one Region's snapshot of yesterday"},
                   {"drill --env dev --aws --under /drill/1 --sample 20",
                    "20 parameters of each Region in the real store, too"}},
      .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
