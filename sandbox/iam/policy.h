// IAM policy documents, as far as the sandbox evaluates them: Allow and Deny, actions and resources
// with globs, and the conditions below. What it cannot evaluate is refused where a policy is given.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace ssmb::sandbox::iam {

// A resource's policy (a bucket's) names principals; an identity's belongs to one, and keeps to the
// limits of a managed policy: 6,144 characters without white space, Sids of letters and digits.
enum class PolicyKind { resource, identity };

struct Question {
  Arn principal;
  AccountId account;
  std::string action;    // "s3:PutObject"
  std::string resource;  // ARN; "*" for an action that knows no resources
  // The value of a condition key ("aws:SecureTransport"), by its name in lower case.
  std::function<std::optional<std::string>(std::string_view)> value_of;
};

// delegate: allowed to the principal's whole account, whose own policies have the last word.
enum class Verdict { silent, delegate, allow, deny };

struct Condition {
  std::string name;  // the operator
  std::string key;   // in lower case
  std::vector<std::string> wanted;
};

struct Statement {
  enum class Effect { allow, deny } effect = Effect::allow;
  std::string sid;
  std::vector<std::string> principals;  // of a resource's policy
  std::vector<std::string> actions;     // in lower case
  std::vector<std::string> resources;
  std::vector<Condition> conditions;
};

class Policy {
 public:
  // The error says what is wrong in IAM's words, or what is not evaluated here.
  static std::expected<Policy, std::string> parse(std::string_view text, PolicyKind kind);

  // A Deny beats any Allow.
  Verdict evaluate(const Question& question) const;

 private:
  PolicyKind kind_ = PolicyKind::resource;
  std::vector<Statement> statements_;
};

// All policies of one principal.
using Policies = std::vector<Policy>;
Verdict evaluate(const Policies& policies, const Question& question);

// Bool, Null, String[Not]Equals, String[Not]EqualsIgnoreCase, String[Not]Like, Arn[Not]Equals,
// Arn[Not]Like, each with IfExists.
bool is_condition_operator(std::string_view name);

// Globs of an ARN are held against each of its six parts; "*" alone is every resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
bool arn_matches(std::string_view pattern, std::string_view resource);

}  // namespace ssmb::sandbox::iam
