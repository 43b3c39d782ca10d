#include "engine/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/alike.h"
#include "engine/contain.h"
#include "engine/dry_run.h"
#include "engine/fence.h"

namespace ssmb::engine {
namespace {

using snapshot::Lacking;
using snapshot::SnapshotWriter;
using snapshot::Unreadable;

// Hands what arrives to the writer, and what is worth a line to the log.
class Keeper final : public Collector {
 public:
  Keeper(SnapshotWriter& writer, const BackupOptions& options, const Region& region, Events& events)
      : writer_(writer), options_(options), region_(region), events_(events) {}

  ResultTask<void> take(Found found, CallScope scope) override {
    if (options_.fencing == Fencing::yes) witness_.note(found);
    if (auto* read = std::get_if<Read>(&found)) {
      note(*read);
      co_return co_await writer_.add(std::move(read->parameter), scope);
    }
    if (auto* unreadable = std::get_if<Unreadable>(&found)) {
      const bool accepted = is_accepted(options_, unreadable->name);
      unreadable->accepted = accepted ? Unreadable::Accepted::yes : Unreadable::Accepted::no;
      tell(accepted ? Gravity::info : Gravity::warning, unreadable->name, unreadable->why());
      writer_.note_unreadable(std::move(*unreadable));
    } else if (auto* vanished = std::get_if<Vanished>(&found)) {
      events_.note(region_, Gravity::info,
                   fmt::format("  {}: vanished after it was listed", vanished->name));
      writer_.note_vanished(vanished->name);
    }
    co_return Result<void>{};
  }
  ByteCount bytes() const override { return {writer_.bytes()}; }

  Witness& witness() { return witness_; }

  // What was not told of each; `where` all of them will stand, if anywhere.
  void tell_rest(std::string_view where) const {
    for (const Alike::Line& line : alike_.lines(where))
      events_.note(region_, line.gravity, line.text);
  }

  // Why the snapshot is incomplete though its records are all there; empty if it is not.
  std::string doubt() const {
    std::vector<std::string> doubts;
    const auto count = [&doubts](std::uint64_t lacking, std::string_view part) {
      if (lacking != 0)
        doubts.push_back(fmt::format("the {} of {} parameter{} could not be read", part, lacking,
                                     lacking == 1 ? "" : "s"));
    };
    count(untagged_, "tags");
    count(without_history_, "history");
    return join(doubts, "; ");
  }

 private:
  void note(const Read& read) {
    if (read.no_tags) note(read.parameter.name, *read.no_tags, Lacking::Part::tags, untagged_);
    if (read.no_history)
      note(read.parameter.name, *read.no_history, Lacking::Part::history, without_history_);
  }

  void tell(Gravity gravity, const ParameterName& name, const Error& why) {
    if (alike_.count(gravity, {}, name, why) > Alike::kToldSingly) return;
    events_.note(region_, gravity, fmt::format("  {}: {}", name, to_line(why)));
  }

  // Each by its name; a reason that all share is told in full once.
  void note(const ParameterName& name, const Error& why, Lacking::Part part,
            std::uint64_t& not_accepted) {
    const bool accepted = is_accepted(options_, name);
    if (!accepted) ++not_accepted;
    const Gravity gravity = accepted ? Gravity::info : Gravity::warning;
    const std::uint64_t alike =
        alike_.count(gravity, fmt::format("the {} of", to_string(part)), name, why);
    if (alike <= Alike::kToldSingly) {
      const std::string again = fmt::format("its {} could not be read, either", to_string(part));
      events_.note(region_, gravity,
                   fmt::format("  {}: {}", name, alike == 1 ? to_line(why) : again));
    }
    writer_.note_lacking(
        {.name = name,
         .part = part,
         .error = snapshot::KeptError(why),
         .accepted = accepted ? Unreadable::Accepted::yes : Unreadable::Accepted::no});
  }

  SnapshotWriter& writer_;
  const BackupOptions& options_;
  const Region& region_;
  Events& events_;
  Witness witness_;
  std::uint64_t untagged_ = 0;         // and not accepted
  std::uint64_t without_history_ = 0;  // the same
  Alike alike_;
};

// What was found between the collecting and the finishing.
void tell_fence(const snapshot::Fence& fence, const Region& region, Events& events) {
  const std::string round = fmt::format("round {} of {}", fence.rounds, kFenceRounds);
  if (fence.reached)
    events.note(region, Gravity::info, "fence: reached in " + round);
  else
    events.note(region, Gravity::warning,
                fmt::format("fence: not reached ({}): {}", round, fence.because));
}

// Collects into the writer and finishes it; nullopt: the store changed meanwhile, and another
// round is due.
ResultTask<std::optional<RegionBackup>> write_snapshot(aws::Session& session,
                                                       SnapshotWriter& writer,
                                                       BackupOptions options, BackupTarget target,
                                                       FenceRound round, Events& events,
                                                       CallScope scope) {
  Keeper keeper(writer, options, target.region, events);
  auto collecting = co_await collect(session,
                                     {.region = target.region,
                                      .scope = options.scope,
                                      .tags = options.tags,
                                      .depth = options.depth,
                                      .shares = AskShares::yes,
                                      .concurrency = options.concurrency,
                                      .expected = writer.expected()},
                                     keeper, events, scope);
  keeper.tell_rest(collecting ? "the manifest and region_summaries.json" : "");
  SSMB_CO_TRY(collected, std::move(collecting));
  std::optional<snapshot::Fence> fence;
  if (options.fencing == Fencing::yes) {
    SSMB_CO_TRY(verdict, co_await judge_fence(aws::ssm::Client(session, target.region),
                                              options.scope, keeper.witness(), round, scope));
    tell_fence(verdict.fence, target.region, events);
    if (verdict.then == FenceVerdict::Then::read_again) co_return std::nullopt;
    fence = std::move(verdict.fence);
  }
  snapshot::Ending ending;
  ending.end = session.runtime.now();
  ending.incomplete_because = keeper.doubt();
  if (collected.totals.listed == 0 && !options.scope.is_default())
    ending.incomplete_because = kNothingSelected;
  if (!ending.incomplete_because.empty()) {
    ending.completeness = snapshot::Completeness::incomplete;
    events.note(target.region, Gravity::warning, ending.incomplete_because);
  }
  ending.listed = collected.totals.listed;
  ending.facts = std::move(collected.facts);
  ending.tags = collected.tags;
  if (session.limits) ending.limiter = session.limits->learned(target.region);
  ending.fence = std::move(fence);
  ending.accept_shrink = options.accept_shrink;
  ending.default_region = target.default_region;
  SSMB_CO_TRY(written, co_await writer.finish(std::move(ending), scope));
  RegionBackup backup;
  backup.totals = collected.totals;
  backup.totals.bytes = ByteCount{written.manifest.document.size};
  backup.written = std::move(written);
  co_return backup;
}

// One round, or as many as the fence takes. A round that it discards leaves nothing behind; an
// error may leave a document without its manifest: `unfinished`.
ResultTask<RegionBackup> backup_for_real(aws::Session& session, snapshot::Repository& repository,
                                         BackupOptions options, BackupTarget target, Time start,
                                         Events& events, ObjectKey& unfinished, CallScope scope) {
  for (FenceRound round;; ++round.number) {
    round.begin = session.runtime.steady();
    SSMB_CO_TRY(writer, co_await SnapshotWriter::begin(repository, run_info(options, target, start),
                                                       scope));
    if (!writer->parent_problem().empty() && round.number == 1)
      events.note(target.region, Gravity::warning,
                  "the newest manifest cannot be its parent: " + writer->parent_problem());
    if (session.limits && round.number == 1)
      session.limits->begin_from(target.region, writer->learned());
    auto backup =
        co_await contained(write_snapshot(session, *writer, options, target, round, events, scope));
    if (!backup || !*backup) co_await writer->abort();
    if (!backup && writer->document_stands()) unfinished = writer->key();
    if (!backup) co_return fail(std::move(backup).error());
    if (!*backup) continue;
    (*backup)->url = repository.url(writer->key());
    co_return std::move(**backup);
  }
}

// An interrupt is no failure to look into: what there is to say is what it left.
Task<Error> interruption(Runtime& runtime, snapshot::Repository& repository, Region region,
                         std::string left) {
  constexpr Duration kLook = std::chrono::seconds{5};
  Error error{.kind = ErrorKind::cancelled,
              .what = "interrupted; " + left,
              .fault = std::nullopt,
              .next = "run again"};
  const ObjectKey pointer = snapshot::latest_key(region);
  const CallScope scope{.deadline = runtime.steady() + kLook, .stop = {}};
  const auto named = co_await snapshot::read_pointer(repository, pointer, scope);
  if (named && *named)
    error.what += fmt::format("; {} still names {}", pointer, printable((*named)->target.view()));
  co_return error;
}

// Is this the user's own end, rather than a failure?
bool is_interrupt(const Error& error, const CallScope& scope) {
  return error.kind == ErrorKind::cancelled && scope.stop.stop_requested();
}

}  // namespace

snapshot::RunInfo run_info(const BackupOptions& options, const BackupTarget& target, Time start) {
  return {.environment = options.env,
          .region = target.region,
          .account = target.account,
          .run_id = options.run_id,
          .tool_version = options.tool_version,
          .start = start,
          .scope = options.scope,
          .scope_from = options.scope_from,
          .depth = options.depth,
          .tags = options.tags};
}

bool is_accepted(const BackupOptions& options, const ParameterName& name) {
  return std::ranges::any_of(options.accept_unreadable, [&name](const std::string& glob) {
    return glob_match(glob, name.view());
  });
}

bool is_held_by_shrink(const RegionBackup& backup) {
  if (!backup.written || backup.written->shrink == snapshot::Shrink::none) return false;
  if (backup.accept_shrink == snapshot::AcceptShrink::yes) return false;
  return std::ranges::any_of(backup.written->pointers, [](const auto& report) {
    return report.outcome == snapshot::PointerReport::Outcome::kept;
  });
}

std::string advice_for_shrink(const Shrunk& shrunk) {
  const std::uint64_t unreadable = shrunk.unreadable.size();
  const auto otherwise = snapshot::judge_shrink(shrunk.last_good, shrunk.now + unreadable);
  if (unreadable != 0 && (shrunk.now == 0 || otherwise == snapshot::Shrink::none)) {
    const std::string step = shrunk.unreadable.front().why().next;
    return step.empty() ? "correct what keeps them from being read, and run again" : step;
  }
  if (shrunk.last_good.value_or(0) != 0)
    return "if the parameters were meant to go, run with --accept-shrink";
  return fmt::format(
      "are --env {} and {} right? nothing there is in the scope, nor was it in an earlier backup; "
      "leave out a Region that holds nothing, or run with --accept-shrink",
      shrunk.env, shrunk.region);
}

bool is_copied(const RegionBackup& backup) {
  return std::ranges::all_of(backup.copies, [&backup](const CopyReport& report) {
    return is_whole(report, backup.accept_shrink);
  });
}

bool pointers_moved(const RegionBackup& backup) {
  // Kept because of a newer snapshot is as it should be; kept because of a shrink is not.
  return !is_held_by_shrink(backup) &&
         std::ranges::none_of(backup.written->pointers, [](const auto& report) {
           return report.outcome == snapshot::PointerReport::Outcome::failed;
         });
}

bool is_latest(const RegionBackup& backup) {
  if (!backup.written) return true;
  return backup.written->manifest.completeness == snapshot::Completeness::complete &&
         std::ranges::none_of(backup.written->pointers, snapshot::stays);
}

bool is_complete(const RegionBackup& backup) {
  using enum snapshot::Unreadable::Accepted;
  if (!is_copied(backup)) return false;
  if (backup.prediction) {
    const auto counts = [](const auto& each) { return each.accepted == no; };
    return backup.prediction->incomplete_because.empty() &&
           backup.prediction->obstacle.what.empty() &&
           std::ranges::none_of(backup.prediction->unreadable, counts) &&
           std::ranges::none_of(backup.prediction->lacking, counts);
  }
  if (!backup.written) return true;
  if (backup.written->manifest.completeness == snapshot::Completeness::incomplete) return false;
  return pointers_moved(backup);
}

ResultTask<RegionBackup> backup_region(aws::Session& session, snapshot::Repository& repository,
                                       BackupOptions options, BackupTarget target, Events& events,
                                       CallScope scope) {
  const Time start = session.runtime.now();
  const SteadyTime begin = session.runtime.steady();
  const bool dry = options.mode == RunMode::dry;
  ObjectKey unfinished;
  auto backup = dry ? co_await dry_run(session, repository, options, target, events, scope)
                    : co_await backup_for_real(session, repository, options, target, start, events,
                                               unfinished, scope);
  if (!backup && is_interrupt(backup.error(), scope)) {
    std::string left = !unfinished.empty()
                           ? fmt::format("{} is unfinished, and taken for nothing", unfinished)
                       : dry ? std::string("nothing was written")
                             : fmt::format("nothing of {} was kept", target.region);
    co_return fail(
        co_await interruption(session.runtime, repository, target.region, std::move(left)));
  }
  if (!backup) co_return fail(std::move(backup).error());
  backup->accept_shrink = options.accept_shrink;
  if (session.limits) {
    backup->totals.throttled = session.limits->throttles(target.region);
  }
  backup->start = start;
  backup->duration = session.runtime.steady() - begin;
  backup->repository = repository.describe();
  co_return backup;
}

}  // namespace ssmb::engine
