#include <fmt/format.h>

#include <filesystem>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "cli/progress.h"
#include "cli/restore_flags.h"
#include "cli/troubles.h"
#include "report/diff_text.h"
#include "snapshot/layout.h"

namespace ssmb::cli {
namespace {

using report::DiffVerdict;

struct Options {
  std::string from;
  std::string to;
  Toggle exact = Toggle::off;
  std::string tags = "bulk";
};

void add_flags(FlagSet& flags, Options& options) {
  const auto argument = [&flags](std::string name, std::string help, std::string& target) {
    flags.argument({.name = std::move(name),
                    .help = std::move(help),
                    .presence = Argument::Presence::optional,
                    .choices = {},
                    .kind = ValueKind::file,
                    .offers = {{"live", "what is in the store now", {}},
                               {"newest", "the newest good snapshot", {}},
                               {"yesterday", "the one of 24 hours ago", {}}},
                    .set = [&target](const std::string& word) { target = word; }});
  };
  argument("A",
           "a snapshot's key, a document on disk, a time (as --as-of takes it), newest or live",
           options.from);
  argument("B", "the same; live, if not said", options.to);
  flags
      .toggle("--exact", options.exact,
              "every field: versions, dates, users and ARNs, too, which no restore brings back")
      .choice("--tags", {"bulk", "strict"}, options.tags,
              "of live: bulk: from the tagging index, which may lag; strict: one call a parameter");
}

// nullopt: the live store.
using End = std::optional<SnapshotChoice>;

// The command line's A or B.
Result<End> end_of(std::string_view argument, const std::string& word, Time now) {
  if (word == "live") return End();
  SnapshotChoice choice{.said_by = std::string(argument)};
  if (word.empty() || word == "newest") return End(choice);
  if (names_snapshot(word)) {
    choice.snapshot = word;
    return End(choice);
  }
  if (auto time = parse_moment(word, now); !time) {
    Error error = std::move(time).error().within(argument);
    error.what += ", and no key or file of a snapshot";
    return fail(std::move(error));
  }
  choice.as_of = word;
  return End(choice);
}

struct Ends {
  End from;
  End to;
};

Result<Ends> ends_of(const Options& options, Time now) {
  SSMB_TRY(from, end_of("A", options.from, now));
  SSMB_TRY(to, end_of("B", options.to.empty() ? "live" : options.to, now));
  if (!from && !to)
    return fail(ErrorKind::usage, "the live store is the same as itself",
                "name a snapshot to compare it with: ssm-backup diff live newest");
  return Ends{.from = std::move(from), .to = std::move(to)};
}

std::vector<SnapshotChoice> choices_of(const Ends& ends) {
  std::vector<SnapshotChoice> choices;
  for (const End& end : {ends.from, ends.to})
    if (end) choices.push_back(*end);
  return choices;
}

// Compares one Region after another.
class Differ {
 public:
  Differ(Context& context, const Options& options, const Selection& selection, Ends ends)
      : context_(context),
        options_(options),
        selection_(selection),
        ends_(std::move(ends)),
        progress_(make_progress(context, selection.regions)) {
    report_.environment = selection.env;
    report_.now = context.runtime().now();
    report_.place = place_words(context.options());
    if (options.exact == Toggle::on) report_.comparison = Comparison::exact;
  }

  Differ(const Differ&) = delete;
  Differ& operator=(const Differ&) = delete;
  ~Differ() {
    if (live_ != nullptr) live_->notice = nullptr;
  }

  ResultTask<void> run() {
    SSMB_CO_TRY(tags, snapshot::parse_tags_mode(options_.tags));
    tags_ = tags;
    for (const Region& region : regions()) {
      auto compared = co_await compare(region);
      if (compared) report_.compared.push_back(std::move(*compared));
      if (compared) continue;
      if (!is_of_one_region(compared.error())) co_return fail(std::move(compared).error());
      report_.failed.emplace_back(region, std::move(compared).error());
    }
    progress_->run_ended();
    co_return Result<void>{};
  }

  report::DiffReport& told() { return report_; }

 private:
  // Two that are named are one pair, of two Regions perhaps.
  std::vector<Region> regions() const {
    const bool pair =
        (!ends_.from || ends_.from->names_one()) && (!ends_.to || ends_.to->names_one());
    if (!pair) return selection_.regions;
    return {selection_.regions.front()};
  }

  struct Opened {
    std::unique_ptr<snapshot::Repository> repository;  // keeps the snapshot readable
    engine::DiffEnd end;
    report::ComparedEnd told;
  };

  ResultTask<Opened> open(End end, Region region);
  ResultTask<report::Compared> compare(Region region);

  Context& context_;
  const Options& options_;
  const Selection& selection_;
  Ends ends_;
  std::unique_ptr<report::Progress> progress_;
  aws::Session* live_ = nullptr;  // where one was needed
  snapshot::TagsMode tags_ = snapshot::TagsMode::bulk;
  report::DiffReport report_;
};

ResultTask<Differ::Opened> Differ::open(End end, Region region) {
  if (!end) {
    SSMB_CO_TRY(session, context_.session());
    live_ = session;
    live_->notice = [this](const std::string& text) { progress_->notice(text); };
    progress_->region_started(region);
    co_return Opened{.repository = {},
                     .end = engine::LiveEnd{.session = session,
                                            .events = progress_.get(),
                                            .region = region,
                                            .tags = tags_,
                                            .concurrency = context_.options().concurrency},
                     .told = {.region = region, .entry = {}}};
  }
  SSMB_CO_TRY(opened, co_await open_chosen(context_, selection_, region, *end));
  Opened out{
      .repository = std::move(opened.repository),
      .end = opened.snapshot,
      .told = {.region = opened.region,
               .entry = opened.snapshot.entry(),
               .name = end->names_one() ? end->snapshot : opened.snapshot.entry().document.str()}};
  co_return out;
}

ResultTask<report::Compared> Differ::compare(Region region) {
  const CallScope scope = context_.scope();
  SSMB_CO_TRY(from, co_await open(ends_.from, region));
  SSMB_CO_TRY(to, co_await open(ends_.to, region));
  SSMB_CO_TRY(diff, co_await engine::diff(context_.runtime(), from.end, to.end,
                                          {.comparison = report_.comparison}, scope));
  co_return report::Compared{
      .from = std::move(from.told), .to = std::move(to.told), .diff = std::move(diff)};
}

Outcome outcome_of(const report::DiffReport& report) {
  Outcome outcome = Outcome::done;
  for (const report::Compared& compared : report.compared) {
    const DiffVerdict verdict = report::verdict(compared.diff);
    if (verdict == DiffVerdict::differs) return Outcome::differences;
    if (verdict == DiffVerdict::unknown) outcome = Outcome::incomplete;
  }
  return outcome;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(ends, ends_of(options, context.runtime().now()));
  SSMB_CO_TRY(selection, co_await select_chosen(context, choices_of(ends)));
  Differ differ(context, options, selection, ends);
  SSMB_CO_TRY_VOID(co_await differ.run());
  report::DiffReport& told = differ.told();
  told.account = context.account();
  if (context.options().form() == CommonOptions::OutputForm::json) {
    report::write_diff_json(context.out(), told);
    context.set_printed();
  } else if (!told.compared.empty()) {
    report::write_diff(context.out(), told);
  }
  if (told.failed.empty()) co_return outcome_of(told);
  // A comparison that was not made counts more than a difference that was found, damage too.
  const Outcome outcome = tell_troubles(context, told.failed);
  co_return outcome == Outcome::misconfigured ? outcome : Outcome::failed;
}

}  // namespace

Command diff_command() {
  return {
      .name = "diff",
      .summary = "Compare two snapshots, or one with the live store; never says a value.",
      .details =
          "Without A and B: each Region's newest good snapshot against what is live. Compared "
          "is what a restore can bring back, so that after one nothing differs; --exact "
          "compares all. The Region's service settings and shares, which no restore sets, are "
          "compared besides. Live is listed and read as a backup would, as deep as the snapshot "
          "was taken. Exit code 4 where something differs; 3 where nothing does, but something "
          "could not be read. A value that differs shows as two tags, which say \"same or "
          "not\" within one run and nothing else.",
      .needs = Needs::repository,
      .examples = {{"diff --env dev", "what has changed since the newest snapshots"},
                   {"diff -3d newest --env dev --region us-west-2",
                    "between the snapshot of three days ago and the newest"},
                   {"diff saved.json live --env dev", "a document on disk against live"}},
      .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
