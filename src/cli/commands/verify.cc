#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/named_snapshot.h"
#include "report/verify_text.h"

namespace ssmb::cli {
namespace {

using report::Checked;
using report::Verified;
using snapshot::Finding;
using snapshot::Snapshot;
using snapshot::State;

struct Options {
  Toggle all = Toggle::off;
  std::string snapshot;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.toggle("--all", options.all, "every snapshot, not only the newest good one");
  add_snapshot_flag(flags, options.snapshot);
}

// Trouble with one object; the others can be read all the same.
bool is_finding(const Error& error) {
  return error.kind == ErrorKind::not_found || error.kind == ErrorKind::corrupt ||
         error.kind == ErrorKind::denied || error.kind == ErrorKind::local_io;
}

// A snapshot that cannot even be opened is a finding, not the end of the search.
ResultTask<Verified> verify_opened(Result<Snapshot> opened, Verified out, CallScope scope) {
  auto found = opened ? co_await opened->verify(scope) : fail(opened.error());
  if (!found && !is_finding(found.error())) co_return fail(std::move(found).error());
  if (found)
    out.found = std::move(*found);
  else
    out.found.findings.push_back({.key = out.entry.document, .what = to_line(found.error())});
  co_return out;
}

ResultTask<Verified> verify_entry(snapshot::Repository& repository, Region region,
                                  snapshot::Entry entry, CallScope scope) {
  Verified out{.region = std::move(region), .entry = std::move(entry), .found = {}};
  // There is nothing to compare it with.
  if (out.entry.state == State::unfinished) co_return out;
  auto opened = co_await Snapshot::open(repository, out.entry.document, scope);
  co_return co_await verify_opened(std::move(opened), std::move(out), scope);
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

// What is asked for by name is read whatever its state.
ResultTask<Checked> verify_named(Context& context, const Selection& selection, ObjectKey key) {
  auto named = co_await open_named(context, selection, key);
  if (!named && named.error().kind != ErrorKind::corrupt) co_return fail(std::move(named).error());
  const auto id = snapshot::parse_document_key(key.view());
  Verified out{.region = named ? named->region : id->region,
               .entry = named ? named->snapshot.entry()
                              : snapshot::Entry{.id = *id, .state = State::broken, .document = key},
               .found = {}};
  const auto opened = named ? Result<Snapshot>(named->snapshot) : fail(named.error());
  SSMB_CO_TRY(verified, co_await verify_opened(opened, std::move(out), context.scope()));
  co_return Checked{.snapshots = {std::move(verified)}, .pointers = {}, .unread = {}};
}

ResultTask<Checked> verify_regions(Context& context, const Options& options,
                                   const Selection& selection) {
  Checked checked;
  for (const Region& region : selection.regions) {
    auto done = co_await verify_region(context, options, selection, region, checked);
    if (!done && done.error().kind == ErrorKind::cancelled) co_return fail(done.error());
    if (!done) checked.unread.emplace_back(region, done.error());
  }
  co_return checked;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  if (options.all == Toggle::on && !options.snapshot.empty())
    co_return fail(ErrorKind::usage, "--all and --snapshot exclude each other", "leave one out");
  const ObjectKey key(options.snapshot);
  SSMB_CO_TRY(selection, co_await select_regions(context, key));
  SSMB_CO_TRY(checked, key.empty() ? co_await verify_regions(context, options, selection)
                                   : co_await verify_named(context, selection, key));
  if (context.options().form() == CommonOptions::OutputForm::json) {
    boost::json::object document = report::checked_json(checked);
    document["environment"] = selection.env.str();
    print(context, document);
  } else {
    context.out() << report::checked_text(checked);
  }
  if (!report::is_sound(checked)) co_return Outcome::differences;
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
