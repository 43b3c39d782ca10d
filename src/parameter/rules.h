// Parameter Store's own rules, written once: the sandbox refuses by them, restore's planner
// foresees refusals with them. Pure.
//
// Each violation says how sure it is. `certain`: the service model [M] or AWS's documentation [D]
// states the rule. `doubtful`: reported by users [R], or not known [U]; a planner warns and tries.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ssm/types.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"

namespace ssmb::rules {

enum class Certainty { certain, doubtful };

struct Violation {
  std::string code;     // AWS's error code: "ValidationException"
  std::string message;  // never holds a value
  Certainty certainty = Certainty::certain;
  std::string source;  // "[M] PutParameter Name"
};
using Verdict = std::optional<Violation>;

// A rule's limits, by the page that states them.
inline constexpr std::size_t kMaxNameWithArn = 1011;   // [M], ARN prefix included
inline constexpr std::size_t kMaxLevels = 15;          // [M]
inline constexpr std::size_t kMaxDescription = 1024;   // [M]
inline constexpr std::size_t kMaxPattern = 1024;       // [M]
inline constexpr std::size_t kMaxPoliciesText = 4096;  // [M]
inline constexpr std::size_t kMaxPolicies = 10;        // [D]
inline constexpr std::size_t kMaxTags = 50;            // [D]
inline constexpr std::size_t kMaxTagKey = 128;         // [M]
inline constexpr std::size_t kMaxTagValue = 256;       // [M]
inline constexpr std::size_t kMaxLabels = 10;          // [M], a version
inline constexpr std::size_t kMaxLabelLength = 100;    // [M]
inline constexpr std::size_t kMaxVersions = 100;       // [D]
// The key of a SecureString that names none [M].
inline constexpr std::string_view kDefaultKey = "alias/aws/ssm";
inline constexpr std::size_t kMaxStandardParameters = 10000;  // [D], an account and Region
inline constexpr std::size_t kMaxAdvancedParameters = 100000;

// --- Names (rules_name.cc) ---
struct Place {
  Region region;
  AccountId account;
};
Verdict check_name(const ParameterName& name, const Place& place);
// "arn:aws:ssm:<region>:<account>:parameter/<name>": one slash, whether the name begins with one.
Arn parameter_arn(const ParameterName& name, const Place& place);
// Where that ARN's parameter is; empty where it is no ARN.
Place place_of(const Arn& arn);
// What makes a name unique: "/X" and "X" are the same parameter [D].
std::string_view unique_part(std::string_view name);

// --- Types and values (rules_value.cc) ---
enum class Tier { standard, advanced };
std::string_view to_string(Tier tier);                  // "Standard", "Advanced"
std::optional<Tier> parse_tier(std::string_view text);  // those two; not Intelligent-Tiering
std::size_t max_value_size(Tier tier);                  // 4096, 8192

Verdict check_type(std::string_view type);
Verdict check_data_type(std::string_view data_type, std::string_view type);
// Not empty, no {{...}}, fits the tier.
std::vector<Violation> check_value(std::string_view value, std::string_view type, Tier tier);
Verdict check_description(std::string_view description);
// Length, and a regular expression that can be read.
Verdict check_pattern(std::string_view pattern);
// Does the value match? The work is bounded: an expression that needs too much of it gives a
// doubtful violation. Java's regular expressions are read as Perl's; they differ little.
Verdict check_pattern_match(const std::string& pattern, std::string_view value);

// --- Policies (rules_policy.cc) ---
struct ParsedPolicy {
  std::string type;  // "Expiration", "ExpirationNotification", "NoChangeNotification"
  std::string text;  // the policy's own JSON, as DescribeParameters returns it
  std::optional<Time> expiration;
  std::optional<std::chrono::hours> delay;  // before the expiration, or after the last change
};
struct ParsedPolicies {
  std::vector<ParsedPolicy> policies;  // none: "[{}]", which clears those there are [D]
};
// A JSON array, as PutParameter's Policies carries it.
std::expected<ParsedPolicies, Violation> parse_policies(std::string_view text);
// What parsing lets pass but the service may not, all doubtful: an Expiration in the past (refused,
// or the parameter is deleted at once [U]), an ExpirationNotification without Expiration.
Verdict check_policies(const ParsedPolicies& policies, Time now);

// --- Tags and labels (rules_tags.cc) ---
Verdict check_tag(const aws::ssm::Tag& tag);
bool is_reserved_tag(std::string_view key);  // "aws:...": readable, never writable [D]
// Each tag, no key twice, at most 50 in all.
Verdict check_tags(const std::vector<aws::ssm::Tag>& tags);
// Letters, digits, ".", "-", "_"; does not begin with a digit, "aws" or "ssm" [M]. The service does
// not refuse such a label, it returns it in InvalidLabels.
bool is_valid_label(std::string_view label);

// --- A whole PutParameter (rules_put.cc) ---
// What is there already under that name.
struct Existing {
  std::string type;
  Tier tier = Tier::standard;
  std::string allowed_pattern;
  std::string data_type;
  bool has_policies = false;
  std::size_t versions = 1;  // kept ones
  aws::ssm::ParameterVersion oldest = 1;
  bool oldest_labelled = false;
};
// What the account and Region are like.
struct Store {
  Place place;
  std::size_t standard_count = 0;
  std::size_t advanced_count = 0;
  std::string default_tier = "Standard";  // service setting default-parameter-tier
  Time now;
};

// The tier a put ends with: the requested one, the default, or what Intelligent-Tiering picks (a
// value over 4 KB, policies, or no room for another Standard parameter: Advanced). Advanced stays
// Advanced: there is no way back but delete and create.
Tier resolve_tier(const aws::ssm::PutRequest& request, const Existing* existing,
                  const Store& store);

// All that is wrong, in the order in which the service looks; `existing` is nullptr for a new name.
// A name that is taken and a put without overwrite is ParameterAlreadyExists.
std::vector<Violation> check_put(const aws::ssm::PutRequest& request, const Existing* existing,
                                 const Store& store);

}  // namespace ssmb::rules
