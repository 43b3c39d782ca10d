#include "engine/facts_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "base/text.h"

namespace ssmb::engine {
namespace {

namespace json = boost::json;
using aws::ssm::ResourcePolicy;
using snapshot::RegionFacts;
using snapshot::Share;
using snapshot::Shares;

constexpr std::string_view kNotRecorded = "not recorded";

// What one end says of a setting: its value, or why it has none.
struct Said {
  std::optional<std::string> value;
  std::string why;
};

Said said_of(const RegionFacts& facts, std::string_view id) {
  const auto known = std::ranges::find(facts.settings, id, &aws::ssm::ServiceSetting::id);
  if (known != facts.settings.end()) return {.value = known->value, .why = {}};
  const auto unknown = std::ranges::find(facts.unknown_settings, id, &RegionFacts::Unknown::id);
  if (unknown != facts.unknown_settings.end()) return {.value = {}, .why = unknown->why};
  return {.value = {}, .why = std::string(kNotRecorded)};
}

void diff_settings(const RegionFacts& from, const RegionFacts& to, FactsDiff& diff) {
  std::vector<std::string> ids(snapshot::kServiceSettings.begin(),
                               snapshot::kServiceSettings.end());
  // A later version may record more.
  for (const RegionFacts* facts : {&from, &to}) {
    for (const aws::ssm::ServiceSetting& setting : facts->settings)
      if (std::ranges::find(ids, setting.id) == ids.end()) ids.push_back(setting.id);
  }
  for (const std::string& id : ids) {
    const Said before = said_of(from, id);
    const Said now = said_of(to, id);
    if (!before.value) diff.gaps.push_back({.what = id, .side = DiffSide::from, .why = before.why});
    if (!now.value) diff.gaps.push_back({.what = id, .side = DiffSide::to, .why = now.why});
    if (before.value && now.value && *before.value != *now.value)
      diff.settings.push_back({.id = id, .from = *before.value, .to = *now.value});
  }
}

json::value parsed(const ResourcePolicy& policy, const Arn& arn) {
  const std::string text = arn.empty() ? policy.text : replaced(policy.text, arn.view(), "(own)");
  boost::system::error_code broken;
  json::value value = json::parse(text, broken);
  return broken ? json::value(json::string(text)) : value;
}

class ShareComparer {
 public:
  ShareComparer(const FactsEnd& from, const FactsEnd& to) : ends_{&from, &to} {}

  void compare(FactsDiff& diff) {
    for (const DiffSide side : {DiffSide::from, DiffSide::to}) {
      for (const Share& share : shares(side).list) names_.try_emplace(share.name);
    }
    for (const DiffSide side : {DiffSide::from, DiffSide::to}) {
      for (const Share& share : shares(side).list) names_[share.name][index(side)] = &share;
    }
    for (const auto& [name, said] : names_) compare_one(name, said, diff);
  }

 private:
  static std::size_t index(DiffSide side) { return static_cast<std::size_t>(side); }
  const FactsEnd& end(DiffSide side) const { return *ends_[index(side)]; }
  const Shares& shares(DiffSide side) const { return *end(side).facts->shares; }

  // Does it know that this one is not shared?
  bool may_say_none(DiffSide side, const ParameterName& name) const {
    const auto& is_silent = end(side).is_silent_on;
    return shares(side).all_known() && !(is_silent && is_silent(name));
  }

  void compare_one(const ParameterName& name, const std::array<const Share*, 2>& said,
                   FactsDiff& diff) const {
    for (const DiffSide side : {DiffSide::from, DiffSide::to})
      if (said[index(side)] == nullptr && !may_say_none(side, name)) return;
    const auto policies = [&said](DiffSide side) {
      const Share* share = said[index(side)];
      return share == nullptr ? std::vector<ResourcePolicy>{} : share->policies;
    };
    const auto arn = [&](DiffSide side) { return rules::parameter_arn(name, end(side).place); };
    auto from = policies(DiffSide::from);
    auto to = policies(DiffSide::to);
    if (same_policies(from, arn(DiffSide::from), to, arn(DiffSide::to))) return;
    diff.shares.push_back({.name = name, .from = std::move(from), .to = std::move(to)});
  }

  std::array<const FactsEnd*, 2> ends_;
  std::map<ParameterName, std::array<const Share*, 2>> names_;
};

void note_share_gaps(const FactsEnd& end, DiffSide side, FactsDiff& diff) {
  const std::optional<Shares>& shares = end.facts->shares;
  if (!shares)
    diff.gaps.push_back({.what = "shares", .side = side, .why = std::string(kNotRecorded)});
  else if (!shares->all_known())
    diff.gaps.push_back({.what = fmt::format("the shares of {} of {} Advanced parameters",
                                             shares->advanced - shares->known, shares->advanced),
                         .side = side,
                         .why = shares->why});
}

}  // namespace

bool same_policies(const std::vector<ResourcePolicy>& a, const Arn& arn_a,
                   const std::vector<ResourcePolicy>& b, const Arn& arn_b) {
  if (a.size() != b.size()) return false;
  std::vector<json::value> left;
  for (const ResourcePolicy& policy : a) left.push_back(parsed(policy, arn_a));
  for (const ResourcePolicy& policy : b) {
    const auto found = std::ranges::find(left, parsed(policy, arn_b));
    if (found == left.end()) return false;
    left.erase(found);
  }
  return true;
}

FactsDiff diff_facts(const FactsEnd& from, const FactsEnd& to) {
  FactsDiff diff;
  for (const auto& [end, side] : {std::pair(&from, DiffSide::from), std::pair(&to, DiffSide::to)}) {
    if (!end->facts)
      diff.gaps.push_back({.what = "Region facts", .side = side, .why = std::string(kNotRecorded)});
  }
  if (!from.facts || !to.facts) return diff;
  diff_settings(*from.facts, *to.facts, diff);
  note_share_gaps(from, DiffSide::from, diff);
  note_share_gaps(to, DiffSide::to, diff);
  if (from.facts->shares && to.facts->shares) ShareComparer(from, to).compare(diff);
  return diff;
}

}  // namespace ssmb::engine
