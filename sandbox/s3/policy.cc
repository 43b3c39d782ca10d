#include "sandbox/s3/policy.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "base/text.h"

namespace ssmb::sandbox::s3 {
namespace {

namespace json = boost::json;

std::unexpected<Fault> malformed(std::string message) {
  return refuse(400, "MalformedPolicy", std::move(message));
}

bool equal(std::string_view a, std::string_view b) { return a == b; }

struct Operator {
  std::string_view name;
  bool (*matches)(std::string_view pattern, std::string_view value);
  bool negated;
};

constexpr auto kOperators = std::to_array<Operator>({
    {"Bool", equal_ignoring_case, false},
    {"StringEquals", equal, false},
    {"StringNotEquals", equal, true},
    {"StringEqualsIgnoreCase", equal_ignoring_case, false},
    {"StringNotEqualsIgnoreCase", equal_ignoring_case, true},
    {"StringLike", glob_match, false},
    {"StringNotLike", glob_match, true},
});
constexpr std::string_view kNull = "Null";
constexpr std::string_view kIfExists = "IfExists";

const Operator* operator_named(std::string_view name) {
  if (name.ends_with(kIfExists)) name.remove_suffix(kIfExists.size());
  const auto found = std::ranges::find(kOperators, name, &Operator::name);
  return found == kOperators.end() ? nullptr : &*found;
}

// A text, or a list of texts (booleans are written bare at times).
std::vector<std::string> texts_of(const json::value& value) {
  if (value.is_string()) return {std::string(value.get_string())};
  if (value.is_bool()) return {value.get_bool() ? "true" : "false"};
  std::vector<std::string> texts;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) {
      if (item.is_string()) texts.emplace_back(item.get_string());
    }
  }
  return texts;
}

std::vector<std::string> texts_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value ? texts_of(*value) : std::vector<std::string>();
}

const json::value* statements_of(const json::value& policy) {
  return policy.is_object() ? policy.get_object().if_contains("Statement") : nullptr;
}

std::vector<json::object> statement_list(const json::value& policy) {
  const json::value* statements = statements_of(policy);
  std::vector<json::object> list;
  if (!statements) return list;
  if (statements->is_object()) return {statements->get_object()};
  if (!statements->is_array()) return list;
  for (const json::value& item : statements->get_array()) {
    if (item.is_object()) list.push_back(item.get_object());
  }
  return list;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return glob_match(pattern, text); });
}

// "*", {"AWS": "*"}, an ARN, an account id, or an account's root ARN.
bool principal_matches(const json::object& statement, const PolicyQuestion& question) {
  const json::value* principal = statement.if_contains("Principal");
  if (!principal) return false;
  const std::vector<std::string> names =
      principal->is_object() ? texts_at(principal->get_object(), "AWS") : texts_of(*principal);
  const std::string root = "arn:aws:iam::" + question.account.str() + ":root";
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name == "*" || name == question.principal.view() || name == root ||
           name == question.account.view();
  });
}

bool condition_holds(std::string_view name, const std::vector<std::string>& wanted,
                     const std::optional<std::string>& value) {
  if (name == kNull) return wanted == std::vector<std::string>{value ? "false" : "true"};
  const Operator* op = operator_named(name);
  if (!op) return false;  // check_policy() lets none pass
  // A missing key matches what is negated, and everything that asks "if it exists".
  if (!value) return op->negated || name.ends_with(kIfExists);
  const bool any = std::ranges::any_of(
      wanted, [&](const std::string& pattern) { return op->matches(pattern, *value); });
  return any != op->negated;
}

bool conditions_hold(const json::object& statement, const PolicyQuestion& question) {
  const json::value* conditions = statement.if_contains("Condition");
  if (!conditions || !conditions->is_object()) return true;
  for (const auto& [name, keys] : conditions->get_object()) {
    if (!keys.is_object()) return false;
    for (const auto& [key, wanted] : keys.get_object()) {
      if (!condition_holds(name, texts_of(wanted), question.value_of(to_lower(key)))) return false;
    }
  }
  return true;
}

bool applies(const json::object& statement, const PolicyQuestion& question) {
  std::vector<std::string> actions = texts_at(statement, "Action");
  for (std::string& action : actions) action = to_lower(action);
  return principal_matches(statement, question) &&
         any_matches(actions, to_lower(question.action)) &&
         any_matches(texts_at(statement, "Resource"), question.resource) &&
         conditions_hold(statement, question);
}

Outcome<void> check_statement(const json::object& statement) {
  const auto effect = texts_at(statement, "Effect");
  if (effect != std::vector<std::string>{"Allow"} && effect != std::vector<std::string>{"Deny"})
    return malformed("Invalid effect");
  if (texts_at(statement, "Action").empty()) return malformed("Missing required field Action");
  if (texts_at(statement, "Resource").empty()) return malformed("Missing required field Resource");
  if (!statement.contains("Principal")) return malformed("Missing required field Principal");
  const json::value* conditions = statement.if_contains("Condition");
  if (!conditions) return {};
  if (!conditions->is_object()) return malformed("Invalid Condition");
  for (const auto& [name, keys] : conditions->get_object()) {
    if (name != kNull && !operator_named(name))
      return malformed("Invalid Condition type : " + std::string(name));
    if (!keys.is_object()) return malformed("Invalid Condition");
  }
  return {};
}

}  // namespace

Outcome<void> check_policy(std::string_view text) {
  boost::system::error_code error;
  const json::value policy = json::parse({text.data(), text.size()}, error);
  if (error || !policy.is_object())
    return malformed("Policies must be valid JSON and the first byte must be '{'");
  const auto statements = statement_list(policy);
  if (statements.empty()) return malformed("Missing required field Statement");
  for (const json::object& statement : statements) {
    if (auto good = check_statement(statement); !good) return good;
  }
  return {};
}

PolicyVerdict evaluate(std::string_view text, const PolicyQuestion& question) {
  boost::system::error_code error;
  const json::value policy = json::parse({text.data(), text.size()}, error);
  if (error) return PolicyVerdict::silent;
  PolicyVerdict verdict = PolicyVerdict::silent;
  for (const json::object& statement : statement_list(policy)) {
    if (!applies(statement, question)) continue;
    if (texts_at(statement, "Effect") == std::vector<std::string>{"Deny"})
      return PolicyVerdict::deny;
    verdict = PolicyVerdict::allow;
  }
  return verdict;
}

}  // namespace ssmb::sandbox::s3
