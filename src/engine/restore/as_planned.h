// A restore that is held to an earlier plan (`--as-planned`): what was looked at there, and
// approved, is all that may be written. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/restore/plan.h"
#include "engine/text_key.h"

namespace ssmb::engine::restore {

// What a plan is of. Steps of two plans mean the same write only where all of it agrees.
struct PlanOf {
  Environment env;
  Region region;      // the target
  AccountId account;  // the same
  ObjectKey snapshot;
  std::optional<Sha256Digest> sha256 = std::nullopt;  // of its document
  OnConflict on_conflict = OnConflict::skip;
  std::vector<std::string> choices = {};  // choices_of()
};

// The flags that change what a step of the same name writes, as analysis.json has them: "--map
// /old=/new", "--kms-map A=B", "--expired skip", "--history".
std::vector<std::string> choices_of(const PlanOptions& options);

// usage, with what differs. What is not known yet of `now` (empty) is not compared.
Result<void> check_same(const PlanOf& planned, const PlanOf& now);

// As analysis.json tells of it: lean, a hundred thousand steps stand in memory.
class EarlierPlan {
 public:
  // corrupt, with the first member that is not as docs/summaries.md has it.
  static Result<EarlierPlan> parse(std::string_view text);

  const PlanOf& of() const { return of_; }
  // Why `step`, which would write, is not in it so; empty: it is. `begun`: this run's journal has
  // begun it, so that what is there is what the plan saw and a part of what it meant.
  std::string objection(const Step& step, const Begun* begun) const;

 private:
  struct Seen {
    Action action = Action::unchanged;
    aws::ssm::ParameterVersion version = 0;  // 0: nothing was there
    std::optional<Time> date;
    FieldSet differing;
    TextKey source;
  };

  PlanOf of_;
  TextTable<Seen> steps_;
};

}  // namespace ssmb::engine::restore
