#include "report/region_facts_text.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/text.h"
#include "report/places.h"
#include "report/policy_words.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using snapshot::Share;
using snapshot::Shares;

constexpr std::size_t kLongest = 2048;  // a line that a service or a snapshot wrote

std::string shares_words(const std::optional<Shares>& shares) {
  if (!shares) return "not recorded";
  if (!shares->all_known())
    return fmt::format("known of {} of {}: {}", shares->known,
                       counted(shares->advanced, "Advanced parameter"), shares->why);
  if (shares->advanced == 0) return "none: there are no Advanced parameters";
  return fmt::format("{} of {}",
                     shares->list.empty() ? "none" : std::to_string(shares->list.size()),
                     counted(shares->advanced, "Advanced parameter"));
}

json::object share_json(const Share& share) {
  return {{"name", share.name.view()}, {"policies", policies_json(share.policies)}};
}

json::value shares_json(const std::optional<Shares>& shares) {
  if (!shares) return nullptr;
  json::object out{{"advanced", shares->advanced}, {"known", shares->known}};
  if (!shares->why.empty()) out["why"] = shares->why;
  json::array list;
  for (const Share& share : shares->list) list.push_back(share_json(share));
  out["list"] = std::move(list);
  return out;
}

}  // namespace

std::string facts_text(const snapshot::RegionFacts& facts) {
  std::string text = "  Region facts\n";
  const auto line = [&text](std::string_view label, std::string_view value) {
    text += fmt::format("    {:<10}  {}\n", label, printable(value, kLongest));
  };
  for (const auto& setting : facts.settings)
    line("setting",
         fmt::format("{} = {}{}", setting.id, setting.value,
                     setting.status.empty() ? "" : fmt::format(" ({})", setting.status)));
  for (const auto& unknown : facts.unknown_settings)
    line("setting", fmt::format("{} is not known: {}", unknown.id, unknown.why));
  line("shares", shares_words(facts.shares));
  if (!facts.shares) return text;
  for (const Share& share : facts.shares->list)
    line("share", fmt::format("{}: {}", share.name, policies_words(share.policies)));
  return text;
}

json::object facts_json(const snapshot::RegionFacts& facts) {
  json::array settings;
  for (const auto& setting : facts.settings)
    settings.push_back({{"id", setting.id}, {"value", setting.value}, {"status", setting.status}});
  json::array unknown;
  for (const auto& each : facts.unknown_settings)
    unknown.push_back({{"id", each.id}, {"why", each.why}});
  return {{"settings", std::move(settings)},
          {"unknownSettings", std::move(unknown)},
          {"shares", shares_json(facts.shares)}};
}

std::string_view to_string(engine::DiffSide side) {
  return side == engine::DiffSide::from ? "from" : "to";
}

std::string facts_diff_text(const engine::FactsDiff& diff) {
  std::string text;
  if (diff.differs()) text += "\n  REGION FACT\n";
  for (const auto& each : diff.settings)
    text += fmt::format("  setting  {}: {} -> {}\n", printable(each.id, kLongest),
                        printable(each.from, kLongest), printable(each.to, kLongest));
  for (const auto& each : diff.shares)
    text +=
        fmt::format("  share    {}\n           {} -> {}\n", printable(each.name.view(), kLongest),
                    printable(policies_words(each.from), kLongest),
                    printable(policies_words(each.to), kLongest));
  for (const auto& gap : diff.gaps)
    text += fmt::format("  not compared: {}: {}: {}\n", printable(gap.what, kLongest),
                        to_string(gap.side), printable(gap.why));
  return text;
}

json::object facts_diff_json(const engine::FactsDiff& diff) {
  json::array settings;
  for (const auto& each : diff.settings)
    settings.push_back({{"id", each.id}, {"from", each.from}, {"to", each.to}});
  json::array shares;
  for (const auto& each : diff.shares)
    shares.push_back({{"name", each.name.view()},
                      {"from", policies_json(each.from)},
                      {"to", policies_json(each.to)}});
  json::array gaps;
  for (const auto& gap : diff.gaps)
    gaps.push_back({{"what", gap.what}, {"side", to_string(gap.side)}, {"why", gap.why}});
  return {{"differs", diff.differs()},
          {"settings", std::move(settings)},
          {"shares", std::move(shares)},
          {"notCompared", std::move(gaps)}};
}

json::array policies_json(const std::vector<aws::ssm::ResourcePolicy>& policies) {
  json::array out;
  for (const aws::ssm::ResourcePolicy& policy : policies)
    out.push_back(
        {{"policyId", policy.id}, {"policy", policy.text}, {"words", policy_words(policy.text)}});
  return out;
}

}  // namespace ssmb::report
