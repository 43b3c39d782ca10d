#include "engine/restore/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/planted.h"
#include "base/text.h"
#include "base/try.h"
#include "base/units.h"
#include "engine/print_key.h"

namespace ssmb::engine::restore {
namespace {

using snapshot::Depth;
using snapshot::State;

constexpr std::string_view kAcceptIncomplete =
    "--accept-incomplete restores what can be read of it";

std::string_view trouble_with(const SourceFacts& facts) {
  if (facts.shrunken.value_or(false))
    return "is shrunken: it holds far fewer parameters than the good one before it";
  switch (facts.state) {
    case State::complete:
    case State::alone:
    case State::old: return {};
    case State::incomplete: return "is incomplete: parameters of its scope are missing";
    case State::unfinished: return "is unfinished: the run that made it did not end";
    case State::broken: return "is broken: its manifest is damaged, or does not fit it";
    case State::unread: return "may be anything: its manifest could not be read";
  }
  return {};
}

std::unexpected<Error> refused(std::string what, std::string next) {
  return fail(ErrorKind::usage, std::move(what), std::move(next));
}

// Nothing is deleted because a backup has not read it.
Result<void> check_removal(const SourceFacts& facts, const RestoreOptions& options) {
  if (options.plan.extra == PlanOptions::Extra::keep) return {};
  if (options.plan.selection.paths.empty())
    return refused("--delete-extra deletes below a path only", "name it with --path");
  const std::string next = "without --delete-extra it restores what it holds";
  if (facts.state != State::complete)
    return refused(fmt::format("nothing vouches for what {} does not hold: it is {}", facts.where,
                               to_string(facts.state)),
                   next);
  if (facts.shrunken.value_or(true))
    return refused(fmt::format("{} holds far fewer parameters than the good one before it, or it "
                               "cannot be told: what it lacks is not deleted for that",
                               facts.where),
                   next);
  return {};
}

// The same, of single names.
Result<void> check_removals(const Planned& planned,
                            const std::optional<snapshot::Manifest>& manifest) {
  if (!manifest) return {};
  std::set<std::string, std::less<>> unread;
  for (const auto& unreadable : manifest->unreadable) {
    const ParameterName there = mapped_name(planned.mapping, unreadable.name);
    unread.emplace(rules::unique_part(there.view()));
  }
  for (const Step& step : planned.plan.steps) {
    if (step.action != Action::remove || !unread.contains(rules::unique_part(step.name.view())))
      continue;
    return refused(fmt::format("{} is not in the snapshot because it could not be read: it is not "
                               "deleted for that",
                               step.name),
                   fmt::format("leave it as it is: --exclude '{}'", step.name));
  }
  return {};
}

// From the snapshot's records to the planner.
class Taking {
 public:
  Taking(RestoreOptions& options, SourceFacts& facts, PrintKey key, Time now)
      : options_(options), facts_(facts), key_(std::move(key)), now_(now) {}

  Result<void> take(DecodedRecord record, const snapshot::RecordPlace& place) {
    SSMB_TRY_VOID(begin(record.parameter.arn));
    const ParameterName source = record.parameter.name;
    if (!options_.plan.selection.matches(source)) return {};
    missing_.erase(source);
    Desired made = desired(std::move(record.parameter), options_.plan.mapping, now_,
                           options_.plan.with_history);
    for (const std::string& member : record.unknown)
      made.lost.push_back(fmt::format("member {} (written by a later version)", member));
    planner_->want(source, made, place);
    return {};
  }

  // When all were taken.
  Result<Planner> finish(const std::optional<snapshot::Manifest>& manifest) {
    SSMB_TRY_VOID(begin({}));
    if (!missing_.empty()) return not_held(*missing_.begin(), manifest);
    return std::move(*planner_);
  }

 private:
  // With the first record all is known of where they come from.
  Result<void> begin(const Arn& arn) {
    if (planner_) return {};
    const rules::Place place = rules::place_of(arn);
    if (facts_.account.empty()) facts_.account = place.account;
    if (facts_.region.empty()) {
      facts_.region = place.region;
      SSMB_TRY_VOID(check_region());
    }
    SSMB_TRY_VOID(check_source(facts_, options_));
    rules::Place& from = options_.plan.mapping.from;
    if (from.account.empty()) from.account = facts_.account;
    if (from.region.empty()) from.region = facts_.region;
    for (const ParameterName& name : options_.plan.selection.names) {
      if (options_.plan.selection.matches(name)) missing_.insert(name);
    }
    rules::Store store;
    store.place = options_.plan.mapping.to;
    store.now = now_;
    planner_.emplace(options_.plan, key_, std::move(store));
    return {};
  }

  // The oldest documents name no Region, and may lie where any Region's do.
  Result<void> check_region() const {
    const Region& target = options_.plan.mapping.to.region;
    if (facts_.region.empty() || facts_.region == target ||
        options_.to_other_region == ToOtherRegion::yes)
      return {};
    return refused(fmt::format("{} is a snapshot of {}, not of {}", facts_.where,
                               printable(facts_.region.view(), 80), target),
                   fmt::format("--region {} restores it there, --to-region {} here",
                               printable(facts_.region.view(), 80), target));
  }

  std::unexpected<Error> not_held(const ParameterName& name,
                                  const std::optional<snapshot::Manifest>& manifest) const {
    const std::string shown = printable(name.view(), 200);
    if (manifest) {
      const auto unread =
          std::ranges::find(manifest->unreadable, name, &snapshot::Unreadable::name);
      if (unread != manifest->unreadable.end())
        return fail(ErrorKind::not_found,
                    fmt::format("{} could not be read when {} was made: {}", shown, facts_.where,
                                to_line(unread->why())),
                    "an older snapshot may hold it: " + look_back(shown));
    }
    // Of a file by itself there is no older one.
    if (facts_.state == snapshot::State::alone)
      return fail(ErrorKind::not_found,
                  fmt::format("{} holds no parameter {}", facts_.where, shown));
    return fail(ErrorKind::not_found, fmt::format("{} holds no parameter {}", facts_.where, shown),
                "an older snapshot may hold it, if it was deleted before this one was made: " +
                    look_back(shown));
  }
  std::string look_back(const std::string& name) const {
    return fmt::format(
        "`ssm-backup history --env {} --region {} {}` (with this command's --repository, if it has "
        "one) says which, then --as-of its time",
        options_.plan.env, printable(facts_.region.view(), 80), name);
  }

  RestoreOptions& options_;
  SourceFacts& facts_;
  PrintKey key_;
  Time now_;
  std::optional<Planner> planner_;
  std::set<ParameterName> missing_;  // asked for by name, and not met yet
};

// Without a manifest the document's own list is all that says what is missing.
Result<void> check_unread(const SourceFacts& facts, const RestoreOptions& options) {
  const auto& unread = facts.unread;
  if (unread.empty() || options.accept_incomplete == AcceptIncomplete::yes) return {};
  return refused(
      fmt::format("{} is incomplete: {} of its scope could not be read, {} among them", facts.where,
                  counted(unread.size(), "parameter"), printable(unread.front().view(), 200)),
      std::string(kAcceptIncomplete));
}

// A path or glob that selects nothing, neither of the snapshot nor live, is a slip of the pen.
Result<void> check_selected(const Planned& planned, const NameSelection& selection) {
  const auto no_step = [&planned](auto matches) {
    return std::ranges::none_of(planned.plan.steps, [&](const Step& step) {
      if (matches(step.source_name())) return true;
      return !step.writes() || step.action == Action::remove
                 ? std::ranges::any_of(sources_of(planned.mapping, step.name), matches)
                 : false;
    });
  };
  const auto nothing = [&planned](std::string_view flag, const std::string& said) {
    return fail(ErrorKind::not_found,
                fmt::format("{} {} selects nothing, neither in {} nor in the live store", flag,
                            printable(said, 200), planned.source.where),
                "`ssm-backup show` lists the snapshot's names");
  };
  for (const std::string& path : selection.paths) {
    if (no_step([&path](const ParameterName& name) { return lies_under(path, name.view()); }))
      return nothing("--path", path);
  }
  for (const std::string& glob : selection.include) {
    if (no_step([&glob](const ParameterName& name) { return glob_match(glob, name.view()); }))
      return nothing("--include", glob);
  }
  return {};
}

// Few enough names to look each of them up.
bool is_by_name(const RestoreOptions& options) {
  const NameSelection& selection = options.plan.selection;
  return !selection.names.empty() && selection.names.size() <= kFew && selection.paths.empty() &&
         selection.include.empty() && options.plan.extra == PlanOptions::Extra::keep;
}

ResultTask<void> take_by_name(snapshot::Snapshot snapshot, std::vector<ParameterName> names,
                              Taking& taking, const Region& region, Events& events,
                              CallScope scope) {
  bool told = false;
  for (const ParameterName& name : names) {
    auto found = co_await snapshot.read(name, scope);
    if (!found && found.error().kind == ErrorKind::not_found) continue;
    if (!found) co_return fail(std::move(found).error());
    if (found->index_trouble && !std::exchange(told, true))
      events.note(region, Gravity::warning,
                  "the document was read through: " + to_line(*found->index_trouble));
    SSMB_CO_TRY_VOID(taking.take(std::move(found->record), found->place));
  }
  co_return Result<void>{};
}

// The snapshot's records, every one or those that are asked for by name; the document's hash.
ResultTask<Sha256Digest> take_snapshot(snapshot::Snapshot snapshot, SourceFacts& facts,
                                       const RestoreOptions& options, Taking& taking,
                                       Events& events, CallScope scope) {
  const auto& manifest = snapshot.entry().manifest;
  if (manifest && is_by_name(options)) {
    auto names = options.plan.selection.names;
    SSMB_CO_TRY_VOID(co_await take_by_name(snapshot, std::move(names), taking,
                                           options.plan.mapping.to.region, events, scope));
    co_return manifest->document.sha256;
  }
  const auto take = [&taking](snapshot::DocumentRecord record) {
    return taking.take(std::move(record.record), record.place);
  };
  SSMB_CO_TRY(summary, co_await snapshot.read_all(take, scope));
  if (!manifest) facts.unread = std::move(summary.errors);
  SSMB_CO_TRY_VOID(check_unread(facts, options));
  co_return summary.sha256;
}

Depth depth_of(const SourceFacts& facts, WithHistory with_history) {
  if (facts.depth == Depth::history && with_history == WithHistory::no) return Depth::labels;
  return facts.depth;
}

LiveQuery live_query(const SourceFacts& facts, const RestoreOptions& options) {
  const PlanOptions& plan = options.plan;
  LiveQuery query{.region = plan.mapping.to.region,
                  .few = {},
                  .depth = depth_of(facts, plan.with_history),
                  .tags = options.tags,
                  .concurrency = options.concurrency};
  if (!is_by_name(options)) return query;
  for (const ParameterName& name : plan.selection.names)
    query.few.push_back(mapped_name(plan.mapping, name));
  return query;
}

}  // namespace

std::map<std::string, CallRate> rates_of(aws::Session& session, const Region& region,
                                         double share) {
  const aws::Limits unlimited(session.runtime, 1.0);
  const aws::Limits& limits = session.limits ? *session.limits : unlimited;
  std::map<std::string, CallRate> rates;
  for (const auto& [group, quota] : limits.quotas(region))
    rates[group] = {.rate = quota.rate * share, .burst = quota.burst * share};
  return rates;
}

bool may_lack(const SourceFacts& facts) {
  return !trouble_with(facts).empty() || !facts.unread.empty();
}

Result<void> check_source(const SourceFacts& facts, const RestoreOptions& options) {
  if (const auto trouble = trouble_with(facts);
      !trouble.empty() && options.accept_incomplete == AcceptIncomplete::no)
    return refused(fmt::format("{} {}", facts.where, trouble), std::string(kAcceptIncomplete));
  if (!facts.env.empty() && facts.env != options.plan.env)
    return refused(fmt::format("{} is a snapshot of the environment {}, not of {}", facts.where,
                               facts.env, options.plan.env),
                   fmt::format("--env {} restores it", facts.env));
  const AccountId& target = options.plan.mapping.to.account;
  const bool foreign = !facts.account.empty() && !target.empty() && facts.account != target;
  if (foreign && options.from_other_account == FromOtherAccount::no)
    return refused(fmt::format("{} is a snapshot of account {}, and the credentials are of {}",
                               facts.where, facts.account, target),
                   "--from-other-account restores it here all the same");
  return check_removal(facts, options);
}

JournalHead journal_head(const Planned& planned) {
  return {.snapshot = planned.source.document,
          .sha256 = planned.document_sha256,
          .region = planned.mapping.to.region,
          .account = planned.mapping.to.account};
}

ResultTask<Planned> plan_restore(aws::Session& session, snapshot::Repository& repository,
                                 snapshot::Snapshot snapshot, RestoreOptions options,
                                 std::filesystem::path journal, Events& events, CallScope scope) {
  Planned planned;
  SourceFacts& facts = planned.source;
  facts = facts_of(snapshot, repository);
  facts.shrunken = co_await is_shrunken(repository, snapshot, scope);
  SSMB_CO_TRY_VOID(check_source(facts, options));

  Runtime& runtime = session.runtime;
  const Time now = runtime.now();
  planned.key = draw_print_key(runtime);
  if (const auto& manifest = snapshot.entry().manifest; manifest && !options.plan.scope)
    options.plan.scope = manifest->scope;
  Taking taking(options, facts, planned.key, now);
  SSMB_CO_TRY(sha256, co_await take_snapshot(snapshot, facts, options, taking, events, scope));
  planned.document_sha256 = sha256;
  const auto& manifest = snapshot.entry().manifest;
  SSMB_CO_TRY(planner, taking.finish(manifest));
  planned.mapping = options.plan.mapping;
  if (session.limits && manifest && planned.mapping.same_place())
    session.limits->begin_from(planned.mapping.to.region, manifest->limiter);
  SSMB_CO_TRY(
      live, co_await read_live_store(session, live_query(facts, options), planner, events, scope));
  planned.live = live;
  // Of a drill nothing is left to anybody.
  if (!planned.mapping.scratch)
    planned.facts = co_await find_facts_left(
        aws::ssm::Client(session, planned.mapping.to.region),
        manifest ? std::optional(manifest->facts) : std::nullopt, std::move(live.facts),
        planned.mapping, options.plan.selection, scope);
  if (!journal.empty()) {
    SSMB_CO_TRY(begun, Journal::peek(journal, journal_head(planned)));
    for (const auto& [name, known] : begun) {
      if (!planted(Defect::begun_forgotten)) planner.begun(name, known);
    }
  }
  planned.plan = planner.finish();
  SSMB_CO_TRY_VOID(check_selected(planned, options.plan.selection));
  SSMB_CO_TRY_VOID(check_removals(planned, manifest));
  planned.estimate = estimate(
      planned.plan,
      rates_of(session, planned.mapping.to.region, session.limits ? session.limits->share() : 1.0),
      runtime.now());
  co_return std::move(planned);
}

ResultTask<Applied> apply_restore(aws::Session& session, snapshot::Repository& repository,
                                  const Planned& planned, RestoreOptions options, Journal& journal,
                                  RestoreEvents& events, CallScope scope) {
  SSMB_CO_TRY(applied, co_await apply(session, planned.plan, planned.key,
                                      {repository, planned.source.document, planned.source.size},
                                      {.mapping = planned.mapping,
                                       .with_history = options.plan.with_history,
                                       .concurrency = options.concurrency},
                                      journal, events, scope));
  // Another selection of the same snapshot may be half done.
  if (applied.whole() && journal.begun().empty()) SSMB_CO_TRY_VOID(journal.finish());
  co_return std::move(applied);
}

}  // namespace ssmb::engine::restore
