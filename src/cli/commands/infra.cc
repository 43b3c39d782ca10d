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
};

void add_flags(FlagSet& flags, Options& options) {
  flags.text("-f,--file", "FILE", options.file, "the stack's configuration: Pulumi.<env>.yaml");
}

void add_plan_flags(FlagSet& flags, Options& options) {
  add_flags(flags, options);
  flags.toggle("--detailed-exitcode", options.detailed_exitcode, "exit 4 if anything differs");
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
    co_return fail(ErrorKind::configuration, text.error().what, "see -f");
  if (!text) co_return fail(std::move(text).error());
  auto stack = engine::parse_stack(*text);
  if (!stack) co_return fail(std::move(stack).error().within(options.file));
  SSMB_CO_TRY(session, context.session());
  SSMB_CO_TRY(observed, co_await engine::observe(*session, *stack, context.scope()));
  co_return Looked{.stack = *stack, .observed = observed, .session = session};
}

enum class List { whole, kept };  // of the steps; JSON always has them all

void show(Context& context, const Looked& looked, const std::vector<Step>& steps,
          std::string_view done_word, List list) {
  if (context.options().form() == CommonOptions::OutputForm::json) {
    boost::json::array told;
    for (const Step& step : steps) {
      told.push_back({{"action", engine::to_string(step.action)},
                      {"region", step.region.str()},
                      {"target", step.name.empty() ? step.bucket.str() : step.name.str()},
                      {"description", engine::describe(step)}});
    }
    print(context, {{"environment", looked.stack.env.str()},
                    {"account", looked.observed.account.str()},
                    {"steps", told}});
    return;
  }
  context.out() << fmt::format("infra  {}  account {}  {}\n\n", looked.stack.env,
                               looked.observed.account,
                               report::counted(looked.stack.regions.size(), "Region"));
  for (const Step& step : steps) {
    if (list == List::whole || step.action == Step::Action::keep_bucket)
      context.out() << "  " << engine::describe(step) << '\n';
  }
  if (steps.empty()) {
    context.out() << "nothing differs\n";
  } else {
    context.out() << fmt::format("\n{}{}\n", report::counted(steps.size(), "step"), done_word);
  }
}

ResultTask<Outcome> run_plan(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_apply(looked.stack, looked.observed);
  show(context, looked, steps, "; nothing was written. next: the same with apply in place of plan",
       List::whole);
  const bool tell = options.detailed_exitcode == Toggle::on && !steps.empty();
  co_return tell ? Outcome::differences : Outcome::done;
}

// Each step is told on standard error as it is done; with --progress none the list on standard
// output has them.
bool steps_are_told(Context& context) { return context.options().progress != "none"; }

ResultTask<void> execute(Context& context, const Looked& looked, const std::vector<Step>& steps) {
  const auto done = [&context](const Step& step) {
    if (steps_are_told(context))
      context.err() << "done: " << engine::describe(step) << '\n' << std::flush;
  };
  return engine::execute(*looked.session, looked.observed.account, steps, done, context.scope());
}

ResultTask<Outcome> run_apply(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_apply(looked.stack, looked.observed);
  SSMB_CO_TRY_VOID(co_await execute(context, looked, steps));
  show(context, looked, steps, " done", steps_are_told(context) ? List::kept : List::whole);
  co_return Outcome::done;
}

ResultTask<Outcome> run_destroy(const Options& options, Context& context) {
  SSMB_CO_TRY(looked, co_await look(options, context));
  const auto steps = engine::plan_destroy(looked.stack, looked.observed);
  SSMB_CO_TRY_VOID(co_await execute(context, looked, steps));
  show(context, looked, steps, " done", steps_are_told(context) ? List::kept : List::whole);
  const bool kept = std::ranges::any_of(
      steps, [](const Step& step) { return step.action == Step::Action::keep_bucket; });
  if (kept) context.err() << "buckets that hold objects were kept (exit 3)\n";
  co_return kept ? Outcome::incomplete : Outcome::done;
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
          .examples = {{"infra destroy -f Pulumi.dev.yaml", "backups stay where they are"}},
          .declare = [] { return declare<Options>(add_flags, run_destroy); }};
}

}  // namespace ssmb::cli
