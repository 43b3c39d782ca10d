#include "snapshot/pointer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

using Outcome = PointerReport::Outcome;

// Each conflict means that another run moved the pointer: more than a few in a row cannot be.
constexpr int kRounds = 10;

struct Judgement {
  Outcome outcome = Outcome::moved;
  std::string why = {};
  std::string next = {};
};

Judgement failed(const Error& error) { return {Outcome::failed, to_line(error), error.next}; }
Judgement repaired(std::string why) {
  return {.outcome = Outcome::repaired, .why = std::move(why)};
}
Judgement kept(std::string why) { return {.outcome = Outcome::kept, .why = std::move(why)}; }

// The pointer leads to what another environment's runs have written.
Judgement foreign(const ObjectKey& pointer, const Environment& theirs, const Environment& ours) {
  return {.outcome = Outcome::failed,
          .why = fmt::format("it is {}'s, and a repository holds one environment", theirs),
          .next = fmt::format("give {} a repository of its own (--repository); if {}'s backup is "
                              "there by mistake, delete {} and run again",
                              ours, theirs, pointer)};
}

PointerReport settled(PointerReport report, Judgement judgement) {
  report.outcome = judgement.outcome;
  report.why = std::move(judgement.why);
  report.next = std::move(judgement.next);
  return report;
}

// May the pointer, as it is now, move to `to`? Asks the repository whether what it names is there.
Task<Judgement> judge(Repository& repository, const ObjectKey& pointer, const Pointer& now,
                      const SnapshotId& to, const std::optional<Distrusted>& distrusted,
                      CallScope scope) {
  const std::string named = printable(now.target.view(), 200);
  const auto target = parse_document_key(now.target.view());
  if (!target) co_return repaired(fmt::format("it named '{}', which is no backup", named));
  if (target->environment != to.environment)
    co_return foreign(pointer, target->environment, to.environment);
  if (target->time > now.service_time + kAhead)
    co_return repaired(fmt::format("it named {}, a time in the future", named));
  if (now.target == document_key(to)) co_return kept("it names this snapshot");

  const auto there = co_await repository.stat(now.target, scope);
  if (!there && trouble_of(there.error()) == Trouble::gone)
    co_return repaired(fmt::format("it named {}, which is missing", named));
  if (!there) co_return failed(there.error());
  if (distrusted && distrusted->target == now.target) co_return repaired(distrusted->why);
  if (target->time >= to.time) co_return kept(fmt::format("it names {}, which is newer", named));
  co_return Judgement{};
}

}  // namespace

bool stays(const PointerReport& report) {
  return report.outcome == Outcome::kept || report.outcome == Outcome::failed;
}

ResultTask<std::optional<Pointer>> read_pointer(Repository& repository, ObjectKey pointer,
                                                CallScope scope) {
  auto object = co_await repository.get(pointer, scope);
  if (!object && trouble_of(object.error()) == Trouble::gone) co_return std::nullopt;
  if (!object) co_return fail(std::move(object).error());
  co_return Pointer{.target = ObjectKey(trim(object->bytes.view())),
                    .etag = object->stat.etag,
                    .service_time = object->stat.service_time};
}

Task<PointerReport> advance_pointer(Repository& repository, ObjectKey pointer, SnapshotId to,
                                    CallScope scope, std::optional<Distrusted> distrusted) {
  PointerReport report{.pointer = pointer, .outcome = Outcome::failed, .why = {}, .target = {}};
  const ObjectKey document = document_key(to);
  // A clock of ours that runs ahead would make a pointer that nobody trusts.
  const auto own = co_await repository.stat(document, scope);
  if (!own) co_return settled(std::move(report), failed(own.error()));
  if (to.time > own->service_time + kAhead) {
    report.why = fmt::format("this machine's clock is ahead of the repository's, {}",
                             to_iso8601(own->service_time));
    report.next =
        "set this machine's clock (is chrony or another NTP client running?), and run again";
    co_return report;
  }

  for (int round = 0; round < kRounds; ++round) {
    auto now = co_await read_pointer(repository, pointer, scope);
    if (!now) co_return settled(std::move(report), failed(now.error()));
    report.target = *now ? (*now)->target : ObjectKey();
    // A replacement whose answer was lost has been made all the same.
    if (round > 0 && report.target == document) co_return report;
    Judgement judgement;
    if (*now) judgement = co_await judge(repository, pointer, **now, to, distrusted, scope);
    report = settled(std::move(report), std::move(judgement));
    if (stays(report)) co_return report;

    const std::optional<ETag> expected = *now ? std::optional((*now)->etag) : std::nullopt;
    const auto replaced =
        co_await repository.replace(pointer, expected, SecretBytes(document.str() + "\n"), scope);
    if (replaced) {
      report.target = document;
      co_return report;
    }
    if (replaced.error().kind == ErrorKind::conflict) continue;
    co_return settled(std::move(report), failed(replaced.error()));
  }
  report.outcome = Outcome::failed;
  report.why = "other runs moved it again and again";
  report.next = "run again when no other backup of this Region is at work";
  co_return report;
}

}  // namespace ssmb::snapshot
