// Acceptance: random stores and live states. execute(plan) gives the snapshot's state within scope
// and policy, and planning again gives nothing to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/restore/plan_helpers.h"
#include "tests/engine/restore/random_world.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;
using namespace testing;

constexpr std::uint64_t kWorlds = 10'000;
constexpr std::uint64_t kLeast = 500;  // of each kind of step

constexpr std::size_t kHistory = field_at("History");

// The snapshot's side, by the offset of its records.
std::vector<Desired> wanted_of(const World& world) {
  std::vector<Desired> all;
  for (const Parameter& recorded : world.snapshot)
    all.push_back(desired(recorded, world.options.mapping, kNow, world.options.with_history));
  return all;
}

Plan plan_of(const World& world, const std::vector<Desired>& wanted, bool resumed) {
  Planner planner(world.options, print_key(), world.facts);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const ParameterName& source = world.snapshot[i].name;
    if (world.options.selection.matches(source))
      planner.want(source, wanted[i], {.offset = i, .length = 1, .sha256 = {}});
  }
  for (const ParameterName& name : world.store.names()) {
    if (!planner.wants(name))
      planner.live_unwanted(name);
    else if (world.unreadable.contains(name))
      planner.live_unreadable(name, {.kind = ErrorKind::denied, .what = "no"});
    else
      planner.live(*world.store.read(name));
  }
  if (resumed) {
    // As if our own put had made the newest version.
    for (const ParameterName& name : world.begun) {
      if (const auto live = world.store.read(name))
        planner.begun(name, {.action = Action::update, .version = live->version - 1});
    }
  }
  planner.count(world.store.count(rules::Tier::standard), world.store.count(rules::Tier::advanced));
  return planner.finish();
}

// Does what a plan says and no more: every put must be one that the rules allow.
class Executor {
 public:
  Executor(StoreModel& store, const std::vector<Desired>& wanted)
      : store_(store), wanted_(wanted) {}

  void run(const Plan& plan) {
    for (const Step& step : plan.steps) {
      if (!step.writes()) continue;
      SCOPED_TRACE(step.name.str());
      if (step.action == Action::remove)
        store_.erase(step.name);
      else
        write(step, wanted_.at(step.place.offset).parameter);
    }
  }

 private:
  void write(const Step& step, const Parameter& wanted) {
    const std::size_t count = version_count(wanted);
    const bool replays = step.wanted.captured.test(kHistory) && wanted.history;
    std::size_t first = count;
    if (step.action == Action::create) first = replays ? 0 : count - 1;
    if (step.action == Action::update) first = step.replayed > 0 ? step.replayed : count - 1;
    EXPECT_EQ(step.shape.versions, count - first);
    const bool completes = replays && step.differing.test(kHistory);
    if (completes) label_all(wanted, first);
    for (; first < count; ++first) put(step, at_version(wanted, first));
    if (step.action == Action::create) return;
    if (step.differing.test(field_at("Tags"))) set_tags(step.name, wanted.tags);
    if (step.action != Action::update && step.differing.test(field_at("Labels")))
      set_labels(step.name, store_.read(step.name)->version, *wanted.labels);
  }
  void put(const Step& step, const Parameter& version) {
    const auto live = store_.read(step.name);
    const auto made = store_.put(
        make_put(version, live ? PutMode::overwrite : PutMode::create, live ? &*live : nullptr));
    ASSERT_TRUE(made) << made.error().code << ": " << made.error().message;
    if (version.labels) set_labels(step.name, *made, *version.labels);
  }
  // Of the versions that are there already.
  void label_all(const Parameter& wanted, std::size_t there) {
    const auto newest = store_.read(wanted.name)->version;
    for (std::size_t i = 0; i < there; ++i) {
      const auto labels = at_version(wanted, i).labels;
      if (labels)
        set_labels(wanted.name, newest - static_cast<ParameterVersion>(there - 1 - i), *labels);
    }
  }
  void set_labels(const ParameterName& name, ParameterVersion version,
                  const std::vector<std::string>& labels) {
    const Parameter live = *store_.read(name);
    if (live.version == version) {
      for (const std::string& label : *live.labels)
        if (std::ranges::find(labels, label) == labels.end()) store_.unlabel(name, version, label);
    }
    for (const std::string& label : labels) store_.label(name, version, label);
  }
  void set_tags(const ParameterName& name, const std::vector<Tag>& tags) {
    for (const Tag& tag : store_.read(name)->tags) {
      const bool stays = std::ranges::find(tags, tag.key, &Tag::key) != tags.end();
      if (!stays && !rules::is_reserved_tag(tag.key)) store_.remove_tag(name, tag.key);
    }
    store_.set_tags(name, tags);
  }

  StoreModel& store_;
  const std::vector<Desired>& wanted_;
};

// What a plan and its execution must be, from both sides before and the store after.
class Judge {
 public:
  Judge(const World& before, const World& after, const std::vector<Desired>& wanted,
        const Plan& plan)
      : before_(before), after_(after), wanted_(wanted), plan_(plan) {}

  void judge() const {
    std::set<ParameterName> written;
    for (const Step& step : plan_.steps) {
      SCOPED_TRACE(fmt::format("{} {} {}", step.name, to_string(step.action), reason(step)));
      if (step.action == Action::extra || step.action == Action::remove)
        judge_extra(step);
      else
        judge_wanted(step);
      if (applies() && step.writes()) written.insert(live_name(step.name));
    }
    judge_rest(written);
    judge_coverage();
  }

 private:
  bool applies() const { return plan_.conflicts.empty(); }
  ParameterName live_name(const ParameterName& name) const {
    const auto live = after_.store.read(name);
    return live ? live->name : name;
  }

  // What differs between what is wanted and what is live, as far as the record speaks of it.
  std::vector<std::string_view> difference(const Step& step, const Parameter& live) const {
    const Desired& wanted = wanted_.at(step.place.offset);
    auto keys = differing_fields(wanted.parameter, live, Comparison::after_restore);
    const auto recorded = keys_of(wanted.recorded);
    std::erase_if(keys, [&](std::string_view key) {
      const bool spoken_of = std::ranges::find(recorded, key) != recorded.end();
      return !spoken_of || (key == "History" && !step.wanted.captured.test(kHistory));
    });
    return keys;
  }

  void judge_wanted(const Step& step) const {
    const auto live = before_.store.read(step.name);
    const auto now = after_.store.read(step.name);
    const bool there = live.has_value();
    if (step.action == Action::create) {
      EXPECT_FALSE(there);
    }
    if (step.action == Action::update || step.action == Action::tags ||
        step.action == Action::labels) {
      EXPECT_TRUE(there && may_overwrite(step));
    }
    if (step.action == Action::unchanged || (step.writes() && applies())) {
      ASSERT_TRUE(now);
      EXPECT_EQ(difference(step, *now), keys_of(step.unreachable));
      judge_unreachable(step, live);
    }
    if (step.action == Action::tags || step.action == Action::labels) {
      EXPECT_EQ(live->version, now->version);
    }
    if (step.action == Action::skipped) judge_skipped(step);
    if (step.action == Action::impossible) {
      EXPECT_TRUE(has_cause(step)) << "nothing speaks against it";
    }
    // Older versions count wherever this restore makes the parameter.
    const bool with_past = wanted_.at(step.place.offset).parameter.history.has_value();
    if (step.action == Action::create || step.replayed > 0) {
      EXPECT_EQ(step.wanted.captured.test(kHistory), with_past);
    }
  }

  void judge_unreachable(const Step& step, const std::optional<Parameter>& live) const {
    const Parameter& wanted = wanted_.at(step.place.offset).parameter;
    std::vector<std::string_view> may;
    if (live && live->tier == "Advanced" && wanted.tier == "Standard") may.emplace_back("Tier");
    if (live && live->name != wanted.name) may.emplace_back("Name");
    EXPECT_THAT(keys_of(step.unreachable), IsSubsetOf(may));
  }

  bool is_ours(const Step& step) const {
    return std::ranges::any_of(before_.begun, [&](const ParameterName& name) {
      return rules::unique_part(name.view()) == rules::unique_part(step.name.view());
    });
  }
  bool may_overwrite(const Step& step) const {
    return before_.options.on_conflict == OnConflict::overwrite || is_ours(step);
  }

  void judge_skipped(const Step& step) const {
    const Desired& wanted = wanted_.at(step.place.offset);
    const bool foreign = wanted.origin == Desired::Origin::elsewhere &&
                         step.source_name().view().starts_with("/jenkins/dev/backup/");
    if (step.differing.none()) {
      EXPECT_TRUE(wanted.left_out || foreign);
      return;
    }
    const auto live = before_.store.read(step.name);
    ASSERT_TRUE(live);
    EXPECT_FALSE(may_overwrite(step));
    EXPECT_EQ(difference(step, *live), keys_of(step.differing));
    if (before_.options.on_conflict == OnConflict::fail) {
      EXPECT_THAT(plan_.conflicts, Contains(step.name));
    }
  }

  bool has_cause(const Step& step) const {
    const Desired& wanted = wanted_.at(step.place.offset);
    const auto live = before_.store.read(step.name);
    const auto same_target = std::ranges::count_if(wanted_, [&](const Desired& other) {
      const auto& source = before_.snapshot[static_cast<std::size_t>(&other - wanted_.data())].name;
      return other.parameter.name == step.name && before_.options.selection.matches(source);
    });
    if (wanted.impossible || wanted.impossible_tags || same_target > 1 || before_.nearly_full)
      return true;
    if (!live) return false;
    return before_.unreadable.contains(live->name) || live->type != wanted.parameter.type ||
           (live->tier == "Advanced" && wanted.parameter.tier == "Standard") ||
           live->name != step.name || (live->version >= 100 && !live->labelled_versions->empty());
  }

  void judge_extra(const Step& step) const {
    EXPECT_TRUE(before_.store.read(step.name));
    EXPECT_EQ(after_.store.read(step.name).has_value(), step.action == Action::extra || !applies());
    if (step.action == Action::remove) {
      EXPECT_EQ(before_.options.extra, PlanOptions::Extra::remove);
    }
    const auto sources = sources_of(before_.options.mapping, step.name);
    EXPECT_TRUE(std::ranges::any_of(sources, [&](const ParameterName& source) {
      return before_.options.selection.matches(source) && source.view().contains("/dev/");
    }));
  }

  // Nothing outside of the plan was touched, nothing was made that it does not show.
  void judge_rest(const std::set<ParameterName>& written) const {
    for (const auto& [key, stored] : before_.store.all()) {
      if (written.contains(stored.name)) continue;
      const auto now = after_.store.all().find(key);
      ASSERT_NE(now, after_.store.all().end()) << stored.name.str();
      EXPECT_TRUE(now->second == stored) << stored.name.str();
    }
    for (const auto& [key, stored] : after_.store.all()) {
      EXPECT_TRUE(before_.store.all().contains(key) || written.contains(stored.name)) << key;
    }
  }

  // Every parameter of the selection has its step.
  void judge_coverage() const {
    std::vector<std::size_t> records;
    for (const Step& step : plan_.steps) {
      if (step.action != Action::extra && step.action != Action::remove)
        records.push_back(step.place.offset);
    }
    std::ranges::sort(records);
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < before_.snapshot.size(); ++i) {
      if (before_.options.selection.matches(before_.snapshot[i].name)) expected.push_back(i);
    }
    EXPECT_EQ(records, expected);
  }

  const World& before_;
  const World& after_;
  const std::vector<Desired>& wanted_;
  const Plan& plan_;
};

// Nothing to do, but for what found no room before.
void expect_nothing_to_do(const Plan& again, const Plan& before) {
  for (const Step& step : again.steps) {
    if (!step.writes()) continue;
    const auto found = std::ranges::find(before.steps, step.name, &Step::name);
    EXPECT_TRUE(found != before.steps.end() && found->because.starts_with("ParameterLimitExceeded"))
        << step.name.str() << ": " << to_string(step.action) << ", " << reason(step);
  }
}

TEST(PlanProperty, ExecutedItGivesTheSnapshotsStateAndLeavesNothingToDo) {
  std::map<Action, std::uint64_t> kinds;
  std::uint64_t doubtful = 0;
  std::uint64_t replays = 0;
  for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
    SCOPED_TRACE(seed);
    const World world = random_world(seed);
    const auto wanted = wanted_of(world);
    const Plan plan = plan_of(world, wanted, true);
    for (const auto& [action, count] : plan.counts) kinds[action] += count;
    doubtful += plan.doubtful;
    replays += static_cast<std::uint64_t>(
        std::ranges::count_if(plan.steps, [](const Step& step) { return step.replayed > 0; }));

    World after = world;
    if (plan.conflicts.empty()) Executor(after.store, wanted).run(plan);
    Judge(world, after, wanted, plan).judge();
    if (plan.conflicts.empty()) expect_nothing_to_do(plan_of(after, wanted, false), plan);
    if (::testing::Test::HasFailure()) break;
  }
  for (const Action action :
       {Action::create, Action::update, Action::tags, Action::labels, Action::unchanged,
        Action::skipped, Action::impossible, Action::extra, Action::remove}) {
    EXPECT_GE(kinds[action], kLeast) << to_string(action);
    ::testing::Test::RecordProperty(std::string(to_string(action)), std::to_string(kinds[action]));
  }
  ::testing::Test::RecordProperty("doubtful", std::to_string(doubtful));
  ::testing::Test::RecordProperty("replays", std::to_string(replays));
  EXPECT_GE(doubtful, kLeast);
  EXPECT_GE(replays, kLeast);
}

}  // namespace
}  // namespace ssmb::engine::restore
