#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "cli/troubles.h"
#include "report/error_text.h"
#include "report/shown_text.h"
#include "snapshot/trouble.h"

namespace ssmb::cli {
namespace {

using report::Shown;
using snapshot::Trouble;
using snapshot::trouble_of;

struct Options {
  std::string name;
  SnapshotChoice choice;
  Toggle reveal = Toggle::off;
  Toggle force = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "NAME",
                 .help = "a parameter; without it, what the snapshot holds",
                 .presence = Argument::Presence::optional,
                 .choices = {},
                 .set = [&options](const std::string& word) { options.name = word; }})
      .toggle("--reveal", options.reveal, "with NAME: print the value, too, to a terminal")
      .toggle("--force", options.force, "with --reveal: into a file or a pipe, too");
  add_choice_flags(flags, options.choice);
}

bool json_wanted(const Context& context) {
  return context.options().form() == CommonOptions::OutputForm::json;
}

// What the Regions answered, and what kept others from answering.
struct Answers {
  std::vector<Shown> shown;
  report::Troubles troubles;
};

// A snapshot that is broken is shown as far as it can be read, but not as if it were sound.
void note_broken(const snapshot::Entry& entry, const Region& region, Answers& answers) {
  if (entry.unread) answers.troubles.emplace_back(region, *entry.unread);
  if (entry.state != snapshot::State::broken) return;
  answers.troubles.emplace_back(
      region,
      Error{.kind = ErrorKind::corrupt,
            .what = fmt::format("{} is broken: {}", entry.document, entry.problem),
            .fault = std::nullopt,
            .next = "`ssm-backup verify --all` tells which snapshots are sound: show one of them "
                    "with --snapshot KEY"});
}

// Why the backup could not read the parameter; nullopt: it names no such.
std::optional<Error> unread_then(const snapshot::Entry& entry, const ParameterName& name) {
  if (!entry.manifest) return std::nullopt;
  const auto& unreadable = entry.manifest->unreadable;
  const auto found = std::ranges::find(unreadable, name, &snapshot::Unreadable::name);
  if (found == unreadable.end()) return std::nullopt;
  return found->why().within(
      fmt::format("{} could not be read when {} was taken", name, entry.document));
}

// Who else may use it stands in the manifest, with the Region's other facts.
void add_shares(const snapshot::Entry& entry, Parameter& parameter) {
  if (!entry.manifest || !entry.manifest->facts.shares || parameter.resource_policies) return;
  const snapshot::Shares& shares = *entry.manifest->facts.shares;
  const auto found = std::ranges::find(shares.list, parameter.name, &snapshot::Share::name);
  if (found != shares.list.end())
    parameter.resource_policies = found->policies;
  else if (shares.all_known())
    parameter.resource_policies.emplace();
}

// One snapshot's answer: its facts and names, or one parameter of it, if it holds that.
ResultTask<void> ask(const Options& options, Context& context, OpenedSnapshot& opened,
                     Answers& answers) {
  const snapshot::Snapshot& snapshot = opened.snapshot;
  Shown shown{.region = opened.region, .entry = snapshot.entry(), .names = {}, .record = {}};
  if (options.name.empty()) {
    SSMB_CO_TRY(names, co_await snapshot.read_index(context.scope()));
    shown.names = std::move(names);
  } else {
    if (const auto unread = unread_then(snapshot.entry(), ParameterName(options.name))) {
      answers.troubles.emplace_back(opened.region, *unread);
      co_return Result<void>{};
    }
    auto found = co_await snapshot.read(ParameterName(options.name), context.scope());
    if (!found && trouble_of(found.error()) == Trouble::gone) co_return Result<void>{};
    if (!found) co_return fail(std::move(found).error());
    if (found->index_trouble)
      answers.troubles.emplace_back(
          opened.region,
          std::move(*found->index_trouble).within("the whole document was read, for the index"));
    shown.record = std::move(found->record);
    add_shares(snapshot.entry(), shown.record->parameter);
  }
  note_broken(snapshot.entry(), opened.region, answers);
  answers.shown.push_back(std::move(shown));
  co_return Result<void>{};
}

// Trouble with one Region hides no other's answer.
ResultTask<Answers> ask_all(const Options& options, Context& context, const Selection& selection) {
  Answers answers;
  for (const Region& region : selection.regions) {
    auto opened = co_await open_chosen(context, selection, region, options.choice);
    const auto asked =
        opened ? co_await ask(options, context, *opened, answers) : fail(opened.error());
    if (asked) continue;
    if (!is_of_one_region(asked.error())) co_return fail(asked.error());
    answers.troubles.emplace_back(region, asked.error());
  }
  co_return answers;
}

ResultTask<Answers> ask_named(const Options& options, Context& context,
                              const Selection& selection) {
  Answers answers;
  auto opened = co_await open_chosen(context, selection, selection.regions.front(), options.choice);
  if (!opened && opened.error().kind == ErrorKind::not_found) co_return fail(opened.error());
  const auto asked =
      opened ? co_await ask(options, context, *opened, answers) : fail(opened.error());
  if (!asked && trouble_of(asked.error()) == Trouble::elsewhere) co_return fail(asked.error());
  if (!asked)
    answers.troubles.emplace_back(opened ? opened->region : selection.regions.front(),
                                  asked.error());
  co_return answers;
}

Error not_held(const Options& options, const Selection& selection) {
  const bool named = options.choice.names_one();
  return {
      .kind = ErrorKind::not_found,
      .what = named ? fmt::format("{} holds no parameter {}", options.choice.snapshot, options.name)
                    : fmt::format("no {} snapshot holds the parameter {}",
                                  options.choice.as_of.empty() ? "newest" : "chosen", options.name),
      .fault = std::nullopt,
      .next = named ? "the same command without the name lists those it holds"
                    : fmt::format("ssm-backup show --env {} lists the names", selection.env)};
}

// A value that lands in a file or a log is there for good: nobody gets there by accident.
Result<void> check_reveal_here(const Options& options, Context& context) {
  if (options.reveal == Toggle::off) return {};
  if (options.name.empty())
    return fail(ErrorKind::usage, "--reveal wants a NAME", "ssm-backup show NAME --reveal");
  if (options.force == Toggle::on || context.environment().out_stream == Stream::terminal)
    return {};
  return fail(ErrorKind::usage,
              "--reveal prints a value, and standard output is not a terminal: nothing is printed",
              "if a file or a pipe is to have it: --reveal --force");
}

// Who wants a value has one Region in mind.
Result<void> check_reveal(const Options& options, const Answers& answers) {
  if (options.reveal == Toggle::off || answers.shown.size() < 2) return {};
  std::vector<std::string> regions;
  for (const Shown& shown : answers.shown) regions.push_back(shown.region.str());
  return fail(
      ErrorKind::usage,
      fmt::format("{} Regions hold {}: {}", regions.size(), options.name, join(regions, ", ")),
      fmt::format("say which: --region {}", regions.front()));
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY_VOID(check_reveal_here(options, context));
  SSMB_CO_TRY(selection, co_await select_chosen(context, {options.choice}));
  SSMB_CO_TRY(answers, options.choice.names_one() ? co_await ask_named(options, context, selection)
                                                  : co_await ask_all(options, context, selection));
  if (answers.shown.empty() && answers.troubles.empty())
    co_return fail(not_held(options, selection));
  if (answers.shown.empty() && json_wanted(context))
    print(context, report::failure_json(answers.troubles.front().second, context.account()));
  if (answers.shown.empty()) co_return tell_troubles(context, answers.troubles);
  SSMB_CO_TRY_VOID(check_reveal(options, answers));
  const Reveal reveal = options.reveal == Toggle::on ? Reveal::yes : Reveal::no;
  const bool one = selection.regions.size() == 1;
  if (!json_wanted(context)) {
    report::write_shown(context.out(), answers.shown, reveal);
  } else if (options.name.empty()) {
    print(context,
          report::shown_json(selection.env, answers.shown, answers.troubles, context.account()));
  } else {
    report::write_shown_json(context.out(), answers.shown, answers.troubles, context.account(),
                             one ? report::Several::no : report::Several::yes, reveal);
    context.set_printed();
  }
  co_return tell_troubles(context, answers.troubles);
}

}  // namespace

Command show_command() {
  return {
      .name = "show",
      .summary = "Show what the newest snapshot holds, or one parameter of it.",
      .details =
          "Without a name: the snapshot's facts, those of its Region (service settings, and who "
          "else may use which parameter), and its names. A parameter is shown from each Region "
          "that holds it; as JSON one object where "
          "--region or --snapshot leave one Region, else a list under \"regions\". A value is "
          "printed only with --reveal, which wants one Region and a terminal. A Region that "
          "does not answer is "
          "told on standard error, beside what the others hold. Exit code 4 where a snapshot "
          "or a pointer is damaged.",
      .needs = Needs::repository,
      .examples = {{"show --env dev --region us-west-2", "its facts and its names"},
                   {"show /app/dev/db/password --env dev --as-of yesterday",
                    "one parameter as it was, its value hidden"},
                   {"show /app/dev/db/password --env dev --region us-west-2 --reveal",
                    "one parameter, whole"}},
      .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
