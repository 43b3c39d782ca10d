#include "report/facts_left_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "report/places.h"
#include "report/policy_words.h"
#include "report/region_facts_text.h"
#include "report/restore_sections.h"
#include "report/wrap.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;
using engine::restore::FactsLeft;
using engine::restore::SettingLeft;
using engine::restore::ShareLeft;

// What stands in a snapshot is nobody's command.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const char letter = static_cast<char>(c | 0x20);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("/-_.:").contains(c);
  });
}

// Not what AWS gives to everybody.
bool is_worth_a_line(const SettingLeft& setting) {
  return setting.customized || !setting.is_there();
}

std::string command_of(const SettingLeft& setting, const Region& region) {
  if (!is_plain(setting.id) || !is_plain(setting.wanted)) return {};
  return fmt::format(
      "aws ssm update-service-setting --region {} --setting-id {} --setting-value {}", region,
      setting.id, setting.wanted);
}

// One for each policy: a put without an id adds one.
std::vector<std::string> commands_of(const ShareLeft& share, const Region& region) {
  std::vector<std::string> commands;
  if (!is_plain(share.arn.view())) return commands;
  for (const aws::ssm::ResourcePolicy& policy : share.policies) {
    if (const auto argument = policy_argument(policy.text))
      commands.push_back(
          fmt::format("aws ssm put-resource-policy --region {} --resource-arn {} --policy {}",
                      region, share.arn, *argument));
  }
  return commands;
}

std::string_view to_string(ShareLeft::Live live) {
  switch (live) {
    case ShareLeft::Live::none: return "none";
    case ShareLeft::Live::same: return "same";
    case ShareLeft::Live::other: return "other";
    case ShareLeft::Live::unknown: break;
  }
  return "unknown";
}

std::string_view state_words(ShareLeft::Live live) {
  switch (live) {
    case ShareLeft::Live::none: return "not shared there";
    case ShareLeft::Live::same: return "the same there already";
    case ShareLeft::Live::other: return "shared otherwise there";
    case ShareLeft::Live::unknown: break;
  }
  return "not known what is there";
}

std::string state_words(const SettingLeft& setting) {
  if (setting.is_there()) return "the same there already";
  return setting.live ? *setting.live + " there" : "not known what is there";
}

class Lines {
 public:
  Lines(std::ostream& out, Detail detail, std::size_t columns)
      : out_(out), detail_(detail), columns_(columns) {}

  // What it is, and what would set it: a command is never broken into lines.
  void add(const std::string& what, const std::vector<std::string>& commands) {
    ++count_;
    if (detail_ == Detail::brief && count_ > kBriefLines) return;
    out_ << labelled("  ", what, columns_);
    for (const std::string& command : commands)
      out_ << "    " << printable(command, 2 * command.size()) << '\n';
  }
  void end() {
    if (detail_ == Detail::brief && count_ > kBriefLines)
      out_ << fmt::format("  and {} more: --verbose shows all\n", count_ - kBriefLines);
  }

 private:
  std::ostream& out_;
  Detail detail_;
  std::size_t columns_;
  std::size_t count_ = 0;
};

json::array texts_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

}  // namespace

void write_facts_left(std::ostream& out, const ShownPlan& shown, Detail detail,
                      std::size_t columns) {
  const FactsLeft& left = shown.planned->facts;
  const Region& region = shown.planned->mapping.to.region;
  if (left.empty()) return;
  const bool known = !left.shares.empty() || std::ranges::any_of(left.settings, is_worth_a_line);
  out << "\nRegion facts, not restored" << (known ? ": to be set by hand\n" : "\n");
  Lines lines(out, detail, columns);
  for (const SettingLeft& setting : left.settings) {
    if (!is_worth_a_line(setting)) continue;
    std::vector<std::string> commands;
    if (!setting.is_there()) commands.push_back(command_of(setting, region));
    std::erase(commands, "");
    lines.add(fmt::format("{} = {}: {}", setting.id, setting.wanted, state_words(setting)),
              commands);
  }
  for (const ShareLeft& share : left.shares) {
    lines.add(fmt::format("{}: {}: {}", share.name, policies_words(share.policies),
                          state_words(share.live)),
              share.live == ShareLeft::Live::same ? std::vector<std::string>{}
                                                  : commands_of(share, region));
  }
  for (const FactsLeft::Unknown& unknown : left.unknown)
    lines.add(fmt::format("not known: {}: {}", unknown.what, unknown.why), {});
  lines.end();
}

std::string facts_left_words(const FactsLeft& left) {
  const auto settings =
      std::ranges::count_if(left.settings, [](const auto& each) { return !each.is_there(); });
  const auto shares = std::ranges::count_if(
      left.shares, [](const auto& each) { return each.live != ShareLeft::Live::same; });
  std::vector<std::string> words;
  if (settings != 0)
    words.push_back(counted(static_cast<std::uint64_t>(settings), "service setting"));
  if (shares != 0) words.push_back(counted(static_cast<std::uint64_t>(shares), "share"));
  return join(words, ", ");
}

json::object facts_left_json(const ShownPlan& shown) {
  const FactsLeft& left = shown.planned->facts;
  const Region& region = shown.planned->mapping.to.region;
  json::array settings;
  for (const SettingLeft& each : left.settings)
    settings.push_back({{"id", each.id},
                        {"value", each.wanted},
                        {"live", each.live ? json::value(json::string(*each.live)) : json::value()},
                        {"same", each.is_there()},
                        {"customized", each.customized},
                        {"command", command_of(each, region)}});
  json::array shares;
  for (const ShareLeft& each : left.shares)
    shares.push_back({{"name", each.name.view()},
                      {"arn", each.arn.view()},
                      {"policies", policies_json(each.policies)},
                      {"live", to_string(each.live)},
                      {"commands", texts_json(commands_of(each, region))}});
  json::array unknown;
  for (const FactsLeft::Unknown& each : left.unknown)
    unknown.push_back({{"what", each.what}, {"why", each.why}});
  return {{"settings", std::move(settings)},
          {"shares", std::move(shares)},
          {"unknown", std::move(unknown)}};
}

}  // namespace ssmb::report
