#include "engine/scratch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "aws/paging.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/after_deletion.h"
#include "engine/reading.h"
#include "engine/repositories.h"

namespace ssmb::engine {
namespace {

using restore::Action;
using restore::Step;

// For the removal: each takes a call for its tags, at a few a second.
constexpr Duration kForClearing = std::chrono::minutes{1};
constexpr Duration kForOne = std::chrono::seconds{1};

restore::RestoreOptions restore_options(const ScratchOptions& options) {
  return {
      .plan = {.env = options.env,
               .scope = std::nullopt,
               .selection = {.names = options.sample, .paths = {}, .include = {}, .exclude = {}},
               .mapping = {.from = options.place,
                           .to = options.place,
                           .names = {restore::below(options.under)},
                           .keys = {},
                           .expired = restore::Expired::strip,
                           .scratch = Tag{.key = std::string(kScratchTag), .value = options.id}},
               .on_conflict = restore::OnConflict::fail,
               .first = {}},
      // What the snapshot lacks is told by the drill.
      .accept_incomplete = restore::AcceptIncomplete::yes,
      .concurrency = options.concurrency};
}

// A right that is missing says nothing of the snapshot.
bool is_denied(const restore::Applied& applied) {
  return applied.verified == 0 && !applied.failures.empty() &&
         std::ranges::all_of(applied.failures, [](const restore::Failure& failure) {
           return failure.error.kind == ErrorKind::denied;
         });
}

class Scratch {
 public:
  Scratch(aws::Session& session, snapshot::Repository& repository, snapshot::Snapshot snapshot,
          ScratchOptions options, ScratchEvents events)
      : session_(session),
        repository_(repository),
        snapshot_(std::move(snapshot)),
        options_(std::move(options)),
        events_(events),
        ssm_(session, options_.place.region) {
    out_.under = options_.under;
    out_.sampled = options_.sample.size();
  }

  ResultTask<Scratched> run(CallScope scope);

 private:
  struct Cleared {
    std::uint64_t removed = 0;
    std::vector<ParameterName> others;  // somebody else's
  };
  enum class Whose { any_drill, this_one };

  ResultTask<void> begin(CallScope scope);
  ResultTask<void> prove(CallScope scope);
  ResultTask<void> clear_up();
  ResultTask<std::vector<ParameterName>> list(CallScope scope);
  ResultTask<Cleared> clear(std::vector<ParameterName> names, Whose whose, CallScope scope);
  ResultTask<std::optional<bool>> is_ours(ParameterName name, Whose whose, CallScope scope);
  ResultTask<void> remove(std::vector<ParameterName> names, CallScope scope);
  void judge(const restore::Planned& planned, const restore::Applied& applied);
  void note(const ParameterName& name, std::string what) {
    out_.findings.push_back({.name = name, .what = std::move(what)});
  }

  aws::Session& session_;
  snapshot::Repository& repository_;
  snapshot::Snapshot snapshot_;
  ScratchOptions options_;
  ScratchEvents events_;
  aws::ssm::Client ssm_;
  std::vector<ParameterName> put_;  // under the scratch path: what may lie there since
  Scratched out_;
};

ResultTask<Scratched> Scratch::run(CallScope scope) {
  const SteadyTime begun = session_.runtime.steady();
  SSMB_CO_TRY_VOID(co_await begin(scope));
  auto proven = co_await prove(scope);
  auto cleared = co_await clear_up();
  if (!proven) {
    Error error = std::move(proven).error();
    if (!put_.empty())
      error.what += fmt::format("; what it put under {} {}", out_.under,
                                cleared ? "is removed" : "lies there still");
    if (!cleared) error.next = cleared.error().next;
    co_return fail(std::move(error));
  }
  if (!cleared) out_.not_removed = std::move(cleared).error();
  out_.proven = out_.sampled - out_.findings.size();
  out_.took = session_.runtime.steady() - begun;
  co_return std::move(out_);
}

// Nobody else's parameters are to lie among ours.
ResultTask<void> Scratch::begin(CallScope scope) {
  // A selection of no names would be one of all.
  if (options_.sample.empty())
    co_return fail(ErrorKind::usage, fmt::format("none of its names fits under {}", options_.under),
                   "name a shorter path: --under /drill/1");
  SSMB_CO_TRY(account, co_await caller_account(session_, options_.place.region, scope));
  if (account != options_.place.account)
    co_return fail(ErrorKind::usage,
                   fmt::format("the snapshot is of account {}, and the credentials are of {}",
                               options_.place.account, account),
                   "a drill with --aws takes place in the snapshot's own account");
  SSMB_CO_TRY(there, co_await list(scope));
  SSMB_CO_TRY(cleared, co_await clear(std::move(there), Whose::any_drill, scope));
  const std::size_t others = cleared.others.size();
  if (others != 0)
    co_return fail(
        ErrorKind::usage,
        fmt::format("{} parameter{} that no drill has put there {} under {} in {}, {} among them",
                    others, others == 1 ? "" : "s", others == 1 ? "lies" : "lie", options_.under,
                    options_.place.region, printable(cleared.others.front().view(), 200)),
        fmt::format("name a path that nobody uses, such as --under {}-2", options_.under));
  out_.removed_before = cleared.removed;
  if (cleared.removed == 0) co_return Result<void>{};
  events_.reading.note(options_.place.region, Gravity::info,
                       fmt::format("{} of an earlier drill removed under {}; {} to wait before "
                                   "names may be used again",
                                   cleared.removed, options_.under, to_human(kAfterDeletion)));
  co_return co_await session_.runtime.sleep(kAfterDeletion, scope);
}

// With time of its own: the drill's may be over, or interrupted.
ResultTask<void> Scratch::clear_up() {
  const Duration time = kForClearing + kForOne * static_cast<std::int64_t>(put_.size());
  auto cleared =
      co_await clear(put_, Whose::this_one, {.deadline = session_.runtime.steady() + time});
  if (cleared) {
    out_.removed = cleared->removed;
    co_return Result<void>{};
  }
  Error error = std::move(cleared).error();
  const std::string again =
      fmt::format("run the drill again with --under {}: it removes that first", out_.under);
  error.what += fmt::format(", and what the drill put under {} lies there still", out_.under);
  error.next = error.next.empty() ? again : error.next + ", then " + again;
  events_.reading.note(options_.place.region, Gravity::warning, to_line(error));
  co_return fail(std::move(error));
}

ResultTask<void> Scratch::prove(CallScope scope) {
  const restore::RestoreOptions options = restore_options(options_);
  SSMB_CO_TRY(planned, co_await restore::plan_restore(session_, repository_, snapshot_, options, {},
                                                      events_.reading, scope));
  for (const Step& step : planned.plan.steps) {
    if (step.action == Action::create) put_.push_back(step.name);
  }
  // What an earlier drill had begun, clear() has removed.
  std::error_code ignored;
  std::filesystem::remove(options_.journal, ignored);
  SSMB_CO_TRY(journal, restore::Journal::open(options_.journal, restore::journal_head(planned)));
  SSMB_CO_TRY(applied, co_await restore::apply_restore(session_, repository_, planned, options,
                                                       journal, events_.writing, scope));
  if (is_denied(applied)) co_return fail(applied.failures.front().error);
  judge(planned, applied);
  // Where all went well it is gone already.
  if (!applied.whole()) SSMB_CO_TRY_VOID(journal.finish());
  co_return Result<void>{};
}

void Scratch::judge(const restore::Planned& planned, const restore::Applied& applied) {
  std::map<ParameterName, ParameterName> sources;
  for (const Step& step : planned.plan.steps) {
    sources.emplace(step.name, step.source_name());
    if (step.action != Action::create) note(step.source_name(), restore::reason(step));
  }
  for (const restore::Failure& failure : applied.failures)
    note(sources.at(failure.name), to_line(failure.error));
  for (const ParameterName& name : applied.changed_meanwhile)
    note(sources.at(name), "somebody else made it under the scratch path meanwhile");
}

// Removes what carries a drill's tag; in tens, as they are found.
ResultTask<Scratch::Cleared> Scratch::clear(std::vector<ParameterName> names, Whose whose,
                                            CallScope scope) {
  Cleared cleared;
  std::vector<ParameterName> ours;
  for (std::size_t i = 0; i < names.size(); ++i) {
    SSMB_CO_TRY(owned, co_await is_ours(names[i], whose, scope));
    if (owned) (*owned ? ours : cleared.others).push_back(names[i]);
    if (ours.size() < restore::kNamesOfDelete && i + 1 < names.size()) continue;
    cleared.removed += ours.size();
    SSMB_CO_TRY_VOID(co_await remove(std::exchange(ours, {}), scope));
  }
  co_return cleared;
}

// By the path: a listing of all of the Region would take minutes. Values are not decrypted.
ResultTask<std::vector<ParameterName>> Scratch::list(CallScope scope) {
  std::vector<ParameterName> names;
  const auto fetch = [&](std::string token) {
    return ssm_.get_parameters_by_path(options_.under, aws::ssm::Decryption::no, std::move(token),
                                       scope);
  };
  const auto take = [&](aws::ssm::ValuePage page) -> ResultTask<void> {
    for (const aws::ssm::Value& value : page.parameters) names.push_back(value.name);
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, [] {}));
  std::ranges::sort(names);
  const auto doubles = std::ranges::unique(names);
  names.erase(doubles.begin(), doubles.end());
  co_return names;
}

// nullopt: there is no such parameter.
ResultTask<std::optional<bool>> Scratch::is_ours(ParameterName name, Whose whose, CallScope scope) {
  auto tags = co_await ssm_.list_tags(std::move(name), scope);
  if (!tags && tags.error().kind == ErrorKind::not_found) co_return std::nullopt;
  if (!tags) co_return fail(std::move(tags).error());
  const auto mark = std::ranges::find(*tags, kScratchTag, &Tag::key);
  co_return mark != tags->end() && (whose == Whose::any_drill || mark->value == options_.id);
}

ResultTask<void> Scratch::remove(std::vector<ParameterName> names, CallScope scope) {
  SSMB_CO_TRY(result, co_await ssm_.delete_parameters(names, scope));
  for (const ParameterName& name : names) {
    if (!result.tells_of(name))
      co_return fail(ErrorKind::corrupt,
                     fmt::format("ssm:DeleteParameters does not say what became of {}", name));
  }
  co_return Result<void>{};
}

}  // namespace

Result<void> check_scratch_path(const std::string& under) {
  const auto refused = [&under](std::string why) {
    return fail(ErrorKind::usage,
                fmt::format("--under wants a path such as /drill/1, not '{}'{}",
                            printable(under, 200), why.empty() ? "" : ": " + why));
  };
  if (under.size() < 2 || !under.starts_with('/') || under.ends_with('/')) return refused({});
  if (const auto violation = rules::check_name(ParameterName(under + "/x"), {}))
    return refused(violation->message);
  return {};
}

ResultTask<Scratched> drill_in_store(aws::Session& session, snapshot::Repository& repository,
                                     snapshot::Snapshot snapshot, ScratchOptions options,
                                     ScratchEvents events, CallScope scope) {
  Scratch scratch(session, repository, std::move(snapshot), std::move(options), events);
  co_return co_await scratch.run(scope);
}

}  // namespace ssmb::engine
