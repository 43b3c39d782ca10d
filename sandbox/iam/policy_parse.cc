// Policy documents: what IAM and S3 refuse when one is given, and what is not evaluated here.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cctype>
#include <set>

#include "base/text.h"
#include "sandbox/iam/policy.h"

namespace ssmb::sandbox::iam {
namespace {

namespace json = boost::json;

template <class T>
using Read = std::expected<T, std::string>;

std::unexpected<std::string> wrong(std::string what) { return std::unexpected(std::move(what)); }

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

std::vector<json::object> statement_list(const json::value& policy) {
  const json::value* statements =
      policy.is_object() ? policy.get_object().if_contains("Statement") : nullptr;
  std::vector<json::object> list;
  if (!statements) return list;
  if (statements->is_object()) return {statements->get_object()};
  if (!statements->is_array()) return list;
  for (const json::value& item : statements->get_array()) {
    if (item.is_object()) list.push_back(item.get_object());
  }
  return list;
}

Read<std::vector<Condition>> conditions_of(const json::object& statement) {
  std::vector<Condition> conditions;
  const json::value* given = statement.if_contains("Condition");
  if (!given) return conditions;
  if (!given->is_object()) return wrong("Invalid Condition");
  for (const auto& [name, keys] : given->get_object()) {
    if (!is_condition_operator(name)) return wrong("Invalid Condition type : " + std::string(name));
    if (!keys.is_object()) return wrong("Invalid Condition");
    for (const auto& [key, wanted] : keys.get_object())
      conditions.push_back(
          {.name = std::string(name), .key = to_lower(key), .wanted = texts_of(wanted)});
  }
  return conditions;
}

Read<std::vector<std::string>> principals_of(const json::object& statement, PolicyKind kind) {
  const json::value* principal = statement.if_contains("Principal");
  if (kind == PolicyKind::identity) {
    if (principal) return wrong("Policy document should not specify a principal.");
    return std::vector<std::string>();
  }
  if (!principal) return wrong("Missing required field Principal");
  return principal->is_object() ? texts_at(principal->get_object(), "AWS") : texts_of(*principal);
}

// Only whole ARNs and "*"; a variable would be filled in by AWS, and by nobody here.
Read<void> check_resources(const std::vector<std::string>& resources, PolicyKind kind) {
  for (const std::string& resource : resources) {
    if (resource.contains("${")) return wrong("policy variables are not evaluated here");
    if (kind == PolicyKind::resource || resource == "*") continue;
    if (!resource.starts_with("arn:") || std::ranges::count(resource, ':') < 5)
      return wrong("Resource " + resource + " must be in ARN format or \"*\".");
  }
  return {};
}

Read<Statement> statement_of(const json::object& given, PolicyKind kind) {
  Statement statement;
  const auto effect = texts_at(given, "Effect");
  if (effect == std::vector<std::string>{"Deny"}) {
    statement.effect = Statement::Effect::deny;
  } else if (effect != std::vector<std::string>{"Allow"}) {
    return wrong("Invalid effect");
  }
  for (const std::string& action : texts_at(given, "Action"))
    statement.actions.push_back(to_lower(action));
  if (statement.actions.empty()) return wrong("Missing required field Action");
  statement.resources = texts_at(given, "Resource");
  if (statement.resources.empty()) return wrong("Missing required field Resource");
  if (auto good = check_resources(statement.resources, kind); !good) return wrong(good.error());
  auto principals = principals_of(given, kind);
  if (!principals) return wrong(principals.error());
  statement.principals = *std::move(principals);
  auto conditions = conditions_of(given);
  if (!conditions) return wrong(conditions.error());
  statement.conditions = *std::move(conditions);
  if (const auto sid = texts_at(given, "Sid"); !sid.empty()) statement.sid = sid.front();
  return statement;
}

// What IAM asks of a managed policy beyond the grammar.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
Read<void> check_identity_policy(std::string_view text, const json::value& policy,
                                 const std::vector<Statement>& statements) {
  constexpr std::ptrdiff_t kMostCharacters = 6144;
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  if (std::ranges::count_if(text, [&](unsigned char c) { return !is_space(c); }) > kMostCharacters)
    return wrong("Cannot exceed quota for PolicySize: 6144");
  if (texts_at(policy.get_object(), "Version") != std::vector<std::string>{"2012-10-17"})
    return wrong("The policy's Version is not 2012-10-17.");
  std::set<std::string> sids;
  for (const Statement& statement : statements) {
    if (statement.sid.empty()) continue;
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0; };
    if (!std::ranges::all_of(statement.sid, fits))
      return wrong("Statement IDs (SID) must be alpha-numeric.");
    if (!sids.insert(statement.sid).second)
      return wrong("Statement IDs (SID) in a single policy must be unique.");
  }
  return {};
}

}  // namespace

std::expected<Policy, std::string> Policy::parse(std::string_view text, PolicyKind kind) {
  boost::system::error_code error;
  const json::value document = json::parse({text.data(), text.size()}, error);
  if (error || !document.is_object())
    return wrong("Policies must be valid JSON and the first byte must be '{'");
  Policy policy;
  policy.kind_ = kind;
  for (const json::object& given : statement_list(document)) {
    auto statement = statement_of(given, kind);
    if (!statement) return wrong(statement.error());
    policy.statements_.push_back(*std::move(statement));
  }
  if (policy.statements_.empty()) return wrong("Missing required field Statement");
  if (kind == PolicyKind::resource) return policy;
  if (auto good = check_identity_policy(text, document, policy.statements_); !good)
    return wrong(good.error());
  return policy;
}

}  // namespace ssmb::sandbox::iam
