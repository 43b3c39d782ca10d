#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "engine/infra/apply.h"
#include "report/places.h"

namespace ssmb::cli {
namespace {

using engine::Observed;
using engine::Stack;
using engine::Step;

struct Options {
  std::string file;
  Toggle detailed_exitcode = Toggle::off;
  Toggle yes = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.text("-f,--file", "FILE", options.file, "the stack's configuration: Pulumi.<env>.yaml");
}

void add_plan_flags(FlagSet& flags, Options& options) {
  add_flags(flags, options);
  flags.toggle("--detailed-exitcode", options.detailed_exitcode, "exit 4 if anything differs");
}

void add_destroy_flags(FlagSet& flags, Options& options) {
  add_flags(flags, options);
  flags.toggle("--yes", options.yes, "delete; without it the list is shown, and nothing deleted");
}

struct Looked {
  Stack stack;
  Observed observed;
  aws::Session* session;
};

ResultTask<Looked> look(const Options& options, Context& context) {
  if (options.file.empty())
    co_return fail(ErrorKind::usage, "--file is missing", "name the stack: -f Pulumi.dev.yaml");
  auto text = read_file(options.file);
  if (!text && text.error().kind == ErrorKind::not_found)
    co_return fail(ErrorKind::configuration, text.error().what,
                   "name the stack file: -f Pulumi.<env>.yaml");
  if (!text) co_return fail(std::move(text).error());
  auto stack = engine::parse_stack(*text);
  if (!stack) co_return fail(std::move(stack).error().within(options.file));
  SSMB_CO_TRY(session, context.session());
  SSMB_CO_TRY(observed, co_await engine::observe(*session, *stack, context.scope()));
  co_return Looked{.stack = *stack, .observed = observed, .session = session};
}

enum class Done { no, yes };

bool is_kept(const Step& step) { return step.action == Step::Action::keep_bucket; }

// Each step is told on standard error as it is done; with --progress none the list on standard
// output has them.
bool steps_are_told(Context& context) { return context.options().progress != "none"; }

boost::json::object document(const Looked& looked, const std::vector<Step>& steps, Done done) {
  boost::json::array told;
  for (const Step& step : steps) {
    boost::json::object entry{{"action", engine::to_string(step.action)},
                              {"region", step.region.str()},
                              {"target", step.name.empty() ? step.bucket.str() : step.name.str()},
                              {"description", engine::describe(step)}};
    if (!step.managed_by.empty()) entry["managedBy"] = step.managed_by;
    told.push_back(std::move(entry));
  }
  return {{"environment", looked.stack.env.str()},
          {"account", looked.observed.account.str()},
          {"done", done == Done::yes},
          {"steps", told}};
}

// The steps, but for those that were told already, and the last line. JSON always has all steps.
void show(Context& context, const Looked& looked, const std::vector<Step>& steps, Done done,
          std::string_view last) {
  if (context.options().form() == CommonOptions::OutputForm::json)
    return print(context, document(looked, steps, done));
  context.out() << fmt::format("infra  {}  account {}  {}\n\n", looked.stack.env,
                               looked.observed.account,
                               report::counted(looked.stack.regions.size(), "Region"));
  const bool told = done == Done::yes && steps_are_told(context);
  bool listed = false;
  for (const Step& step : steps) {
    if (told && !is_kept(step)) continue;
    context.out() << "  " << engine::describe(step) << '\n';
    listed = true;
  }
  context.out() << (listed ? "\n" : "") << last << '\n';
}

ResultTask<void> execute(Context& context, const Looked& looked, const std::vector<Step>& steps) {
  const auto done = [&context](const Step& step) {
    if (steps_are_told(context) && !is_kept(step))
      context.err() << "done: " << engine::describe(step) << '\n' << std::flush;
  };
  return engine::execute(*looked.session, looked.observed.account, steps, done, context.scope());
}

constexpr std::string_view kNothingDiffers = "nothing differs";

ResultTask<Outcome> run_plan(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_apply(looked.stack, looked.observed);
  const std::string last = report::counted(steps.size(), "step") +
                           "; nothing was written. next: the same with apply in place of plan";
  show(context, looked, steps, Done::no, steps.empty() ? kNothingDiffers : last);
  const bool tell = options.detailed_exitcode == Toggle::on && !steps.empty();
  co_return tell ? Outcome::differences : Outcome::done;
}

ResultTask<Outcome> run_apply(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_apply(looked.stack, looked.observed);
  SSMB_CO_TRY_VOID(co_await execute(context, looked, steps));
  const std::string last = report::counted(steps.size(), "step") + " done";
  show(context, looked, steps, Done::yes, steps.empty() ? kNothingDiffers : last);
  co_return Outcome::done;
}

ResultTask<Outcome> run_destroy(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_destroy(looked.stack, looked.observed);
  const auto kept = static_cast<std::size_t>(std::ranges::count_if(steps, is_kept));
  const std::size_t gone = steps.size() - kept;
  if (gone != 0 && options.yes == Toggle::off) {
    show(context, looked, steps, Done::no,
         fmt::format("{} would be deleted, {} kept; nothing was deleted", gone, kept));
    co_return fail(ErrorKind::usage, "infra destroy cannot be undone, and --yes is missing",
                   "read the list, then the same command with --yes");
  }
  SSMB_CO_TRY_VOID(co_await execute(context, looked, steps));
  const std::string last =
      fmt::format("{} deleted, {} kept{}", gone, kept,
                  kept == 0 ? "" : " (exit 3): a bucket that holds objects is not deleted");
  show(context, looked, steps, Done::yes, steps.empty() ? "nothing of the stack is there" : last);
  co_return kept == 0 ? Outcome::done : Outcome::incomplete;
}

}  // namespace

Command infra_plan_command() {
  return {.name = "infra plan",
          .summary = "Show what infra apply would do.",
          .details = "",
          .needs = Needs::aws,
          .examples = {{"infra plan -f Pulumi.dev.yaml --detailed-exitcode",
                        "exit 0 where nothing differs, 4 where something does"}},
          .declare = [] { return declare<Options>(add_plan_flags, run_plan); }};
}

Command infra_apply_command() {
  return {.name = "infra apply",
          .summary = "Make the buckets and metadata parameters of the stack file.",
          .details =
              "A bucket in each Region, private, versioned, encrypted, with expiry; and the "
              "parameters that say which Regions and buckets there are. Run again, it does "
              "nothing; what others added (tags, lifecycle rules, policy statements) stays.",
          .needs = Needs::aws,
          .examples = {{"infra apply -f Pulumi.dev.yaml", "as the Pulumi stack would"}},
          .declare = [] { return declare<Options>(add_flags, run_apply); }};
}

Command infra_destroy_command() {
  return {.name = "infra destroy",
          .summary = "Delete the metadata parameters and the empty buckets of the stack.",
          .details =
              "A bucket that holds objects is never deleted: it is named, and the exit code "
              "is 3.",
          .needs = Needs::aws,
          .examples = {{"infra destroy -f Pulumi.dev.yaml", "what would be deleted (exit 2)"},
                       {"infra destroy -f Pulumi.dev.yaml --yes", "backups stay where they are"}},
          .declare = [] { return declare<Options>(add_destroy_flags, run_destroy); }};
}

}  // namespace ssmb::cli
