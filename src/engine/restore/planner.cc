// Collects both sides, prints in place of parameters, and decides when all is known.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "engine/restore/as_planned.h"
#include "engine/restore/compare.h"
#include "engine/restore/decide.h"
#include "engine/restore/plan.h"
#include "engine/text_key.h"

namespace ssmb::engine::restore {
namespace {

using rules::Tier;

// "/X" and "X" are the same parameter.
TextKey key_of(const ParameterName& name) { return text_key(rules::unique_part(name.view())); }

template <class Count>
std::uint16_t small(Count count) {
  return static_cast<std::uint16_t>(std::clamp<Count>(count, 0, 0xFFFF));
}

}  // namespace

struct Planner::State {
  PlanOptions options;
  PrintKey key;
  rules::Store store;
  snapshot::Scope scope;
  std::string metadata_path;  // "/jenkins/<env>/backup/"

  // By priority; within each as in the document. A deque does not move what is in it.
  std::vector<std::deque<Step>> steps;
  TextTable<Step*> wanted;
  std::unordered_map<const Step*, Findings> findings;
  std::unordered_map<const Step*, std::vector<std::uint64_t>> versions;  // only with history
  std::unordered_map<std::string, LivePrint> early;  // live ones that are not wanted (yet)
  std::unordered_map<std::string, std::string> early_unreadable;
  std::vector<ParameterName> unwanted;
  TextTable<Begun> begun;

  Step* find(const ParameterName& name) const;
  std::uint16_t priority_of(const ParameterName& source) const;
  bool is_of_metadata(const ParameterName& name) const {
    return name.view().starts_with(metadata_path);
  }
  void note(const Step& step, const Desired& desired);
  void fold(Step& step, const ParameterName& source);
  void meet(Step& step, const LivePrint& live);
  const Begun* begun_by_us(const Step& step) const;
  void hold_to_plan(Step& step, const Begun* ours) const;
  void decide_in_order(Plan& plan);
  void check_room(Step& step);
  void tally(const Step& step, Plan& plan) const;
  void add_extras(Plan& plan);
  std::optional<Action> judge_extra(const ParameterName& name) const;
};

Step* Planner::State::find(const ParameterName& name) const {
  Step* const* found = wanted.find(key_of(name));
  return found ? *found : nullptr;
}

std::uint16_t Planner::State::priority_of(const ParameterName& source) const {
  const auto matches = [&](const std::string& glob) { return glob_match(glob, source.view()); };
  return small(std::ranges::find_if(options.first, matches) - options.first.begin());
}

void Planner::State::note(const Step& step, const Desired& desired) {
  const bool foreign =
      desired.origin == Desired::Origin::elsewhere && is_of_metadata(step.source_name());
  if (!foreign && !desired.left_out && !desired.impossible && !desired.impossible_tags) return;
  Findings& found = findings[&step];
  if (desired.impossible) found.impossible = line_of(*desired.impossible);
  if (desired.impossible_tags) found.impossible_tags = line_of(*desired.impossible_tags);
  if (desired.left_out) found.left_out = *desired.left_out;
  if (foreign) found.left_out = "it tells of the backups of another account or Region";
}

void Planner::State::fold(Step& step, const ParameterName& source) {
  const Step* first = find(step.name);
  step.live_version = first->live_version;
  findings[&step].folded = fmt::format("--map makes {} of {} too", step.name, first->source_name());
  std::string& said = findings[first].folded;
  if (said.empty()) said = fmt::format("--map makes {} of {} too", step.name, source);
}

void Planner::State::meet(Step& step, const LivePrint& live) {
  const auto known = versions.find(&step);
  LiveFindings found = compare(
      step, live, known == versions.end() ? std::vector<std::uint64_t>{} : known->second, store);
  if (found != LiveFindings{}) findings[&step].live = std::move(found);
}

Planner::Planner(PlanOptions options, PrintKey key, rules::Store store)
    : state_(std::make_unique<State>(State{.options = std::move(options),
                                           .key = std::move(key),
                                           .store = std::move(store),
                                           .scope = snapshot::Scope::of_environment(Environment()),
                                           .metadata_path = {},
                                           .steps = {},
                                           .wanted = {},
                                           .findings = {},
                                           .versions = {},
                                           .early = {},
                                           .early_unreadable = {},
                                           .unwanted = {},
                                           .begun = {}})) {
  const PlanOptions& set = state_->options;
  state_->scope = set.scope.value_or(snapshot::Scope::of_environment(set.env));
  state_->metadata_path = fmt::format("/jenkins/{}/backup/", set.env);
  state_->steps.resize(set.first.size() + 1);
}

Planner::~Planner() = default;
Planner::Planner(Planner&&) noexcept = default;
Planner& Planner::operator=(Planner&&) noexcept = default;

void Planner::want(const ParameterName& source, const Desired& desired,
                   const snapshot::RecordPlace& place) {
  State& state = *state_;
  const Parameter& parameter = desired.parameter;
  const std::uint16_t priority = state.priority_of(source);
  Step& step = state.steps[priority].emplace_back();
  step.name = parameter.name;
  if (source != parameter.name) step.source = source;
  step.priority = priority;
  step.doubts = desired.doubts;
  step.lost = desired.lost;
  step.place = place;
  step.wanted = print_of(parameter, state.key);
  step.wanted.captured &= desired.recorded;
  step.shape = shape_of(parameter, state.store.now);
  state.note(step, desired);

  const auto [slot, is_new] = state.wanted.insert(key_of(step.name));
  if (!is_new) return state.fold(step, source);
  *slot = &step;
  if (state.options.with_history == WithHistory::yes && parameter.history)
    state.versions.emplace(&step, version_digests(parameter, state.key));
  const std::string unique(rules::unique_part(step.name.view()));
  if (const auto live = state.early.extract(unique)) state.meet(step, live.mapped());
  if (auto error = state.early_unreadable.extract(unique))
    state.findings[&step].unreadable = std::move(error.mapped());
}

bool Planner::wants(const ParameterName& name) const { return state_->find(name) != nullptr; }

void Planner::live(const Parameter& parameter) {
  LivePrint live = print_live(parameter, state_->key, state_->options.with_history);
  if (Step* step = state_->find(parameter.name))
    state_->meet(*step, live);
  else
    state_->early.insert_or_assign(std::string(rules::unique_part(parameter.name.view())),
                                   std::move(live));
}

void Planner::live_unwanted(const ParameterName& name) { state_->unwanted.push_back(name); }

void Planner::live_unreadable(const ParameterName& name, const Error& error) {
  std::string why = "it is there, and could not be read: " + to_line(error);
  if (const Step* step = state_->find(name))
    state_->findings[step].unreadable = std::move(why);
  else
    state_->early_unreadable.insert_or_assign(std::string(rules::unique_part(name.view())),
                                              std::move(why));
}

void Planner::begun(const ParameterName& name, Begun begun) {
  *state_->begun.insert(key_of(name)).first = begun;
}

// A put that was not made, or somebody else's after ours, makes it nobody's but theirs: nullptr.
const Begun* Planner::State::begun_by_us(const Step& step) const {
  const Begun* known = begun.find(key_of(step.name));
  if (known == nullptr || !step.live_version) return nullptr;
  const auto newer = *step.live_version - known->version;
  if (puts(known->action))
    return newer >= 1 && std::cmp_less_equal(newer, step.shape.versions) ? known : nullptr;
  return newer == 0 ? known : nullptr;
}

// What was not looked at in the earlier plan is not written.
void Planner::State::hold_to_plan(Step& step, const Begun* ours) const {
  if (!options.as_planned || !step.writes()) return;
  std::string objection = options.as_planned->objection(step, ours);
  if (objection.empty()) return;
  step.action = Action::changed;
  step.because = std::move(objection);
  step.unreachable.reset();
  step.doubts.clear();
  step.shape.fires.reset();
}

void Planner::count(std::size_t standard, std::size_t advanced) {
  state_->store.standard_count = standard;
  state_->store.advanced_count = advanced;
}

// The account's room for parameters, used up in the order of the plan. A creation needs it in the
// tier of the first version that is put, and may be raised by a later one.
void Planner::State::check_room(Step& step) {
  const bool creates = step.action == Action::create;
  const bool raises =
      step.action == Action::update && (step.differing & ~step.unreachable).test(field_at("Tier"));
  const auto enter = [&](Tier tier, const rules::Existing* there) {
    const bool advanced = tier == Tier::advanced;
    std::size_t& count = advanced ? store.advanced_count : store.standard_count;
    if (count < (advanced ? rules::kMaxAdvancedParameters : rules::kMaxStandardParameters)) {
      ++count;
      return true;
    }
    step.action = Action::impossible;
    step.because = refusal_by_tier(step.name, tier, there, store);
    step.doubts.clear();
    return false;
  };
  if (creates && !enter(step.shape.first_tier, nullptr)) return;
  if (!raises && (!creates || step.shape.tier == step.shape.first_tier)) return;
  const rules::Existing standard{.type = "String"};
  if (enter(step.shape.tier, &standard) && store.standard_count > 0) --store.standard_count;
}

void Planner::State::tally(const Step& step, Plan& plan) const {
  ++plan.counts[step.action];
  plan.doubtful += step.doubts.empty() ? 0 : 1;
  if (options.on_conflict == OnConflict::fail && step.action == Action::skipped &&
      step.differing.any())
    plan.conflicts.push_back(step.name);
}

void Planner::State::decide_in_order(Plan& plan) {
  static const Findings kNone;
  for (auto& bucket : steps) {
    for (Step& step : bucket) {
      const auto found = findings.find(&step);
      const Begun* ours = begun_by_us(step);
      decide(step, found == findings.end() ? kNone : found->second, options.on_conflict,
             ours != nullptr ? Ours::yes : Ours::no);
      hold_to_plan(step, ours);
      check_room(step);
      tally(step, plan);
    }
  }
}

// nullopt: it is no business of this restore.
std::optional<Action> Planner::State::judge_extra(const ParameterName& name) const {
  bool extra = false;
  bool removable = false;
  for (const ParameterName& source : sources_of(options.mapping, name)) {
    if (!scope.matches(source) || !options.selection.matches(source)) continue;
    if (!options.mapping.same_place() && is_of_metadata(source)) continue;
    extra = true;
    removable |= options.selection.under_paths(source);
  }
  if (!extra) return std::nullopt;
  return removable && options.extra == PlanOptions::Extra::remove ? Action::remove : Action::extra;
}

void Planner::State::add_extras(Plan& plan) {
  for (const auto& [unique, live] : early) unwanted.push_back(live.name);
  std::ranges::sort(unwanted);
  const auto doubles = std::ranges::unique(unwanted);
  unwanted.erase(doubles.begin(), doubles.end());
  for (ParameterName& name : unwanted) {
    const auto action = judge_extra(name);
    if (!action) continue;
    Step& step = plan.steps.emplace_back();
    step.name = std::move(name);
    step.action = *action;
    step.shape.versions = 0;
    hold_to_plan(step, nullptr);
    tally(step, plan);
  }
}

Plan Planner::finish() {
  State& state = *state_;
  Plan plan;
  state.decide_in_order(plan);
  state.findings.clear();
  state.versions.clear();
  state.wanted = {};
  // Moved, and given back block by block: both together never take twice the room.
  for (auto& bucket : state.steps) {
    if (plan.steps.empty()) {
      plan.steps = std::move(bucket);
      continue;
    }
    for (; !bucket.empty(); bucket.pop_front()) plan.steps.push_back(std::move(bucket.front()));
  }
  state.add_extras(plan);
  return plan;
}

}  // namespace ssmb::engine::restore
