#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "report/snapshot_text.h"
#include "snapshot/reader.h"

namespace ssmb::cli {
namespace {

struct Options {
  std::string name;
  std::string snapshot;
  Toggle reveal = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "NAME",
                 .help = "a parameter; without it, what the snapshot holds",
                 .presence = Argument::Presence::optional,
                 .choices = {},
                 .set = [&options](const std::string& word) { options.name = word; }})
      .toggle("--reveal", options.reveal, "with NAME: print the value, too");
  add_snapshot_flag(flags, options.snapshot);
}

bool json_wanted(const Context& context) {
  return context.options().form() == CommonOptions::OutputForm::json;
}

// The newest good snapshot of one Region.
ResultTask<OpenedSnapshot> open(Context& context, const Selection& selection, Region region) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  SSMB_CO_TRY(opened,
              co_await snapshot::Snapshot::open_latest(*repository, selection.env, region, scope));
  co_return OpenedSnapshot{
      .region = region, .repository = std::move(repository), .snapshot = std::move(opened)};
}

std::string names_table(const std::vector<snapshot::IndexEntry>& entries) {
  using enum report::Table::Align;
  report::Table table(
      {{.title = "  NAME"}, {.title = "VERSION", .align = right}, {.title = "MODIFIED"}});
  for (const snapshot::IndexEntry& entry : entries) {
    table.add({"  " + printable(entry.name.view(), 2048), std::to_string(entry.version),
               entry.last_modified_date ? to_iso8601(*entry.last_modified_date) : ""});
  }
  return table.render();
}

ResultTask<boost::json::value> show_snapshot(Context& context, const OpenedSnapshot& opened) {
  SSMB_CO_TRY(entries, co_await opened.snapshot.read_index(context.scope()));
  const Region& region = opened.region;
  boost::json::object document = report::entry_json(region, opened.snapshot.entry());
  boost::json::array names;
  for (const auto& entry : entries)
    names.push_back({{"name", entry.name.str()}, {"version", entry.version}});
  document["parameters"] = std::move(names);
  if (!json_wanted(context)) {
    context.out() << report::snapshot_facts(region, opened.snapshot.entry());
    if (!entries.empty()) context.out() << '\n' << names_table(entries);
    context.out() << '\n';
  }
  co_return boost::json::value(std::move(document));
}

// Prints it; false where this Region's snapshot does not hold it.
ResultTask<bool> show_parameter(const Options& options, Context& context,
                                const OpenedSnapshot& opened) {
  auto record = co_await opened.snapshot.read(ParameterName(options.name), context.scope());
  if (!record && record.error().kind == ErrorKind::not_found) co_return false;
  if (!record) co_return fail(std::move(record).error());
  const Reveal reveal = options.reveal == Toggle::on ? Reveal::yes : Reveal::no;
  const snapshot::Entry& entry = opened.snapshot.entry();
  if (json_wanted(context)) {
    const auto quoted = [](std::string_view text) { return boost::json::serialize(text); };
    context.out() << fmt::format(R"({{"region":{},"key":{},"state":{},"parameter":)",
                                 quoted(opened.region.view()), quoted(entry.document.view()),
                                 quoted(to_string(entry.state)));
    if (reveal == Reveal::yes) {
      context.out() << encode_record(record->parameter).view();  // wiped after use
    } else {
      context.out() << boost::json::serialize(to_json(record->parameter, reveal));
    }
    context.out() << "}\n";
    co_return true;
  }
  context.out() << fmt::format("{}  {}  {}\n", opened.region, to_string(entry.state),
                               entry.document);
  report::write_parameter(context.out(), record->parameter, reveal);
  for (const std::string& unknown : record->unknown)
    context.out() << "  written by a later version, not shown: " << printable(unknown, 200) << '\n';
  co_return true;
}

Outcome outcome_of(const OpenedSnapshot& opened) {
  const bool broken = opened.snapshot.entry().state == snapshot::State::broken;
  return broken ? Outcome::differences : Outcome::done;
}

ResultTask<Outcome> show_named(const Options& options, Context& context,
                               const Selection& selection) {
  SSMB_CO_TRY(opened, co_await open_named(context, selection, ObjectKey(options.snapshot)));
  if (!options.name.empty()) {
    SSMB_CO_TRY(found, co_await show_parameter(options, context, opened));
    if (found) co_return Outcome::done;
    co_return fail(ErrorKind::not_found,
                   fmt::format("{} holds no parameter {}", options.snapshot, options.name),
                   "the same command without the name lists those it holds");
  }
  SSMB_CO_TRY(document, co_await show_snapshot(context, opened));
  if (json_wanted(context)) {
    print(context, {{"environment", selection.env.str()},
                    {"snapshots", boost::json::array{std::move(document)}}});
  }
  co_return outcome_of(opened);
}

// In the first Region whose newest good snapshot holds it: name one with --region for another.
ResultTask<Outcome> find_parameter(const Options& options, Context& context,
                                   const Selection& selection) {
  std::optional<Error> skipped;  // of the first Region without a backup that can be read
  for (const Region& region : selection.regions) {
    auto opened = co_await open(context, selection, region);
    const bool next = !opened && (opened.error().kind == ErrorKind::not_found ||
                                  opened.error().kind == ErrorKind::corrupt);
    if (next && !skipped) skipped = opened.error();
    if (next) continue;
    if (!opened) co_return fail(std::move(opened).error());
    SSMB_CO_TRY(found, co_await show_parameter(options, context, *opened));
    if (found) co_return Outcome::done;
  }
  if (skipped) co_return fail(std::move(*skipped));
  co_return fail(ErrorKind::not_found,
                 fmt::format("no newest snapshot holds the parameter {}", options.name),
                 "ssm-backup show --env " + selection.env.str() + " lists the names");
}

ResultTask<Outcome> show_newest(Context& context, const Selection& selection) {
  boost::json::array documents;
  Outcome outcome = Outcome::done;
  for (const Region& region : selection.regions) {
    SSMB_CO_TRY(opened, co_await open(context, selection, region));
    SSMB_CO_TRY(document, co_await show_snapshot(context, opened));
    documents.push_back(std::move(document));
    if (outcome_of(opened) != Outcome::done) outcome = outcome_of(opened);
  }
  if (json_wanted(context))
    print(context, {{"environment", selection.env.str()}, {"snapshots", documents}});
  co_return outcome;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  if (options.name.empty() && options.reveal == Toggle::on)
    co_return fail(ErrorKind::usage, "--reveal wants a NAME", "ssm-backup show NAME --reveal");
  SSMB_CO_TRY(selection, co_await select_regions(context, ObjectKey(options.snapshot)));
  if (!options.snapshot.empty()) co_return co_await show_named(options, context, selection);
  if (!options.name.empty()) co_return co_await find_parameter(options, context, selection);
  co_return co_await show_newest(context, selection);
}

}  // namespace

Command show_command() {
  return {.name = "show",
          .summary = "Show what the newest snapshot holds, or one parameter of it.",
          .details =
              "A value is printed only with --reveal. Exit code 4 where the manifest of a "
              "snapshot cannot be used.",
          .needs = Needs::repository,
          .examples = {{"show --env dev --region us-west-2", "its facts and its names"},
                       {"show /app/dev/db/password --env dev --reveal", "one parameter, whole"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
