// The plan of a restore: what each parameter of a snapshot meets in the live store, and what is to
// be done about it. Pure, and lean: it holds prints (parameter/print.h), never a value.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/restore/lines.h"
#include "engine/restore/mapping.h"
#include "parameter/print.h"
#include "snapshot/document.h"
#include "snapshot/scope.h"

namespace ssmb::engine::restore {

enum class OnConflict { skip, overwrite, fail };

class EarlierPlan;

// Which names a restore works on; over the snapshot's names (`--map` comes afterwards), all empty:
// whatever the snapshot holds. Globs and paths are alternatives of each other, `exclude` wins.
struct NameSelection {
  std::vector<ParameterName> names;  // --name
  std::vector<std::string> paths;    // --path: "/app/dev" takes itself and what lies below
  std::vector<std::string> include;  // globs
  std::vector<std::string> exclude;  // globs
  bool matches(const ParameterName& name) const;
  bool under_paths(const ParameterName& name) const;  // whatever `exclude` says
  bool is_all() const { return names.empty() && paths.empty() && include.empty(); }
};

struct PlanOptions {
  Environment env;
  // What the snapshot was meant to hold: live names outside of it are nobody's extras. Not given:
  // the environment's default scope.
  std::optional<snapshot::Scope> scope;
  NameSelection selection;
  Mapping mapping;
  OnConflict on_conflict = OnConflict::skip;
  WithHistory with_history = WithHistory::no;
  enum class Extra { keep, remove } extra = Extra::keep;  // remove: those under selection.paths
  std::vector<std::string> first;  // globs over the snapshot's names: these steps come first
  // --as-planned: what would be written and is not so in it becomes Action::changed.
  std::shared_ptr<const EarlierPlan> as_planned = nullptr;
};

// What a parameter's step does. Every parameter of the snapshot within the selection has one step,
// and every live one within it that the snapshot lacks.
enum class Action : std::uint8_t {
  create,
  update,  // PutParameter with overwrite; tags and labels too, where they differ
  tags,    // only tags (and labels) differ: no new version
  labels,  // only labels differ
  unchanged,
  skipped,     // it differs, and --on-conflict leaves it; or it is left out (`differing` is none)
  impossible,  // `because` names the rule
  changed,     // it would be written, and the plan that this one is held to has it otherwise
  extra,       // live, not in the snapshot: left alone
  remove,      // the same with --delete-extra
};
// In the order in which they are told.
inline constexpr std::array kActions{
    Action::create,    Action::update,  Action::tags,       Action::labels,  Action::remove,
    Action::unchanged, Action::skipped, Action::impossible, Action::changed, Action::extra,
};
std::string_view to_string(Action action);
bool writes(Action action);
// With PutParameter.
bool puts(Action action);

// DeleteParameters takes so many.
inline constexpr std::uint64_t kNamesOfDelete = 10;

// Lean: a hundred thousand of them stand in memory.
struct Step {
  ParameterName name;    // in the target
  ParameterName source;  // in the snapshot; empty where it is the same, and for extra and remove
  Action action = Action::unchanged;
  std::uint16_t priority = 0;  // index into `first`; those that match none come last
  // Of the versions that the snapshot holds, oldest first, so many are there already: this run's
  // journal has begun them. Only with history.
  std::uint16_t replayed = 0;
  FieldSet differing;    // update, tags, labels, skipped, changed
  FieldSet unreachable;  // would differ still: a tier that cannot go back
  // skipped, changed, impossible (code, message and source), and where unreachable
  std::string because;
  Lines doubts;  // doubtful: tried, with these warnings
  Lines lost;
  snapshot::RecordPlace place;  // of its record in the document
  Print wanted;                 // what must be there afterwards, but for `unreachable`
  std::optional<aws::ssm::ParameterVersion> live_version;  // of what the plan saw there
  std::optional<Time> live_date;  // the same; deleted and made again, its version is 1 again
  struct Shape {                  // for the estimate
    std::optional<Time> fires;    // the first policy that fires
    std::uint32_t versions = 1;   // puts: more only with history
    std::uint16_t tags = 0;
    std::uint16_t labels = 0;  // of all versions that are put
    std::uint16_t tag_calls = 0;
    std::uint16_t label_calls = 0;  // LabelParameterVersion and UnlabelParameterVersion
    rules::Tier tier = rules::Tier::standard;
    rules::Tier first_tier = rules::Tier::standard;  // of the oldest version that is put
  } shape;

  const ParameterName& source_name() const { return source.empty() ? name : source; }
  bool writes() const { return restore::writes(action); }
  // Afterwards something that the snapshot holds and that is wanted is not there, or not equal.
  bool is_unmet() const {
    return action == Action::impossible || action == Action::changed || unreachable.any() ||
           (action == Action::skipped && differing.any());
  }
};
// One line: why the step is what it is. "not there", "differs in Value, Tags", or `because`.
std::string reason(const Step& step);

struct Plan {
  // In the order of execution: by priority, then as in the document; extras at the end.
  std::deque<Step> steps;
  std::map<Action, std::uint64_t> counts;
  std::uint64_t doubtful = 0;
  // on_conflict fail, and there are conflicts: nothing may be applied.
  std::vector<ParameterName> conflicts;
  std::uint64_t writes() const;
};

// What this run's journal knows of a name that it has begun and not ended.
struct Begun {
  Action action = Action::create;
  aws::ssm::ParameterVersion version = 0;  // that was there before; 0: nothing was

  bool operator==(const Begun&) const = default;
};

// Collects both sides, then plans. want() and live() in any order; live_unwanted() after all
// want().
class Planner {
 public:
  // What the snapshot wants, as desired() made it. A name of the target that comes twice (`--map`
  // folded two into one) makes both impossible.
  void want(const ParameterName& source, const Desired& desired,
            const snapshot::RecordPlace& place);
  // Is this name of the target wanted, so that its value is worth reading?
  bool wants(const ParameterName& name) const;
  // What is live. `parameter` lacks nothing that the snapshot has captured.
  void live(const Parameter& parameter);
  // A live name that is not wanted: extra where the selection takes it.
  void live_unwanted(const ParameterName& name);
  // A wanted one that is there but could not be read: impossible, with the service's words.
  void live_unreadable(const ParameterName& name, const Error& error);
  // What is there of that name is ours, and no conflict, where our own puts can have made it: the
  // version says so.
  void begun(const ParameterName& name, Begun begun);
  // How many parameters the account's Region holds, once it is listed; before finish().
  void count(std::size_t standard, std::size_t advanced);

  Planner(PlanOptions options, PrintKey key, rules::Store store);
  ~Planner();
  Planner(Planner&&) noexcept;
  Planner& operator=(Planner&&) noexcept;
  // Once.
  Plan finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ssmb::engine::restore
