#include "report/restore_shown.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace ssmb::report {

using engine::restore::Action;
using engine::restore::Failure;
using engine::restore::may_lack;
using engine::restore::OnConflict;
using engine::restore::Plan;
using engine::restore::Planned;
using engine::restore::Step;

Undone undone(const Step& step) {
  switch (step.action) {
    case Action::impossible: return Undone::impossible;
    case Action::changed: return Undone::changed;
    case Action::skipped:
      return step.differing.none() && step.unreachable.none() ? Undone::left_out : Undone::skipped;
    case Action::extra:
    case Action::remove: return Undone::no;
    case Action::create:
    case Action::update:
    case Action::tags:
    case Action::labels:
    case Action::unchanged: break;
  }
  return step.unreachable.any() ? Undone::unreachable : Undone::no;
}

std::vector<const Step*> in_reading_order(const Plan& plan) {
  std::vector<const Step*> steps;
  steps.reserve(plan.steps.size());
  for (const Step& step : plan.steps) steps.push_back(&step);
  std::ranges::sort(steps, [](const Step* one, const Step* other) {
    return std::tie(one->priority, one->name) < std::tie(other->priority, other->name);
  });
  return steps;
}

UndoneCounts count_undone(const Plan& plan) {
  UndoneCounts counts;
  for (const Step& step : plan.steps) {
    switch (undone(step)) {
      case Undone::no: break;
      case Undone::left_out: ++counts.left_out; break;
      case Undone::skipped: ++counts.skipped; break;
      case Undone::impossible: ++counts.impossible; break;
      case Undone::changed: ++counts.changed; break;
      case Undone::unreachable: ++counts.unreachable; break;
    }
  }
  return counts;
}

std::string to_words(const UndoneCounts& counts) {
  std::vector<std::string> words;
  const auto add = [&words](std::uint64_t count, std::string_view what) {
    if (count != 0) words.push_back(fmt::format("{} {}", count, what));
  };
  add(counts.skipped, "skipped");
  add(counts.impossible, "impossible");
  add(counts.changed, "changed since the plan");
  add(counts.unreachable, "with a field that cannot go back");
  return join(words, ", ");
}

Foresight foresee(const Planned& planned) {
  if (!planned.plan.conflicts.empty()) return Foresight::refused;
  const bool whole =
      std::ranges::none_of(planned.plan.steps, &Step::is_unmet) && !may_lack(planned.source);
  return whole ? Foresight::complete : Foresight::incomplete;
}

std::string_view to_string(Foresight foresight) {
  switch (foresight) {
    case Foresight::complete: return "complete";
    case Foresight::incomplete: return "incomplete";
    case Foresight::refused: return "refused";
  }
  return "";
}

RestoreVerdict verdict(const ShownRestore& restore) {
  const auto& applied = restore.applied;
  const bool none = applied.created + applied.updated + applied.removed == 0;
  if (none && !applied.failures.empty()) return RestoreVerdict::failed;
  const bool all = applied.whole() && foresee(*restore.plan.planned) == Foresight::complete;
  return all ? RestoreVerdict::complete : RestoreVerdict::incomplete;
}

std::string_view to_string(RestoreVerdict verdict) {
  switch (verdict) {
    case RestoreVerdict::complete: return "complete";
    case RestoreVerdict::incomplete: return "incomplete";
    case RestoreVerdict::failed: return "failed";
  }
  return "";
}

std::uint64_t count_of(const Plan& plan, Action action) {
  const auto found = plan.counts.find(action);
  return found == plan.counts.end() ? 0 : found->second;
}

std::string_view to_string(OnConflict policy) {
  switch (policy) {
    case OnConflict::skip: return "skip";
    case OnConflict::overwrite: return "overwrite";
    case OnConflict::fail: return "fail";
  }
  return "";
}

std::string_view to_string(Failure::Stage stage) {
  switch (stage) {
    case Failure::Stage::reading: return "reading";
    case Failure::Stage::writing: return "writing";
    case Failure::Stage::verifying: return "verifying";
  }
  return "";
}

}  // namespace ssmb::report
