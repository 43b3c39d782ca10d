#include "engine/doctor/lifecycle.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace ssmb::engine::doctor {
namespace {

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = wrong == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

// Each rule's own fields, by its id.
std::map<std::string, Fields> by_rule(const Fields& lifecycle) {
  constexpr std::string_view kRule = "Rule[";
  std::map<std::string, Fields> rules;
  for (const auto& [field, value] : lifecycle) {
    const std::size_t end = field.find("]/");
    if (!field.starts_with(kRule) || end == std::string::npos) continue;
    rules[field.substr(kRule.size(), end - kRule.size())][field.substr(end + 2)] = value;
  }
  return rules;
}

bool is_narrowed(const Fields& rule) {
  return std::ranges::any_of(rule, [](const auto& field) {
    return field.first.contains("/Tag") || field.first.contains("ObjectSize");
  });
}

std::string text_in(const Fields& rule, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto found = rule.find(name); found != rule.end()) return found->second;
  return {};
}

}  // namespace

std::vector<LifecycleRule> rules_in(const Fields& lifecycle) {
  std::vector<LifecycleRule> rules;
  for (const auto& [id, fields] : by_rule(lifecycle)) {
    if (text_in(fields, {"Status"}) != "Enabled" || is_narrowed(fields)) continue;
    LifecycleRule rule{.id = id,
                       .prefix = text_in(fields, {"Filter/Prefix", "Filter/And/Prefix", "Prefix"})};
    rule.days = number_in(text_in(fields, {"Expiration/Days"}));
    if (const auto date = parse_iso8601(text_in(fields, {"Expiration/Date"}))) rule.date = *date;
    rule.abort_days =
        number_in(text_in(fields, {"AbortIncompleteMultipartUpload/DaysAfterInitiation"}));
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<LifecycleRule> rules_for_all(const std::vector<LifecycleRule>& rules,
                                         std::string_view prefix) {
  const std::string every = prefix.empty() ? std::string() : std::string(prefix) + "/";
  std::vector<LifecycleRule> out;
  for (const LifecycleRule& rule : rules)
    if (every.starts_with(rule.prefix)) out.push_back(rule);
  return out;
}

std::optional<Time> expiry_of(const std::vector<LifecycleRule>& rules, const ObjectKey& key,
                              Time created) {
  std::optional<Time> first;
  const auto add = [&first](Time time) { first = std::min(first.value_or(time), time); };
  for (const LifecycleRule& rule : rules) {
    if (!key.view().starts_with(rule.prefix)) continue;
    if (rule.days)
      add(std::chrono::ceil<std::chrono::days>(created + std::chrono::days{*rule.days}));
    if (rule.date) add(std::max(*rule.date, created));
  }
  return first;
}

}  // namespace ssmb::engine::doctor
