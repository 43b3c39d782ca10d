#include "engine/fence.h"

#include <fmt/format.h>

#include "base/planted.h"
#include "base/try.h"
#include "engine/listing.h"

namespace ssmb::engine {

void Witness::note(const Found& found) {
  if (const auto* read = std::get_if<Read>(&found)) {
    const Parameter& parameter = read->parameter;
    *states_.insert(text_key(parameter.name.view())).first = {.version = parameter.version,
                                                              .date = parameter.last_modified_date};
    ++read_;
  } else if (const auto* unreadable = std::get_if<snapshot::Unreadable>(&found)) {
    states_.insert(text_key(unreadable->name.view())).first->kind = State::Kind::unreadable;
    if (unreadable->error.kind() == ErrorKind::conflict) restless_ = unreadable->name.str();
  }
}

// An unreadable one is not in the snapshot, which says so: whatever it does contradicts nothing.
std::string Witness::contradiction(const aws::ssm::Metadata& metadata) {
  const State* found = states_.find(text_key(metadata.name.view()));
  if (found == nullptr)
    return planted(Defect::new_name_is_fine) ? std::string() : metadata.name.str() + " is new";
  const State& state = *found;
  if (state.kind == State::Kind::unreadable) return {};
  ++seen_;
  const bool same = state.version == metadata.version && state.date == metadata.last_modified_date;
  return same ? std::string() : metadata.name.str() + " has changed";
}

std::string Witness::missing() const {
  const std::uint64_t gone = read_ - seen_;
  if (gone == 0) return {};
  return fmt::format("{} parameter{} {} gone", gone, gone == 1 ? "" : "s",
                     gone == 1 ? "is" : "are");
}

ResultTask<std::string> find_change(aws::ssm::Client ssm, snapshot::Scope selection,
                                    Witness& witness, CallScope scope) {
  if (!witness.restless().empty()) co_return witness.restless() + " kept changing";
  std::string change;
  const auto on_page = [&](ListingPage page) -> ResultTask<void> {
    for (const aws::ssm::Metadata& metadata : page.fresh) {
      if (!selection.matches(metadata.name)) continue;
      change = witness.contradiction(metadata);
      if (!change.empty()) co_return fail(ErrorKind::cancelled, "enough was seen");
    }
    co_return Result<void>{};
  };
  auto listed = co_await list_parameters(std::move(ssm), on_page, std::move(scope));
  if (!change.empty()) co_return change;
  if (!listed) co_return fail(std::move(listed).error());
  co_return witness.missing();
}

ResultTask<FenceVerdict> judge_fence(aws::ssm::Client ssm, snapshot::Scope selection,
                                     Witness& witness, FenceRound round, CallScope scope) {
  Runtime& runtime = ssm.session().runtime;
  const SteadyTime now = runtime.steady();
  const CallScope half = scope.until(now + (scope.deadline - now) / 2);
  auto change = co_await find_change(std::move(ssm), std::move(selection), witness, half);
  SSMB_CO_TRY_VOID(check(runtime, scope));
  FenceVerdict verdict{.fence = {.rounds = static_cast<std::uint64_t>(round.number)}};
  if (!change) {
    verdict.fence.because = "listing again failed: " + to_line(change.error());
    co_return verdict;
  }
  verdict.fence.reached = change->empty() || planted(Defect::fence_always_reached);
  verdict.fence.because = std::move(*change);
  if (verdict.fence.reached || round.number >= kFenceRounds) co_return verdict;
  // A round that would not end in time would cost the snapshot that there is.
  const SteadyTime end = runtime.steady();
  if (scope.deadline - end > 2 * (end - round.begin))
    verdict.then = FenceVerdict::Then::read_again;
  else
    verdict.fence.because += ", and the deadline leaves no time to read again";
  co_return verdict;
}

}  // namespace ssmb::engine
