// What a restore leaves to be done by hand: the Region facts of the snapshot (its settings, and who
// else may use which parameter), held against the target. Each is a decision about an account, not
// about a parameter; nothing here is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/region_facts.h"
#include "engine/restore/plan.h"

namespace ssmb::engine::restore {

struct SettingLeft {
  std::string id;
  std::string wanted;
  std::optional<std::string> live;  // nullopt: nobody knows
  // Somebody once set it, rather than leaving it as AWS has it.
  bool customized = false;

  bool is_there() const { return live == wanted; }
};

struct ShareLeft {
  ParameterName name;  // in the target
  Arn arn;             // the same
  // As they would be put there: the parameter's ARN is the target's.
  std::vector<aws::ssm::ResourcePolicy> policies;
  enum class Live {
    none,     // it is not shared, or not there
    same,     //
    other,    // it is shared otherwise
    unknown,  // it was not asked, or did not answer
  } live = Live::unknown;
};

struct FactsLeft {
  std::vector<SettingLeft> settings;  // all that the snapshot has
  std::vector<ShareLeft> shares;      // of the selection
  struct Unknown {
    std::string what;
    std::string why;
  };
  std::vector<Unknown> unknown;  // what the snapshot does not know

  // What somebody should look at: none is the usual.
  bool empty() const;
};

// Of a snapshot with a manifest, or without: then all is unknown. `live` has the target's settings.
Task<FactsLeft> find_facts_left(aws::ssm::Client ssm, std::optional<snapshot::RegionFacts> recorded,
                                snapshot::RegionFacts live, Mapping mapping,
                                NameSelection selection, CallScope scope);

}  // namespace ssmb::engine::restore
