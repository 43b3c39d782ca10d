#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/progress.h"
#include "cli/restore_flags.h"
#include "engine/repositories.h"
#include "engine/restore/as_planned.h"
#include "report/places.h"
#include "report/restore_files.h"
#include "report/restore_progress.h"
#include "report/restore_text.h"

namespace ssmb::cli {
namespace {

using engine::restore::Action;
using engine::restore::Applied;
using engine::restore::EarlierPlan;
using engine::restore::Journal;
using engine::restore::Planned;
using engine::restore::RestoreOptions;
using engine::restore::RestoreProgress;
using engine::restore::WithHistory;

// Keeps the last word about the progress: a restore that is broken off is told by it.
class Heard final : public engine::restore::RestoreEvents {
 public:
  explicit Heard(engine::restore::RestoreEvents& next) : next_(next) {}
  void progress(const RestoreProgress& progress) override {
    last_ = progress;
    next_.progress(progress);
  }
  void note(engine::Gravity gravity, const std::string& text) override {
    next_.note(gravity, text);
  }
  const RestoreProgress& last() const { return last_; }

 private:
  engine::restore::RestoreEvents& next_;
  RestoreProgress last_;
};

// One restore, from the flags to the exit code.
class Restoring {
 public:
  Restoring(RestoreFlags flags, Context& context, RestoreOptions options)
      : flags_(std::move(flags)),
        context_(context),
        options_(std::move(options)),
        files_(context.options().work_dir),
        scope_(context.scope()) {}
  ~Restoring() {
    if (session_ != nullptr) session_->notice = nullptr;
  }
  Restoring(const Restoring&) = delete;
  Restoring& operator=(const Restoring&) = delete;

  ResultTask<Outcome> run();

 private:
  ResultTask<void> open();
  ResultTask<void> find_target();
  Result<void> read_as_planned();
  Result<void> check_as_planned() const;
  ResultTask<void> plan();
  void show_plan();
  ResultTask<void> confirm_removals();
  ResultTask<Outcome> apply();
  ResultTask<Applied> execute();
  Error broken_off(Error error) const;
  Result<Outcome> end(const Applied& applied);

  bool applies() const { return flags_.apply == Toggle::on; }
  bool json() const { return context_.options().form() == CommonOptions::OutputForm::json; }
  report::Detail detail() const {
    return flags_.verbose == Toggle::on ? report::Detail::whole : report::Detail::brief;
  }
  std::size_t columns() const {
    constexpr std::size_t kNarrow = 80;
    constexpr std::size_t kWide = 100;
    return std::clamp(context_.environment().columns, kNarrow, kWide);
  }
  std::uint64_t removed() const { return report::count_of(planned_.plan, Action::remove); }
  // The same snapshot, whatever the pointer names by then.
  std::string again() const {
    return apply_line(context_.words(), flags_, planned_.source.document, 0);
  }
  report::ShownPlan shown() const;
  std::vector<std::pair<ParameterName, std::string>> missing() const;
  Error conflict() const;

  RestoreFlags flags_;
  Context& context_;
  RestoreOptions options_;
  report::RestoreFiles files_;
  CallScope scope_;
  OpenedSnapshot opened_;
  Region target_;
  aws::Session* session_ = nullptr;
  std::unique_ptr<report::RestoreWatch> watch_;
  Planned planned_;
  RestoreProgress reached_;
};

Result<Region> one_region(const Selection& selection) {
  if (selection.regions.size() == 1) return selection.regions.front();
  std::vector<std::string> names;
  for (const Region& region : selection.regions) names.push_back(region.str());
  return fail(ErrorKind::usage,
              fmt::format("a restore is of one Region's snapshot, and there are {}: {}",
                          names.size(), join(names, ", ")),
              fmt::format("say which: --region {}", names.front()));
}

// Where a bucket's Region is not said, it is looked for in the snapshot's own, which may be lost.
Error with_buckets_region(Error error, const std::string& repository) {
  using enum ErrorKind;
  const bool silent = error.kind == unreachable || error.kind == transient || error.kind == timeout;
  if (!silent || !repository.starts_with("s3://") || repository.contains(",region=")) return error;
  const std::string step =
      fmt::format("if the bucket is in another Region, name it: --repository {},region=R",
                  printable(repository, 200));
  error.next = error.next.empty() ? step : error.next + "; " + step;
  return error;
}

ResultTask<void> Restoring::open() {
  SSMB_CO_TRY(selection, co_await select_chosen(context_, {flags_.choice}));
  SSMB_CO_TRY(region, one_region(selection));
  auto opened = co_await open_chosen(context_, selection, region, flags_.choice);
  if (!opened)
    co_return fail(with_buckets_region(std::move(opened).error(), context_.options().repository));
  opened_ = std::move(*opened);
  const auto& manifest = opened_.snapshot.entry().manifest;
  const bool past = manifest && manifest->depth == snapshot::Depth::history;
  if (options_.plan.with_history == WithHistory::yes && !past)
    co_return fail(ErrorKind::usage,
                   fmt::format("{} holds no older versions", opened_.snapshot.entry().document),
                   "--history wants a snapshot that `backup --depth history` made");
  co_return Result<void>{};
}

// The lost Region itself is asked nothing where --to-region names another.
ResultTask<void> Restoring::find_target() {
  target_ = flags_.to_region.empty() ? opened_.region : Region(flags_.to_region);
  SSMB_CO_TRY(session, context_.session());
  session_ = session;
  watch_ = make_restore_watch(context_, target_);
  session_->notice = [this](const std::string& text) { watch_->notice(text); };
  SSMB_CO_TRY(account, co_await engine::caller_account(*session_, target_, scope_));
  options_.plan.mapping.to = {.region = target_, .account = account};
  co_return Result<void>{};
}

Result<void> Restoring::read_as_planned() {
  if (flags_.as_planned.empty()) return {};
  const auto wrong = [this](Error error) {
    error = std::move(error).within(printable(flags_.as_planned, 200));
    error.kind = ErrorKind::usage;
    error.next = "name the analysis.json of a plan that this version made: restore without --apply";
    return fail(std::move(error));
  };
  auto text = read_file(flags_.as_planned);
  if (!text) return wrong(std::move(text).error());
  auto plan = EarlierPlan::parse(*text);
  if (!plan) return wrong(std::move(plan).error());
  // Whatever the pointer names by now.
  if (!flags_.choice.names_one()) flags_.choice.snapshot = plan->of().snapshot.str();
  options_.plan.as_planned = std::make_shared<const EarlierPlan>(std::move(*plan));
  return check_as_planned();
}

// With what is known by now.
Result<void> Restoring::check_as_planned() const {
  if (!options_.plan.as_planned) return {};
  engine::restore::PlanOf now{.env = options_.plan.env,
                              .region = target_,
                              .account = options_.plan.mapping.to.account,
                              .snapshot = planned_.source.document,
                              .on_conflict = options_.plan.on_conflict,
                              .choices = choices_of(options_.plan)};
  if (!now.snapshot.empty())
    now.sha256 = planned_.document_sha256;
  else if (opened_.repository)
    now.snapshot = opened_.snapshot.entry().document;
  auto same = check_same(options_.plan.as_planned->of(), now);
  if (!same) return fail(std::move(same).error().within(printable(flags_.as_planned, 200)));
  return {};
}

ResultTask<void> Restoring::plan() {
  auto planned =
      co_await engine::restore::plan_restore(*session_, *opened_.repository, opened_.snapshot,
                                             options_, files_.journal(target_), *watch_, scope_);
  watch_->ended();
  if (!planned) co_return fail(std::move(planned).error());
  planned_ = std::move(*planned);
  co_return Result<void>{};
}

// Names of the selection that the backup could not read.
std::vector<std::pair<ParameterName, std::string>> Restoring::missing() const {
  std::vector<std::pair<ParameterName, std::string>> out;
  for (const ParameterName& name : planned_.source.unread) {
    if (options_.plan.selection.matches(name))
      out.emplace_back(name, "it could not be read when the document was made");
  }
  const auto& manifest = opened_.snapshot.entry().manifest;
  if (!manifest) return out;
  for (const auto& unreadable : manifest->unreadable)
    if (options_.plan.selection.matches(unreadable.name))
      out.emplace_back(unreadable.name, to_line(unreadable.why()));
  return out;
}

report::ShownPlan Restoring::shown() const {
  return {.env = options_.plan.env,
          .planned = &planned_,
          .on_conflict = options_.plan.on_conflict,
          .missing = missing(),
          .now = context_.runtime().now(),
          .apply_line =
              applies() ? std::string()
                        : apply_line(context_.words(), flags_, planned_.source.document, removed()),
          .choices = choices_of(options_.plan)};
}

void Restoring::show_plan() {
  if (!json()) {
    report::write_plan(context_.out(), shown(), detail(), columns());
    context_.out().flush();
  } else if (!applies()) {
    report::write_plan_json([this](std::string_view text) { context_.out() << text; }, shown());
    context_.set_printed();
  }
}

ResultTask<void> Restoring::confirm_removals() {
  const std::uint64_t count = removed();
  SSMB_CO_TRY(given, confirmed_count(flags_.confirm));
  Confirmation wanted{.count = count,
                      .what = fmt::format("{} would be deleted", counted(count, "live parameter")),
                      .given = given,
                      .look_again = "look at the plan again, without --apply",
                      .otherwise = "leave --delete-extra out"};
  co_return co_await confirm(context_, std::move(wanted), scope_);
}

Error Restoring::conflict() const {
  const std::size_t count = planned_.plan.conflicts.size();
  return {.kind = ErrorKind::conflict,
          .what = fmt::format("{} {} from the snapshot, and --on-conflict fail was given: nothing "
                              "is written",
                              counted(count, "parameter"), count == 1 ? "differs" : "differ"),
          .fault = std::nullopt,
          .next = "decide with --on-conflict skip or --on-conflict overwrite"};
}

ResultTask<Applied> Restoring::execute() {
  if (!planned_.plan.conflicts.empty()) co_return fail(conflict());
  SSMB_CO_TRY_VOID(co_await confirm_removals());
  SSMB_CO_TRY(journal,
              Journal::open(files_.journal(target_), engine::restore::journal_head(planned_)));
  if (!journal.set_aside().empty())
    watch_->note(engine::Gravity::warning,
                 fmt::format("the journal of another restore is now {}", journal.set_aside()));
  Heard heard(*watch_);
  auto applied = co_await engine::restore::apply_restore(*session_, *opened_.repository, planned_,
                                                         options_, journal, heard, scope_);
  watch_->ended();
  reached_ = heard.last();
  if (!applied) co_return fail(broken_off(std::move(applied).error()));
  co_return applied;
}

// What was done stays done; the journal knows what was begun.
Error Restoring::broken_off(Error error) const {
  error.what += fmt::format("; {} of {} steps were done", reached_.done, reached_.of);
  if (error.kind == ErrorKind::cancelled || error.next.empty())
    error.next = "run it again, it goes on where it ended:\n  " + again();
  else
    error.next += "; then run it again, it goes on where it ended";
  return error;
}

ResultTask<Outcome> Restoring::apply() {
  auto applied = co_await execute();
  if (applied) co_return end(*applied);
  // The error outweighs a file that could not be written.
  (void)files_.write_result(report::broken_off_json(shown(), reached_, applied.error()));
  co_return fail(std::move(applied).error());
}

Result<Outcome> Restoring::end(const Applied& applied) {
  const report::ShownRestore result{.plan = shown(), .applied = applied, .again = again()};
  auto document = report::restored_json(result);
  auto written = files_.write_result(document);
  if (json()) {
    if (!written) document["error"] = boost::json::value(written.error().what);
    print(context_, document);
  } else {
    report::write_restored(context_.out(), result, detail(), columns());
  }
  if (!written) return fail(std::move(written).error());
  switch (report::verdict(result)) {
    case report::RestoreVerdict::complete: return Outcome::done;
    case report::RestoreVerdict::incomplete: return Outcome::incomplete;
    case report::RestoreVerdict::failed: break;
  }
  // Each is told above, or in the document.
  const Error& first = applied.failures.front().error;
  return fail(
      first.kind,
      fmt::format("nothing was restored: {} failed", counted(applied.failures.size(), "step")),
      first.next.empty() ? "correct what is named above, and run it again" : first.next);
}

ResultTask<Outcome> Restoring::run() {
  SSMB_CO_TRY_VOID(read_as_planned());
  if (applies()) SSMB_CO_TRY_VOID(files_.begin());
  SSMB_CO_TRY_VOID(co_await open());
  SSMB_CO_TRY_VOID(co_await find_target());
  SSMB_CO_TRY_VOID(check_as_planned());
  SSMB_CO_TRY_VOID(co_await plan());
  SSMB_CO_TRY_VOID(check_as_planned());
  // What was approved stays what it is, wherever it lies.
  if (!options_.plan.as_planned) SSMB_CO_TRY_VOID(files_.write_analysis(shown()));
  show_plan();
  if (applies()) co_return co_await apply();
  switch (report::foresee(planned_)) {
    case report::Foresight::complete: co_return Outcome::done;
    case report::Foresight::incomplete: co_return Outcome::incomplete;
    case report::Foresight::refused: break;
  }
  co_return fail(conflict());
}

// Where whoever found it knows no next step.
Error advised(Error error, const ssmb::Environment& env) {
  const std::string list = fmt::format("`ssm-backup list --env {}` shows the others", env);
  if (error.kind == ErrorKind::corrupt)
    return std::move(error).advising("if it was copied, copy it anew; " + list);
  if (error.kind == ErrorKind::not_found)
    return std::move(error).advising(
        fmt::format("`ssm-backup show --env {}` with the same --snapshot lists its names", env));
  return error;
}

ResultTask<Outcome> run(const RestoreFlags& flags, Context& context) {
  SSMB_CO_TRY(env, context.env());
  SSMB_CO_TRY(options, restore_options(flags, env, context.options().concurrency));
  Restoring restoring(flags, context, std::move(options));
  auto outcome = co_await restoring.run();
  if (!outcome) co_return fail(advised(std::move(outcome).error(), env));
  co_return outcome;
}

}  // namespace

Command restore_command() {
  return {
      .name = "restore",
      .summary = "Plan how a Region's parameters come back from a snapshot; with --apply, do it.",
      .details =
          "Without --apply nothing is written: the plan says what would be, why, how long it "
          "takes, what nobody can restore and what is to be set by hand, and the exit code is that "
          "of its execution: 0 "
          "where all that is wanted would be there and equal, 3 where something is skipped or "
          "impossible, 1 where --on-conflict fail refuses. Every parameter that is written is "
          "read back and compared. One that is interrupted goes on where it ended when it is "
          "run again. With --region and --repository nothing is asked of any other place: "
          "--to-region restores a Region that answers nothing any more.",
      .needs = Needs::repository,
      .defaults = {.quota_share = 100, .deadline = std::chrono::hours{24}},
      .examples = {{"restore --env dev --region us-west-2", "the plan"},
                   {"restore --env dev --region us-west-2 --apply", "what is missing, created"},
                   {"restore --env dev --name /app/dev/db/password --as-of yesterday",
                    "one parameter as it was; --on-conflict overwrite puts it back"},
                   {"restore --env dev --region R --repository COPY --to-region OTHER",
                    "a lost Region, from a copy, which may be s3://BUCKET,region=R"}},
      .declare = [] { return declare<RestoreFlags>(add_restore_flags, run); }};
}

}  // namespace ssmb::cli
