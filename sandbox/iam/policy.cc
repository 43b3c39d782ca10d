#include "sandbox/iam/policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ssmb::sandbox::iam {
namespace {

constexpr std::string_view kNull = "Null";
constexpr std::string_view kIfExists = "IfExists";
constexpr std::size_t kArnParts = 6;

// Where the text ends, what is left counts as "*".
std::array<std::string_view, kArnParts> parts_of(std::string_view arn) {
  std::array<std::string_view, kArnParts> parts;
  parts.fill("*");
  for (std::size_t i = 0; i < kArnParts; ++i) {
    const std::size_t colon = i + 1 < kArnParts ? arn.find(':') : std::string_view::npos;
    parts.at(i) = arn.substr(0, colon);
    if (colon == std::string_view::npos) break;
    arn.remove_prefix(colon + 1);
  }
  return parts;
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
    {"ArnEquals", arn_matches, false},
    {"ArnLike", arn_matches, false},
    {"ArnNotEquals", arn_matches, true},
    {"ArnNotLike", arn_matches, true},
});

const Operator* operator_named(std::string_view name) {
  if (name.ends_with(kIfExists)) name.remove_suffix(kIfExists.size());
  const auto found = std::ranges::find(kOperators, name, &Operator::name);
  return found == kOperators.end() ? nullptr : &*found;
}

bool holds(const Condition& condition, const Question& question) {
  const auto value = question.value_of(condition.key);
  if (condition.name == kNull)
    return condition.wanted == std::vector<std::string>{value ? "false" : "true"};
  const Operator* op = operator_named(condition.name);
  if (!op) return false;  // parse() lets none pass
  // A missing key matches what is negated, and everything that asks "if it exists".
  if (!value) return op->negated || condition.name.ends_with(kIfExists);
  const bool any = std::ranges::any_of(
      condition.wanted, [&](const std::string& pattern) { return op->matches(pattern, *value); });
  return any != op->negated;
}

bool applies(const Statement& statement, const Question& question) {
  const std::string action = to_lower(question.action);
  return std::ranges::any_of(
             statement.actions,
             [&](const std::string& pattern) { return glob_match(pattern, action); }) &&
         std::ranges::any_of(
             statement.resources,
             [&](const std::string& pattern) { return arn_matches(pattern, question.resource); }) &&
         std::ranges::all_of(statement.conditions, [&](const Condition& condition) {
           return holds(condition, question);
         });
}

// "*", {"AWS": "*"}, an ARN; or the whole account: its id, or its root's ARN.
enum class Named { no, account, itself };
Named is_named(const Statement& statement, const Question& question) {
  const std::string root = "arn:aws:iam::" + question.account.str() + ":root";
  Named named = Named::no;
  for (const std::string& name : statement.principals) {
    if (name == "*" || name == question.principal.view()) return Named::itself;
    if (name == root || name == question.account.view()) named = Named::account;
  }
  return named;
}

}  // namespace

bool arn_matches(std::string_view pattern, std::string_view resource) {
  if (pattern == "*") return true;
  if (resource == "*") return false;
  const auto wanted = parts_of(pattern);
  const auto given = parts_of(resource);
  return std::ranges::equal(wanted, given, glob_match);
}

Verdict Policy::evaluate(const Question& question) const {
  Verdict verdict = Verdict::silent;
  for (const Statement& statement : statements_) {
    const Named named =
        kind_ == PolicyKind::identity ? Named::itself : is_named(statement, question);
    if (named == Named::no || !applies(statement, question)) continue;
    if (statement.effect == Statement::Effect::deny) return Verdict::deny;
    verdict = std::max(verdict, named == Named::itself ? Verdict::allow : Verdict::delegate);
  }
  return verdict;
}

Verdict evaluate(const Policies& policies, const Question& question) {
  Verdict verdict = Verdict::silent;
  for (const Policy& policy : policies) verdict = std::max(verdict, policy.evaluate(question));
  return verdict;
}

bool is_condition_operator(std::string_view name) {
  return name == kNull || operator_named(name) != nullptr;
}

}  // namespace ssmb::sandbox::iam
