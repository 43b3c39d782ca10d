#include "engine/restore/facts_left.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/facts_diff.h"

namespace ssmb::engine::restore {
namespace {

using aws::ssm::ServiceSetting;
using snapshot::RegionFacts;
using snapshot::Share;

constexpr std::string_view kNotRecorded = "the snapshot does not record it";

void add_settings(const RegionFacts& recorded, const RegionFacts& live, FactsLeft& left) {
  for (const ServiceSetting& setting : recorded.settings) {
    SettingLeft each{.id = setting.id,
                     .wanted = setting.value,
                     .live = {},
                     .customized = setting.status != "Default"};
    const auto there = std::ranges::find(live.settings, setting.id, &ServiceSetting::id);
    if (there != live.settings.end()) each.live = there->value;
    left.settings.push_back(std::move(each));
  }
  for (const char* id : snapshot::kServiceSettings) {
    if (std::ranges::find(recorded.settings, id, &ServiceSetting::id) != recorded.settings.end())
      continue;
    const auto unknown =
        std::ranges::find(recorded.unknown_settings, id, &RegionFacts::Unknown::id);
    const bool told = unknown != recorded.unknown_settings.end();
    left.unknown.push_back({.what = id, .why = told ? unknown->why : std::string(kNotRecorded)});
  }
}

void add_shares(const std::optional<snapshot::Shares>& recorded, const Mapping& mapping,
                const NameSelection& selection, FactsLeft& left) {
  if (!recorded || !recorded->all_known())
    left.unknown.push_back({.what = "who else may use the Advanced parameters",
                            .why = recorded ? recorded->why : std::string(kNotRecorded)});
  if (!recorded) return;
  for (const Share& share : recorded->list) {
    if (!selection.matches(share.name)) continue;
    ShareLeft each{.name = mapped_name(mapping, share.name), .arn = {}, .policies = {}};
    each.arn = rules::parameter_arn(each.name, mapping.to);
    const Arn then = rules::parameter_arn(share.name, mapping.from);
    for (aws::ssm::ResourcePolicy policy : share.policies) {
      policy.text = replaced(std::move(policy.text), then.view(), each.arn.view());
      each.policies.push_back(std::move(policy));
    }
    left.shares.push_back(std::move(each));
  }
}

ShareLeft::Live judge(const ShareLeft& wanted, const std::vector<Share>& live) {
  const auto there = std::ranges::find(live, wanted.name, &Share::name);
  if (there == live.end()) return ShareLeft::Live::unknown;
  if (there->policies.empty()) return ShareLeft::Live::none;
  return same_policies(wanted.policies, {}, there->policies, {}) ? ShareLeft::Live::same
                                                                 : ShareLeft::Live::other;
}

}  // namespace

bool FactsLeft::empty() const {
  return shares.empty() && unknown.empty() &&
         std::ranges::all_of(settings, [](const SettingLeft& setting) {
           return setting.is_there() && !setting.customized;
         });
}

Task<FactsLeft> find_facts_left(aws::ssm::Client ssm, std::optional<RegionFacts> recorded,
                                RegionFacts live, Mapping mapping, NameSelection selection,
                                CallScope scope) {
  FactsLeft left;
  if (!recorded) {
    left.unknown.push_back(
        {.what = "settings and shares", .why = "a document without a manifest records none"});
    co_return left;
  }
  add_settings(*recorded, live, left);
  add_shares(recorded->shares, mapping, selection, left);
  std::vector<std::pair<ParameterName, Arn>> names;
  for (const ShareLeft& share : left.shares) names.emplace_back(share.name, share.arn);
  const auto there = co_await read_shares_of(std::move(ssm), std::move(names), scope);
  for (ShareLeft& share : left.shares) share.live = judge(share, there);
  co_return left;
}

}  // namespace ssmb::engine::restore
