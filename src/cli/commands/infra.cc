#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/context.h"
#include "cli/restore_flags.h"
#include "cli/stack_file.h"
#include "engine/config_field.h"
#include "engine/infra/execute.h"
#include "engine/infra/homes.h"
#include "engine/infra/observe.h"
#include "engine/repositories.h"
#include "report/infra_plan.h"
#include "report/places.h"

namespace ssmb::cli {
namespace {

using engine::Adopt;
using engine::DestroyOptions;
using engine::Observed;
using engine::Plan;
using engine::Stack;
using engine::Step;

struct Options {
  std::string file;
  Toggle detailed_exitcode = Toggle::off;
  Toggle adopt = Toggle::off;
  Toggle yes = Toggle::off;
  Toggle delete_backups = Toggle::off;
  Toggle shorter_retention = Toggle::off;
  std::string confirm;
  std::vector<std::string> only;
};

void add_apply_flags(FlagSet& flags, Options& options) {
  flags.text("-f,--file", "FILE", options.file, "the stack's configuration: Pulumi.<env>.yaml",
             ValueKind::file);
  flags.toggle("--adopt", options.adopt,
               "take over what another manages (tag ManagedBy: Pulumi, say)");
}

void add_making_flags(FlagSet& flags, Options& options) {
  add_apply_flags(flags, options);
  flags.toggle("--accept-shorter-retention", options.shorter_retention,
               "let S3 delete backups that the present rule would keep");
}

void add_plan_flags(FlagSet& flags, Options& options) {
  add_apply_flags(flags, options);
  flags.toggle("--detailed-exitcode", options.detailed_exitcode, "exit 4 if anything differs");
}

void add_destroy_flags(FlagSet& flags, Options& options) {
  add_apply_flags(flags, options);
  flags.texts("--only", "REGION", options.only,
              "only the bucket and the parameter of a Region that left the stack (repeatable)",
              ValueKind::region);
  flags.toggle("--delete-backups", options.delete_backups,
               "delete buckets that hold backups, too: their number is asked for");
  flags.text("--confirm", "COUNT", options.confirm,
             "how many versions of objects go, where nobody can be asked");
  flags.toggle("--yes", options.yes, "delete; without it the list is shown, and nothing deleted");
}

// One command's work on a stack.
class Work {
 public:
  Work(const Options& options, Context& context, aws::Session& session, Stack stack)
      : options_(options),
        context_(context),
        session_(session),
        accounts_(session),
        stack_(std::move(stack)) {}

  ResultTask<Outcome> plan();
  ResultTask<Outcome> apply();
  ResultTask<Outcome> destroy();

 private:
  enum class Done { no, yes };

  Adopt adopt() const { return options_.adopt == Toggle::on ? Adopt::yes : Adopt::no; }
  bool json() const { return context_.options().form() == CommonOptions::OutputForm::json; }
  // Each step is told on standard error as it is done; with --progress none nowhere.
  bool steps_are_told() const { return context_.options().progress != "none"; }

  ResultTask<Plan> plan_apply();
  ResultTask<void> look_for_other_homes();
  ResultTask<Plan> plan_destroy();
  Result<DestroyOptions> destroy_options() const;
  Result<void> check_foreign(const Plan& plan) const;
  Result<void> check_retention(const Plan& plan) const;
  static std::string managers(const Plan& plan);
  std::string copy_line() const;
  Result<void> check_departed() const;
  Result<void> check_unlocked(const Plan& plan) const;
  ResultTask<void> confirm_versions(const Plan& plan);
  ResultTask<void> execute(const Plan& plan);
  void show(const Plan& plan, Done done, std::string_view last);

  const Options& options_;
  Context& context_;
  aws::Session& session_;
  engine::StackAccounts accounts_;
  Stack stack_;
  Observed observed_;
  std::vector<engine::PlanWarning> warnings_;
};

void Work::show(const Plan& plan, Done done, std::string_view last) {
  if (json())
    return print(context_,
                 boost::json::object{{"environment", stack_.env.str()},
                                     {"account", observed_.account.str()},
                                     {"homeRegion", stack_.home_region.str()},
                                     {"done", done == Done::yes},
                                     {"changes", report::infra_plan_json(plan)},
                                     {"warnings", report::infra_warnings_json(warnings_)}});
  context_.out() << fmt::format("infra  {}  account {}  {}\n\n", stack_.env, observed_.account,
                                counted(stack_.regions.size(), "Region"));
  // What was told step by step is not said again.
  Plan shown = plan;
  if (done == Done::yes && steps_are_told())
    std::erase_if(shown, [](const engine::Change& change) {
      return change.action != engine::Change::Action::keep;
    });
  std::ostringstream lines;
  report::write_infra_plan(lines, shown);
  context_.out() << lines.str() << (lines.view().empty() ? "" : "\n")
                 << report::infra_warning_lines(warnings_) << last << '\n';
}

// A stack file that moves the home leaves the old metadata where it was, and whoever reads it
// there.
ResultTask<void> Work::look_for_other_homes() {
  std::optional<Region> caller;
  if (auto home = context_.home_region()) caller = *std::move(home);
  SSMB_CO_TRY(others, co_await engine::find_other_homes(session_, stack_, observed_, caller,
                                                        context_.scope()));
  warnings_ = engine::home_warnings(stack_, others, caller);
  co_return Result<void>{};
}

ResultTask<Plan> Work::plan_apply() {
  SSMB_CO_TRY(account,
              co_await engine::caller_account(session_, stack_.home_region, context_.scope()));
  const engine::Look look{.buckets = engine::bucket_specs(stack_, account)};
  SSMB_CO_TRY(observed,
              co_await engine::observe(accounts_, stack_, account, look, context_.scope()));
  observed_ = std::move(observed);
  SSMB_CO_TRY_VOID(co_await look_for_other_homes());
  co_return engine::plan_apply(stack_, observed_, adopt());
}

// What another manages is theirs to change, unless the user says otherwise.
Result<void> Work::check_foreign(const Plan& plan) const {
  const auto foreign = engine::foreign_in(plan);
  if (adopt() == Adopt::yes || foreign.empty()) return {};
  const engine::Change& first = *foreign.front();
  return fail(
      ErrorKind::configuration,
      fmt::format(
          "{} {} of {} {} ({} {}){}: nothing was written", first.kind,
          first.action == engine::Change::Action::remove ? "deletion" : "change",
          first.kind == "parameter" ? "the parameter" : "bucket", printable(first.name),
          engine::kManagedBy, printable(first.managed_by, 80),
          foreign.size() == 1 ? std::string() : fmt::format(" and {} more", foreign.size() - 1)),
      "leave it to what manages it (pulumi up), or take it over for good: --adopt");
}

Result<void> Work::check_retention(const Plan& plan) const {
  const std::string shortened = engine::shortened_retention(plan);
  if (shortened.empty() || options_.shorter_retention == Toggle::on) return {};
  return fail(
      ErrorKind::configuration,
      fmt::format("the retention would become shorter ({}), and S3 would delete the backups "
                  "between: nothing was written",
                  shortened),
      "raise retentionDays in the stack file, or say --accept-shorter-retention");
}

// ", managed by Pulumi": by whom else, where that is not us.
std::string Work::managers(const Plan& plan) {
  std::set<std::string> names;
  for (const engine::Change& change : plan) {
    if (!change.managed_by.empty()) names.insert(printable(change.managed_by, 80));
  }
  if (names.empty()) return {};
  return ", managed by " + join({names.begin(), names.end()}, ", ");
}

// Where the stack has a copy bucket: what backup has to be told, so that it is of use.
std::string Work::copy_line() const {
  if (!stack_.copy) return {};
  const auto spec = engine::bucket_specs(stack_, observed_.account).back();
  const std::string owner =
      spec.account == observed_.account ? "" : fmt::format(",owner={}", spec.account);
  return fmt::format("\ncopies: ssm-backup backup --env {} --copy-to s3://{},region={}{}",
                     stack_.env, spec.name, spec.region, owner);
}

ResultTask<void> Work::execute(const Plan& plan) {
  const auto done = [this](const Step& step) {
    if (steps_are_told())
      context_.err() << "done: " << engine::describe(step) << '\n' << std::flush;
  };
  return engine::execute(accounts_, engine::steps_of(plan), done,
                         [this] { return context_.scope(); });
}

ResultTask<Outcome> Work::plan() {
  SSMB_CO_TRY(plan, co_await plan_apply());
  const bool differs = engine::changes_in(plan) != 0;
  std::string last = report::infra_counts(plan);
  if (differs) {
    const bool foreign = adopt() == Adopt::no && !engine::foreign_in(plan).empty();
    last += fmt::format(
        "; nothing was written\nnext: {}ssm-backup infra apply -f{}{}",
        foreign ? "pulumi up, or whatever manages it; or take it over for good: " : "",
        shell_words({options_.file}), foreign || adopt() == Adopt::yes ? " --adopt" : "");
  }
  if (!differs) last += managers(plan);
  show(plan, Done::no, last);
  const bool tell = options_.detailed_exitcode == Toggle::on && differs;
  co_return tell ? Outcome::differences : Outcome::done;
}

ResultTask<Outcome> Work::apply() {
  SSMB_CO_TRY(plan, co_await plan_apply());
  SSMB_CO_TRY_VOID(check_foreign(plan));
  SSMB_CO_TRY_VOID(check_retention(plan));
  SSMB_CO_TRY_VOID(co_await execute(plan));
  const std::size_t changes = report::infra_changes(plan);
  std::string last = changes == 0 ? "nothing differs" : counted(changes, "change") + " done";
  last += copy_line();
  for (const engine::Change& change : plan) {
    if (change.action == engine::Change::Action::keep)
      last += fmt::format(
          "\nto delete the backups of {}, once nobody needs them:\n  ssm-backup infra destroy -f{} "
          "--only {} --delete-backups --yes",
          change.region, shell_words({options_.file}), change.region);
  }
  show(plan, Done::yes, last);
  co_return Outcome::done;
}

Result<DestroyOptions> Work::destroy_options() const {
  DestroyOptions out;
  if (options_.delete_backups == Toggle::on) out.backups = DestroyOptions::Backups::remove;
  for (const std::string& word : options_.only) {
    const Region region(word);
    // "us-west-2-copy" would name the copy's bucket.
    if (!engine::is_aws_region(word))
      return fail(ErrorKind::usage,
                  fmt::format("--only {}: that is no Region", printable(word, 80)),
                  "name the Region that left the stack");
    if (std::ranges::find(stack_.regions, region) != stack_.regions.end())
      return fail(ErrorKind::usage, fmt::format("--only {}: the stack holds that Region", word),
                  "take it out of the stack file and apply that first, so that no backup misses "
                  "its bucket");
    out.only.push_back(region);
  }
  return out;
}

ResultTask<Plan> Work::plan_destroy() {
  SSMB_CO_TRY(how, destroy_options());
  SSMB_CO_TRY(account,
              co_await engine::caller_account(session_, stack_.home_region, context_.scope()));
  const bool counts = how.backups == DestroyOptions::Backups::remove;
  const engine::Look look{
      .buckets = engine::specs_to_destroy(stack_, account, how),
      .versions = counts ? engine::Look::Versions::count : engine::Look::Versions::any};
  SSMB_CO_TRY(observed,
              co_await engine::observe(accounts_, stack_, account, look, context_.scope()));
  observed_ = std::move(observed);
  co_return engine::plan_destroy(stack_, observed_, how);
}

// A backup finds a Region by the list: its bucket goes after that.
Result<void> Work::check_departed() const {
  for (const Region& region : engine::listed_regions(stack_.env, observed_)) {
    if (std::ranges::find(options_.only, region.str()) != options_.only.end())
      return fail(ErrorKind::configuration,
                  fmt::format("--only {}: the metadata still lists that Region, and backups would "
                              "miss its bucket: nothing was deleted",
                              region),
                  fmt::format("ssm-backup infra apply -f{} first", shell_words({options_.file})));
  }
  return {};
}

Result<void> Work::check_unlocked(const Plan& plan) const {
  const std::string locked = engine::locked_bucket(plan, observed_);
  if (locked.empty()) return {};
  return fail(
      ErrorKind::configuration,
      fmt::format("Object Lock keeps every version in {} for some days: nothing was deleted",
                  locked),
      "take its default retention away, wait until the last version's day is over, then run "
      "this again");
}

ResultTask<void> Work::confirm_versions(const Plan& plan) {
  std::uint64_t count = 0;
  for (const auto& [name, bucket] : observed_.buckets) count += bucket.versions;
  if (options_.delete_backups == Toggle::off || count == 0) co_return Result<void>{};
  SSMB_CO_TRY(given, confirmed_count(options_.confirm));
  // Whoever is asked for a number sees of what.
  if (!given && !json()) report::write_infra_plan(context_.err(), plan);
  Confirmation wanted{
      .count = count,
      .what = fmt::format("{} of backups would be deleted for good", counted(count, "version")),
      .given = given,
      .look_again = "look at the list again, without --yes",
      .otherwise = "leave --delete-backups out"};
  co_return co_await confirm(context_, std::move(wanted), context_.scope());
}

ResultTask<Outcome> Work::destroy() {
  SSMB_CO_TRY(plan, co_await plan_destroy());
  const std::size_t gone = report::infra_changes(plan);
  const auto kept = static_cast<std::size_t>(
      std::ranges::count(plan, engine::Change::Action::keep, &engine::Change::action));
  if (gone != 0 && options_.yes == Toggle::off) {
    show(plan, Done::no,
         fmt::format("{} would be deleted, {} kept; nothing was deleted", gone, kept));
    co_return fail(ErrorKind::usage, "infra destroy cannot be undone, and --yes is missing",
                   "read the list, then the same command with --yes");
  }
  SSMB_CO_TRY_VOID(check_departed());
  SSMB_CO_TRY_VOID(check_foreign(plan));
  SSMB_CO_TRY_VOID(check_unlocked(plan));
  SSMB_CO_TRY_VOID(co_await confirm_versions(plan));
  SSMB_CO_TRY_VOID(co_await execute(plan));
  const std::string last = fmt::format(
      "{} deleted, {} kept{}", gone, kept,
      kept == 0 ? ""
                : " (exit 3): a bucket that holds backups is not deleted without --delete-backups");
  show(plan, Done::yes, plan.empty() ? "nothing of it is there" : last);
  co_return kept == 0 ? Outcome::done : Outcome::incomplete;
}

template <ResultTask<Outcome> (Work::*does)()>
ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(stack, read_stack_file(options.file));
  SSMB_CO_TRY(session, context.session());
  Work work(options, context, *session, stack);
  co_return co_await (work.*does)();
}

}  // namespace

Command infra_plan_command() {
  return {
      .name = "infra plan",
      .summary = "Show what infra apply would do, field by field.",
      .details =
          "Compares the stack file with what is there, drift included, and writes nothing. What "
          "another manages (tag ManagedBy) is shown as theirs.",
      .needs = Needs::aws,
      .examples = {{"infra plan -f Pulumi.dev.yaml --detailed-exitcode",
                    "exit 0 where nothing differs, 4 where something does"}},
      .declare = [] { return declare<Options>(add_plan_flags, run<&Work::plan>); }};
}

Command infra_apply_command() {
  return {.name = "infra apply",
          .summary = "Make the buckets and metadata parameters of the stack file.",
          .details =
              "A bucket in each Region, private, versioned, encrypted, with expiry; and the "
              "parameters that say which Regions and buckets there are. Run again, it does "
              "nothing; what others added (tags, lifecycle rules, policy statements) stays. A "
              "Region that left the file loses its parameter; its bucket and its backups stay.",
          .needs = Needs::aws,
          .examples = {{"infra apply -f Pulumi.dev.yaml", "as the Pulumi stack would"},
                       {"infra apply -f Pulumi.dev.yaml --adopt",
                        "take over what a Pulumi stack made, after pulumi state is given up"}},
          .declare = [] { return declare<Options>(add_making_flags, run<&Work::apply>); }};
}

Command infra_destroy_command() {
  return {.name = "infra destroy",
          .summary = "Delete the metadata parameters and the empty buckets of the stack.",
          .details =
              "A bucket that holds backups is kept and named, and the exit code is 3; with "
              "--delete-backups it goes, with every version in it, once their number is typed. "
              "Backups under Object Lock cannot be deleted before their day.",
          .needs = Needs::aws,
          .examples = {{"infra destroy -f Pulumi.dev.yaml", "what would be deleted (exit 2)"},
                       {"infra destroy -f Pulumi.dev.yaml --yes", "backups stay where they are"},
                       {"infra destroy -f FILE --only us-west-2 --delete-backups --yes",
                        "the bucket of a Region that left the stack, with its backups"}},
          .declare = [] { return declare<Options>(add_destroy_flags, run<&Work::destroy>); }};
}

}  // namespace ssmb::cli
