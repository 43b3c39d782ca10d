// What differs between the Region facts of two ends (snapshot/region_facts.h), and of what nothing
// can be said. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "parameter/rules.h"
#include "snapshot/region_facts.h"

namespace ssmb::engine {

enum class DiffSide : std::uint8_t { from, to };

struct SettingDifference {
  std::string id;
  std::string from;
  std::string to;
};

struct ShareDifference {
  ParameterName name;
  std::vector<aws::ssm::ResourcePolicy> from;  // none: not shared
  std::vector<aws::ssm::ResourcePolicy> to;
};

// A fact that one end does not know. No difference; but said.
struct FactGap {
  std::string what;
  DiffSide side = DiffSide::from;
  std::string why;
};

struct FactsDiff {
  std::vector<SettingDifference> settings;
  std::vector<ShareDifference> shares;  // by name
  std::vector<FactGap> gaps;

  bool differs() const { return !settings.empty() || !shares.empty(); }
};

struct FactsEnd {
  std::optional<snapshot::RegionFacts> facts;  // nullopt: a document without a manifest
  rules::Place place;
  // Names of which it says nothing: outside of its scope, or unreadable.
  std::function<bool(const ParameterName&)> is_silent_on = {};
};

FactsDiff diff_facts(const FactsEnd& from, const FactsEnd& to);

// Do they give the same to the same? Ids and hashes are nobody's, and so is a space in the text;
// the parameter's own ARN is its place's.
bool same_policies(const std::vector<aws::ssm::ResourcePolicy>& a, const Arn& arn_a,
                   const std::vector<aws::ssm::ResourcePolicy>& b, const Arn& arn_b);

}  // namespace ssmb::engine
