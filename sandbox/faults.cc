#include "sandbox/faults.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ssmb::sandbox {
namespace {

bool matches(const FaultRule& rule, const FaultSubject& subject) {
  if (!fits(rule.fault, subject.operation) || !glob_match(rule.operation, subject.operation) ||
      !glob_match(rule.region, subject.region.view()))
    return false;
  // The first page of a listing has no token that could be stale.
  if (rule.fault == Fault::stale_token && !subject.has_token) return false;
  if (!rule.key.empty() && !(subject.key && glob_match(rule.key, *subject.key))) return false;
  return rule.parameter.empty() ||
         std::ranges::any_of(subject.parameters, [&](const std::string& name) {
           return glob_match(rule.parameter, name);
         });
}

}  // namespace

void Faults::set(std::vector<FaultRule> rules) {
  rules_.clear();
  for (FaultRule& rule : rules) rules_.push_back({.rule = std::move(rule)});
}

const FaultRule* Faults::pick(FaultStage stage, const FaultSubject& subject) {
  for (Entry& entry : rules_) {
    if (kind_of(entry.rule.fault).stage != stage || !matches(entry.rule, subject)) continue;
    if (!strikes(entry)) continue;
    ++fired_[{entry.rule.fault, subject.operation, subject.region}];
    return &entry.rule;
  }
  return nullptr;
}

bool Faults::strikes(Entry& entry) {
  const FaultRule& rule = entry.rule;
  if (++entry.matched <= rule.skip || entry.struck == rule.count) return false;
  // A certain fault draws nothing: it leaves the world's other chances as they are.
  if (rule.probability < 1 && chance_() >= rule.probability) return false;
  ++entry.struck;
  return true;
}

}  // namespace ssmb::sandbox
