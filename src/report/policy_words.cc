#include "report/policy_words.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace ssmb::report {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostNames = 5;

// A policy's members are a text, or a list of texts.
std::vector<std::string> texts_of(const json::value& value) {
  std::vector<std::string> texts;
  if (const auto* text = value.if_string()) texts.emplace_back(text->data(), text->size());
  if (const auto* list = value.if_array()) {
    for (const json::value& each : *list)
      if (const auto* text = each.if_string()) texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

std::string listed(const std::vector<std::string>& texts) {
  if (texts.empty()) return "(none named)";
  if (texts.size() <= kMostNames) return join(texts, ", ");
  const std::vector<std::string> first(texts.begin(), texts.begin() + kMostNames);
  return fmt::format("{} and {} more", join(first, ", "), texts.size() - kMostNames);
}

// "arn:aws:iam::222233334444:root" is the account as a whole.
std::string account_or(const std::string& principal) {
  constexpr std::string_view kRoot = ":root";
  const auto account = principal.find(":iam::");
  if (!principal.starts_with("arn:") || account == std::string::npos || !principal.ends_with(kRoot))
    return principal;
  const auto begin = account + std::string_view(":iam::").size();
  return principal.substr(begin, principal.size() - kRoot.size() - begin);
}

std::string who(const json::value& principal) {
  std::vector<std::string> names;
  if (const auto* kinds = principal.if_object()) {
    for (const auto& [kind, value] : *kinds) {
      for (const std::string& each : texts_of(value))
        names.push_back(kind == "AWS" ? account_or(each) : fmt::format("{} {}", kind, each));
    }
  } else {
    names = texts_of(principal);
  }
  for (std::string& name : names)
    if (name == "*") name = "everybody";
  return listed(names);
}

std::string member_words(const json::object& statement, std::string_view key,
                         std::string (*words)(const json::value&)) {
  if (const json::value* value = statement.if_contains(key)) return words(*value);
  if (const json::value* value = statement.if_contains(fmt::format("Not{}", key)))
    return "all but " + words(*value);
  return "(none named)";
}

std::string statement_words(const json::value& value) {
  const json::object* statement = value.if_object();
  if (statement == nullptr) return "(not understood)";
  const json::value* effect = statement->if_contains("Effect");
  const std::vector<std::string> effects = effect ? texts_of(*effect) : std::vector<std::string>{};
  std::string words = fmt::format(
      "{} {}: {}", effects.empty() ? "(no effect)" : to_lower(effects.front()),
      member_words(*statement, "Principal", who),
      member_words(*statement, "Action",
                   [](const json::value& actions) { return listed(texts_of(actions)); }));
  if (statement->contains("Condition")) words += ", under conditions";
  return words;
}

}  // namespace

std::string policy_words(std::string_view policy) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(policy, broken);
  const json::object* document = broken ? nullptr : parsed.if_object();
  const json::value* statements = document ? document->if_contains("Statement") : nullptr;
  if (statements == nullptr)
    return fmt::format("a policy of {} bytes without statements", policy.size());
  const json::array* list = statements->if_array();
  if (list == nullptr) return statement_words(*statements);
  std::vector<std::string> words;
  for (const json::value& statement : *list) words.push_back(statement_words(statement));
  return join(words, "; ");
}

std::string policies_words(const std::vector<aws::ssm::ResourcePolicy>& policies) {
  std::vector<std::string> words;
  for (const aws::ssm::ResourcePolicy& policy : policies)
    words.push_back(policy_words(policy.text));
  return words.empty() ? "nobody" : join(words, "; ");
}

std::optional<std::string> policy_argument(std::string_view policy) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(policy, broken);
  if (broken) return std::nullopt;
  return "'" + replaced(json::serialize(parsed), "'", "'\\''") + "'";
}

}  // namespace ssmb::report
