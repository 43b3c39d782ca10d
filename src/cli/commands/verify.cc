#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "report/table.h"
#include "snapshot/reader.h"

namespace ssmb::cli {
namespace {

using snapshot::Finding;
using snapshot::Snapshot;
using snapshot::State;
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

struct Checked {
  std::vector<Verified> snapshots;
  std::vector<std::pair<Region, Finding>> pointers;  // what is wrong with them
  std::vector<std::pair<Region, Error>> unread;      // Regions that could not be looked at
};

// Trouble with one object; the others can be read all the same.
bool is_finding(const Error& error) {
  return error.kind == ErrorKind::not_found || error.kind == ErrorKind::corrupt ||
         error.kind == ErrorKind::denied || error.kind == ErrorKind::local_io;
}

// A run that did not end is what it is; there is nothing to compare it with.
bool is_unread(const Verified& one) { return one.entry.state == State::unfinished; }

// A snapshot that cannot even be opened is a finding, not the end of the search.
ResultTask<Verified> verify_entry(snapshot::Repository& repository, Region region,
                                  snapshot::Entry entry, CallScope scope) {
  Verified out{.region = std::move(region), .entry = std::move(entry), .found = {}};
  if (is_unread(out)) co_return out;
  const auto opened = co_await Snapshot::open(repository, out.entry.document, scope);
  auto found = opened ? co_await opened->verify(scope) : fail(opened.error());
  if (!found && !is_finding(found.error())) co_return fail(std::move(found).error());
  if (found)
    out.found = std::move(*found);
  else
    out.found.findings.push_back({.key = out.entry.document, .what = to_line(found.error())});
  co_return out;
}

// What is wrong with the pointer, empty: nothing; `snapshot` is what it names.
struct Followed {
  std::string wrong;
  std::optional<snapshot::Entry> entry;
};

ResultTask<Followed> follow(snapshot::Repository& repository, ssmb::Environment env, Region region,
                            ObjectKey pointer, CallScope scope) {
  const auto named = co_await read_pointer(repository, pointer, scope);
  if (!named && !is_finding(named.error())) co_return fail(named.error());
  if (!named) co_return Followed{.wrong = to_line(named.error()), .entry = {}};
  if (!*named)
    co_return Followed{.wrong = "does not exist: no backup has succeeded there yet", .entry = {}};
  const ObjectKey target = (*named)->target;
  const std::string name = printable(target.view(), 200);
  const auto id = snapshot::parse_document_key(target.view());
  if (!id || id->environment != env || (id->region != region && !id->region.empty()))
    co_return Followed{.wrong = fmt::format("names '{}', no backup of {} in {}", name, env, region),
                       .entry = {}};
  auto opened = co_await Snapshot::open(repository, target, scope);
  if (!opened && opened.error().kind == ErrorKind::not_found)
    co_return Followed{.wrong = fmt::format("names {}, which is missing", name), .entry = {}};
  if (!opened && !is_finding(opened.error())) co_return fail(opened.error());
  if (!opened) co_return Followed{.wrong = to_line(opened.error()), .entry = {}};
  Followed out{.wrong = {}, .entry = opened->entry()};
  if (out.entry->state == State::unfinished)
    out.wrong = fmt::format("names {}, whose run did not end", name);
  if (out.entry->state == State::incomplete)
    out.wrong = fmt::format("names {}, which is incomplete", name);
  co_return out;
}

// What a successor's hash tells of its parent belongs to the parent.
void blame_the_altered(std::vector<Verified>& snapshots) {
  for (Verified& one : snapshots) {
    for (Verified& other : snapshots) {
      if (&one == &other || other.entry.id.region.empty() || one.region != other.region) continue;
      const ObjectKey key = manifest_key(other.entry.id);
      const auto of_other = [&key](const Finding& finding) { return finding.key == key; };
      std::ranges::copy_if(one.found.findings, std::back_inserter(other.found.findings), of_other);
      std::erase_if(one.found.findings, of_other);
    }
  }
}

ResultTask<void> verify_region(Context& context, const Options& options, const Selection& selection,
                               Region region, Checked& checked) {
  const CallScope scope = context.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context, selection, region, scope));
  std::vector<snapshot::Entry> entries;
  if (options.all == Toggle::on) {
    SSMB_CO_TRY(listed,
                co_await snapshot::list_snapshots(*repository, selection.env, region, scope));
    entries = std::move(listed);
    if (entries.empty()) co_return Result<void>{};
  }
  std::vector<ObjectKey> pointers{snapshot::latest_key(region)};
  if (selection.default_region == region) pointers.push_back(snapshot::latest_key());
  for (const ObjectKey& pointer : pointers) {
    SSMB_CO_TRY(followed, co_await follow(*repository, selection.env, region, pointer, scope));
    if (!followed.wrong.empty())
      checked.pointers.emplace_back(region, Finding{.key = pointer, .what = followed.wrong});
    const bool wanted = options.all == Toggle::off && pointer == pointers.front();
    if (wanted && followed.entry) entries.push_back(std::move(*followed.entry));
  }
  std::vector<Verified> verified;
  for (snapshot::Entry& entry : entries) {
    SSMB_CO_TRY(one, co_await verify_entry(*repository, region, std::move(entry), scope));
    verified.push_back(std::move(one));
  }
  blame_the_altered(verified);
  std::ranges::move(verified, std::back_inserter(checked.snapshots));
  co_return Result<void>{};
}

std::string result_of(const Verified& one) {
  if (is_unread(one)) return "unfinished, not read";
  if (one.found.findings.empty()) return "sound";
  const bool parent_only = std::ranges::all_of(one.found.findings, [&one](const Finding& finding) {
    return one.entry.manifest && one.entry.manifest->parent &&
           finding.key == one.entry.manifest->parent->key;
  });
  return parent_only ? "PARENT ALTERED" : "ALTERED";
}

bool is_sound(const Checked& checked) {
  return checked.pointers.empty() && std::ranges::all_of(checked.snapshots, [](const auto& one) {
           return one.found.findings.empty();
         });
}

std::string text_of(const Checked& checked) {
  using enum report::Table::Align;
  report::Table table({{.title = "REGION"},
                       {.title = "RESULT"},
                       {.title = "PARAMETERS", .align = right},
                       {.title = "READ", .align = right},
                       {.title = "CHAIN"},
                       {.title = "KEY"}});
  std::string findings;
  for (const Verified& one : checked.snapshots) {
    table.add({one.region.str(), result_of(one), std::to_string(one.found.parameter_count),
               to_human(ByteCount{one.found.bytes}), std::string(to_string(one.found.chain)),
               one.entry.document.str()});
    for (const Finding& finding : one.found.findings)
      findings += fmt::format("{}: {}\n", finding.key, printable(finding.what, 1000));
  }
  for (const auto& [region, finding] : checked.pointers)
    findings += fmt::format("{}: {}: {}\n", region, finding.key, printable(finding.what, 1000));
  for (const auto& [region, error] : checked.unread)
    findings += fmt::format("{}: not verified: {}\n", region, printable(to_line(error), 1000));
  const auto unread = std::ranges::count_if(checked.snapshots, is_unread);
  std::string text = checked.snapshots.empty() ? "no snapshots\n" : table.render();
  if (!findings.empty()) text += '\n' + findings;
  if (!is_sound(checked))
    return text +
           "next: restore only from what `ssm-backup verify --all` calls sound, and find out who "
           "wrote the others\n";
  if (checked.snapshots.empty() || !checked.unread.empty()) return text;
  if (unread == 0) return text + "\nall sound: re-read, re-hashed, re-parsed\n";
  return text +
         fmt::format("\nsound: re-read, re-hashed, re-parsed; {} unfinished, not read\n", unread);
}

boost::json::object json_of(const Finding& finding) {
  return {{"key", finding.key.str()}, {"what", finding.what}};
}

boost::json::object json_of(const Checked& checked) {
  boost::json::array snapshots;
  for (const Verified& one : checked.snapshots) {
    boost::json::array findings;
    for (const Finding& finding : one.found.findings) findings.push_back(json_of(finding));
    boost::json::value sound = one.found.findings.empty();
    if (is_unread(one)) sound = nullptr;
    snapshots.push_back({{"region", one.region.str()},
                         {"key", one.entry.document.str()},
                         {"state", to_string(one.entry.state)},
                         {"sound", sound},
                         {"parameterCount", one.found.parameter_count},
                         {"bytes", one.found.bytes},
                         {"chain", to_string(one.found.chain)},
                         {"findings", std::move(findings)}});
  }
  boost::json::array pointers;
  for (const auto& [region, finding] : checked.pointers) {
    boost::json::object pointer = json_of(finding);
    pointer["region"] = region.str();
    pointers.push_back(std::move(pointer));
  }
  boost::json::array unread;
  for (const auto& [region, error] : checked.unread)
    unread.push_back({{"region", region.str()}, {"what", to_line(error)}});
  return {{"snapshots", std::move(snapshots)},
          {"unfinishedCount", std::ranges::count_if(checked.snapshots, is_unread)},
          {"pointers", std::move(pointers)},
          {"unreadRegions", std::move(unread)}};
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(selection, co_await select_regions(context));
  Checked checked;
  for (const Region& region : selection.regions) {
    auto done = co_await verify_region(context, options, selection, region, checked);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return fail(done.error());
    if (!done) checked.unread.emplace_back(region, done.error());
  }
  if (context.options().form() == CommonOptions::OutputForm::json) {
    boost::json::object document = json_of(checked);
    document["environment"] = selection.env.str();
    print(context, document);
  } else {
    context.out() << text_of(checked);
  }
  if (!is_sound(checked)) co_return Outcome::differences;
  if (!checked.unread.empty()) co_return fail(checked.unread.front().second);
  co_return Outcome::done;
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
