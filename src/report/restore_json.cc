#include "report/restore_json.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <functional>

#include "base/encoding.h"
#include "report/error_text.h"
#include "report/facts_left_text.h"
#include "report/places.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using engine::restore::Action;
using engine::restore::Estimate;
using engine::restore::Failure;
using engine::restore::Plan;
using engine::restore::SourceFacts;
using engine::restore::Step;

template <class T>
json::array texts_json(const std::vector<T>& texts) {
  json::array out;
  for (const auto& text : texts) {
    if constexpr (std::is_same_v<T, std::string>)
      out.emplace_back(text);
    else
      out.emplace_back(text.str());
  }
  return out;
}

json::object step_json(const Step& step) {
  json::object out{{"name", step.name.str()}, {"action", to_string(step.action)}};
  if (!step.source.empty()) out["source"] = step.source.str();
  if (step.differing.any()) out["differing"] = keys_json(step.differing);
  if (step.unreachable.any()) out["unreachable"] = keys_json(step.unreachable);
  out["because"] = reason(step);
  if (!step.doubts.empty()) out["doubts"] = texts_json(step.doubts.list());
  if (!step.lost.empty()) out["lost"] = texts_json(step.lost.list());
  if (step.live_version) out["liveVersion"] = *step.live_version;
  if (step.live_date) out["liveDate"] = to_iso8601(*step.live_date);
  return out;
}

json::object source_json(const SourceFacts& source, const Sha256Digest& sha256) {
  json::object out{{"key", source.document.str()},
                   {"url", source.where},
                   {"state", to_string(source.state)},
                   {"time", to_iso8601(source.taken)},
                   {"region", source.region.str()},
                   {"account", source.account.str()},
                   {"depth", to_string(source.depth)},
                   {"shrunken", source.shrunken ? json::value(*source.shrunken) : json::value()},
                   {"sha256", to_hex(sha256)}};
  if (source.parameter_count) out["parameterCount"] = *source.parameter_count;
  return out;
}

json::object estimate_json(const Estimate& estimate) {
  json::object calls;
  for (const auto& [operation, count] : estimate.calls) calls[operation] = count;
  json::array firing;
  for (const Estimate::Firing& each : estimate.firing)
    firing.push_back({{"name", each.name.str()}, {"time", to_iso8601(each.when)}});
  json::object out{{"calls", std::move(calls)},
                   {"seconds", std::chrono::duration<double>(estimate.duration).count()},
                   {"boundedBy", estimate.bounded_by},
                   {"events", estimate.events},
                   {"advancedCount", estimate.advanced},
                   {"dollarsAMonth", estimate.dollars_a_month},
                   {"firing", std::move(firing)}};
  if (!estimate.advice.empty()) out["advice"] = estimate.advice;
  return out;
}

json::object counts_json(const Plan& plan) {
  json::object out;
  for (const Action action : kActions) out[to_string(action)] = count_of(plan, action);
  return out;
}

// There, and other than in the snapshot: whether it will be written is another question. What old
// readers understand by "update".
bool differs(const Step& step) {
  switch (step.action) {
    case Action::update:
    case Action::tags:
    case Action::labels: return true;
    case Action::skipped: return undone(step) == Undone::skipped;
    case Action::changed: return step.differing.any();
    case Action::create:
    case Action::unchanged:
    case Action::impossible:
    case Action::extra:
    case Action::remove: break;
  }
  return false;
}

json::array missing_json(const ShownPlan& shown) {
  json::array out;
  for (const auto& [name, why] : shown.missing) out.push_back({{"name", name.str()}, {"why", why}});
  return out;
}

json::object head_json(const ShownPlan& shown) {
  const auto& planned = *shown.planned;
  const Plan& plan = planned.plan;
  std::uint64_t update = 0;
  for (const Step& step : plan.steps) update += differs(step) ? 1U : 0U;
  const UndoneCounts left = count_undone(plan);
  json::object out{{"analysis_date", to_iso8601(shown.now)},
                   {"create_count", count_of(plan, Action::create)},
                   {"update_count", update},
                   {"unchanged_count", count_of(plan, Action::unchanged)},
                   {"environment", shown.env.str()},
                   {"region", planned.mapping.to.region.str()},
                   {"account", planned.mapping.to.account.str()},
                   {"snapshot", source_json(planned.source, planned.document_sha256)},
                   {"onConflict", to_string(shown.on_conflict)},
                   {"choices", texts_json(shown.choices)},
                   {"foreseen", to_string(foresee(planned))},
                   {"counts", counts_json(plan)},
                   {"regionFacts", facts_left_json(shown)},
                   {"writeCount", plan.writes()},
                   {"doubtfulCount", plan.doubtful},
                   {"leftOutCount", left.left_out},
                   {"unreachableCount", left.unreachable},
                   {"estimate", estimate_json(planned.estimate)},
                   {"live",
                    {{"listed", planned.live.listed},
                     {"standard", planned.live.standard},
                     {"advanced", planned.live.advanced}}}};
  if (!shown.missing.empty()) out["missing"] = missing_json(shown);
  if (!plan.conflicts.empty()) {
    std::vector<ParameterName> conflicts = plan.conflicts;
    std::ranges::sort(conflicts);
    out["conflicts"] = texts_json(conflicts);
  }
  if (!shown.apply_line.empty() && plan.conflicts.empty() && plan.writes() != 0)
    out["next"] = shown.apply_line;
  return out;
}

// ,"name":[...] with what `item` makes of the steps that `takes` picks, a line each.
void write_list(const TextSink& sink, std::string_view name, const std::vector<const Step*>& steps,
                const std::function<bool(const Step&)>& takes,
                const std::function<json::value(const Step&)>& item) {
  sink(",\n\"");
  sink(name);
  sink("\":[");
  bool first = true;
  for (const Step* step : steps) {
    if (!takes(*step)) continue;
    sink(first ? "\n" : ",\n");
    first = false;
    sink(json::serialize(item(*step)));
  }
  sink("]");
}

json::object outcome_json(const ShownPlan& plan) {
  const auto& planned = *plan.planned;
  const UndoneCounts left = count_undone(planned.plan);
  return {{"environment", plan.env.str()},
          {"region", planned.mapping.to.region.str()},
          {"account", planned.mapping.to.account.str()},
          {"snapshot", source_json(planned.source, planned.document_sha256)},
          {"counts", counts_json(planned.plan)},
          {"unchanged_count", count_of(planned.plan, Action::unchanged)},
          {"skippedCount", left.skipped},
          {"impossibleCount", left.impossible},
          {"unreachableCount", left.unreachable},
          {"leftOutCount", left.left_out},
          {"missing", missing_json(plan)},
          {"regionFacts", facts_left_json(plan)}};
}

json::array changed_json(const Plan& plan) {
  json::array out;
  for (const Step& step : plan.steps)
    if (step.action == Action::changed)
      out.push_back({{"name", step.name.str()}, {"because", reason(step)}});
  return out;
}

void add_failures(const ShownRestore& shown, json::object& out) {
  std::uint64_t unequal = 0;
  json::array names;
  json::array failures;
  for (const Failure& failure : shown.applied.failures) {
    if (failure.stage == Failure::Stage::verifying) ++unequal;
    names.emplace_back(failure.name.str());
    json::object entry{{"name", failure.name.str()},
                       {"stage", to_string(failure.stage)},
                       {"error", error_json(failure.error)}};
    if (failure.differing.any()) entry["differing"] = keys_json(failure.differing);
    failures.push_back(std::move(entry));
  }
  out["failed_count"] = shown.applied.failures.size() - unequal;
  out["verification_failed"] = unequal;
  out["failed_parameters"] = std::move(names);
  out["failures"] = std::move(failures);
}

}  // namespace

void write_plan_json(const TextSink& sink, const ShownPlan& shown) {
  const std::vector<const Step*> steps = in_reading_order(shown.planned->plan);
  std::string head = json::serialize(head_json(shown));
  head.pop_back();  // the brace: lists follow
  sink(head);
  const auto name = [](const Step& step) { return json::value(json::string(step.name.view())); };
  write_list(
      sink, "to_create", steps, [](const Step& step) { return step.action == Action::create; },
      name);
  write_list(sink, "to_update", steps, differs, name);
  write_list(
      sink, "steps", steps, [](const Step&) { return true; },
      [](const Step& step) { return json::value(step_json(step)); });
  sink("}\n");
}

json::object restored_json(const ShownRestore& shown) {
  const auto& applied = shown.applied;
  const Plan& plan = shown.plan.planned->plan;
  const bool none = plan.writes() == 0 && count_of(plan, Action::changed) == 0;
  json::object out = outcome_json(shown.plan);
  out["restore_date"] = to_iso8601(shown.plan.now);
  out["status"] = none ? std::string_view("no_changes") : to_string(verdict(shown));
  out["complete"] = verdict(shown) == RestoreVerdict::complete;
  out["success_count"] = applied.created + applied.updated + applied.removed;
  add_failures(shown, out);
  out["createdCount"] = applied.created;
  out["updatedCount"] = applied.updated;
  out["removedCount"] = applied.removed;
  out["verifiedCount"] = applied.verified;
  out["changedMeanwhile"] = texts_json(applied.changed_meanwhile);
  out["changedSincePlan"] = changed_json(plan);
  out["durationSeconds"] = std::chrono::duration<double>(applied.duration).count();
  return out;
}

json::object broken_off_json(const ShownPlan& shown,
                             const engine::restore::RestoreProgress& progress, const Error& error) {
  json::object out = outcome_json(shown);
  out["restore_date"] = to_iso8601(shown.now);
  out["status"] = error.kind == ErrorKind::cancelled ? "interrupted" : "failed";
  out["complete"] = false;
  out["success_count"] = progress.done - progress.failed;
  out["failed_count"] = progress.failed;
  out["verification_failed"] = 0;
  out["failed_parameters"] = json::array();
  out["leftCount"] = progress.of - progress.done;
  out["error"] = error_json(error);
  return out;
}

}  // namespace ssmb::report
