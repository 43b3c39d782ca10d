#include "restore_simulation.h"

#include <fstream>

#include "tests/support/kill_switch.h"
#include "tests/support/restore_world.h"
#include "writers.h"

namespace ssmb::simulation {
namespace {

namespace json = boost::json;
using engine::restore::OnConflict;
using engine::restore::PlanOptions;
using engine::restore::WithHistory;
using snapshot::Depth;
using testing::Dump;
using testing::KillSwitch;
using testing::RestoreWorld;

json::array some_labels(Random& random) {
  static constexpr std::array kLabels{"prod", "blue", "green", "v1.0"};
  json::array labels;
  for (const char* label : kLabels) {
    if (chance(random, 0.2)) labels.push_back(label);
  }
  return labels;
}

json::array some_tags(Random& random) {
  json::array tags;
  for (const char* key : {"Owner", "team", "aws:cloudformation:stack-name"}) {
    if (chance(random, 0.3))
      tags.push_back({{"Key", key}, {"Value", fmt::format("t{}", pick(random, 0, 3))}});
  }
  return tags;
}

// What a put sets of a version. Advanced and its policies stay with a parameter: no way back.
json::object some_version(Random& random, bool advanced) {
  json::object version{{"Value", fmt::format("v{}", random() % 1000)},
                       {"Description", chance(random, 0.3) ? "説明 \"d\"" : ""},
                       {"AllowedPattern", chance(random, 0.2) ? "^v\\d+$" : ""},
                       {"Tier", advanced ? "Advanced" : "Standard"}};
  json::array policies;
  if (advanced && chance(random, 0.5))
    policies.push_back(
        {{"PolicyType", "NoChangeNotification"},
         {"PolicyStatus", "Pending"},
         {"PolicyText",
          R"({"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}})"}});
  version["Policies"] = std::move(policies);
  return version;
}

json::object some_parameter(Random& random, const std::string& name) {
  static constexpr std::array kTypes{"String", "StringList", "SecureString"};
  const bool advanced = chance(random, 0.2);
  json::object made = some_version(random, advanced);
  made["Name"] = name;
  made["Type"] = kTypes.at(random() % kTypes.size());
  made["Tags"] = some_tags(random);
  json::array history;
  for (int i = chance(random, 0.4) ? pick(random, 1, 4) : 0; i > 0; --i) {
    json::object older = some_version(random, advanced);
    // A label is on one version at most.
    if (chance(random, 0.5)) older["Labels"] = {fmt::format("old-{}", i)};
    history.push_back(std::move(older));
  }
  made["Labels"] = some_labels(random);
  made["History"] = std::move(history);
  return made;
}

// One world, made from the seed alone: its twin is the same.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed), it(seed) {
    it.sandbox.world.options().short_pages = chance(random_, 0.3) ? 0.3 : 0.0;
    const int count = pick(random_, 3, 30);
    for (int i = 0; i < count; ++i) add(fmt::format("/app/dev/{:02}", i));
    static constexpr std::array kDepths{Depth::current, Depth::labels, Depth::history};
    depth_ = kDepths.at(random_() % kDepths.size());
    it.backup(depth_);
    change();
    draw_options();
  }

  std::string story() const {
    const PlanOptions& plan = it.options.plan;
    return fmt::format("depth {}, {}, {} history, {} extras, concurrency {}\n", to_string(depth_),
                       plan.on_conflict == OnConflict::skip ? "skip" : "overwrite",
                       plan.with_history == WithHistory::yes ? "with" : "without",
                       plan.extra == PlanOptions::Extra::remove ? "without" : "with",
                       it.options.concurrency);
  }

 private:
  void add(const std::string& name) {
    it.sandbox.seed(testing::kWest.view(), {some_parameter(random_, name)});
  }

  // What became of the store since: parameters gone, changed in one way or another, and new ones.
  void change() {
    const double gone = chance(random_, 0.3) ? 1.0 : 0.4;
    const Dump before = it.dump();
    for (const auto& [name, parameter] : before) {
      if (chance(random_, gone)) {
        it.remove({name});
        continue;
      }
      if (chance(random_, 0.4)) continue;
      json::object other = parameter;
      other.erase("LastModifiedDate");
      if (chance(random_, 0.5)) {
        json::object older = other;
        other["History"].as_array().push_back(std::move(older));
        other["Version"] = other.at("Version").as_int64() + 1;
        other["Value"] = fmt::format("other{}", random_() % 1000);
        other["AllowedPattern"] = "";
        other["Labels"] = json::array();
      }
      if (chance(random_, 0.4)) other["Tags"] = some_tags(random_);
      if (chance(random_, 0.3)) other["Labels"] = some_labels(random_);
      it.sandbox.seed(testing::kWest.view(), {std::move(other)});
    }
    const int more = pick(random_, 0, 14);
    for (int i = 0; i < more; ++i) add(fmt::format("/app/dev/extra-{:02}", i));
    for (int i = 0; i < 3; ++i) add(fmt::format("/elsewhere/{}", i));
  }

  void draw_options() {
    PlanOptions& plan = it.options.plan;
    plan.on_conflict = chance(random_, 0.5) ? OnConflict::skip : OnConflict::overwrite;
    if (depth_ == Depth::history && chance(random_, 0.6)) plan.with_history = WithHistory::yes;
    if (chance(random_, 0.4)) {
      plan.selection.paths = {"/app"};
      plan.extra = PlanOptions::Extra::remove;
    }
    it.options.concurrency = pick(random_, 1, 8);
  }

  Random random_;
  Depth depth_ = Depth::current;

 public:
  RestoreWorld it;
};

// One process, from its plan to its end.
struct Process {
  std::uint64_t requests = 0;
  bool killed = false;
  Result<engine::restore::Applied> applied{fail(ErrorKind::internal, "it was not run")};
  std::map<engine::restore::Action, std::uint64_t> steps;
};

Process run(RestoreWorld& world, std::uint64_t kill_at, KillSwitch::Effect effect, bool torn) {
  KillSwitch transport(world.sandbox.transport);
  aws::Session session{.runtime = world.sandbox.runtime,
                       .transport = transport,
                       .credentials = world.sandbox.credentials,
                       .endpoints = world.sandbox.session.endpoints};
  const auto copy = world.journal.parent_path() / "copy";
  transport.kill_at(kill_at, effect, [&] {
    std::error_code none;
    std::filesystem::remove(copy, none);
    std::filesystem::copy_file(world.journal, copy, none);
  });
  Process process;
  const auto planned = world.plan_with(session);
  if (planned) {
    process.steps = planned->plan.counts;
    process.applied = world.apply_with(session, *planned);
  } else {
    process.applied = fail(planned.error());
  }
  process.requests = transport.requests();
  process.killed = transport.dead();
  // Nothing that is done after its death counts.
  if (process.killed) {
    std::error_code none;
    std::filesystem::remove(world.journal, none);
    std::filesystem::rename(copy, world.journal, none);
    if (torn && std::filesystem::exists(world.journal))
      std::ofstream(world.journal, std::ios::app) << R"({"begun":"/app/d)";
  }
  return process;
}

// All but when it was written, and by whom.
Dump timeless(Dump dump) {
  for (auto& [name, parameter] : dump) {
    parameter.erase("LastModifiedDate");
    parameter.erase("LastModifiedUser");
    for (json::value& version : parameter.at("History").as_array()) {
      version.as_object().erase("LastModifiedDate");
      version.as_object().erase("LastModifiedUser");
    }
  }
  return dump;
}

}  // namespace

RestoreVerdict simulate_restore(std::uint64_t seed) {
  RestoreVerdict verdict;
  const auto wrong = [&](std::string what) { verdict.wrong.push_back(std::move(what)); };
  World reference(seed);
  World world(seed);
  verdict.story = fmt::format("seed {}: {}", seed, world.story());
  const Dump before = world.it.dump();
  if (before != reference.it.dump()) wrong("two worlds of one seed differ");

  const Process undisturbed = run(reference.it, KillSwitch::kNever, {}, false);
  verdict.steps = undisturbed.steps;
  if (!undisturbed.applied) wrong("undisturbed: " + to_line(undisturbed.applied.error()));
  if (undisturbed.applied && !undisturbed.applied->whole()) wrong("undisturbed, and not whole");
  const Dump expected = reference.it.dump();

  Random random(seed * 7919 + 17);
  const int lives = pick(random, 1, 4);
  for (int i = 0; i < lives; ++i) {
    const std::uint64_t at = random() % undisturbed.requests;
    const auto effect = chance(random, 0.5) ? KillSwitch::Effect::none : KillSwitch::Effect::made;
    const Process process = run(world.it, at, effect, chance(random, 0.3));
    verdict.story +=
        fmt::format("killed at request {} of {}, {} its effect: {}\n", at, process.requests,
                    effect == KillSwitch::Effect::none ? "before" : "after",
                    process.killed ? "yes" : "it ended before that");
    if (!process.killed) break;
    ++verdict.kills;
  }
  const Process last = run(world.it, KillSwitch::kNever, {}, false);
  if (!last.applied) wrong("resumed: " + to_line(last.applied.error()));
  if (last.applied && !last.applied->whole()) wrong("resumed, and not whole");

  const Dump after = world.it.dump();
  // Version numbers too: nothing was done twice.
  for (const std::string& what : testing::differences(timeless(expected), timeless(after)))
    wrong("in the end, " + what);
  // What the undisturbed one did not touch, nobody has: to the date.
  for (const auto& [name, parameter] : before) {
    const bool untouched = expected.contains(name) && expected.at(name) == parameter;
    if (untouched && (!after.contains(name) || after.at(name) != parameter))
      wrong(name + " was touched, and is nobody's business");
  }
  const Process again = run(world.it, KillSwitch::kNever, {}, false);
  for (const auto& [action, count] : again.steps) {
    using enum engine::restore::Action;
    const bool writes = action == create || action == update ||
                        action == engine::restore::Action::tags || action == labels ||
                        action == remove;
    if (writes && count != 0) wrong(fmt::format("a plan afterwards has {} to do", count));
  }
  if (std::filesystem::exists(world.it.journal)) wrong("the journal is left");
  return verdict;
}

}  // namespace ssmb::simulation
