#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"
#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

namespace json = boost::json;

constexpr std::string_view kExpiration = "Expiration";

Violation refused(std::string_view code, std::string message,
                  Certainty certainty = Certainty::certain) {
  return {.code = std::string(code),
          .message = std::move(message),
          .certainty = certainty,
          .source = certainty == Certainty::certain
                        ? "[D] Assigning parameter policies; [M] " + std::string(code)
                        : "[U] parameter policies"};
}
Violation bad_attribute(std::string message) {
  return refused("InvalidPolicyAttributeException", std::move(message));
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found ? found->if_object() : nullptr;
}

std::string_view text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found && found->is_string() ? std::string_view(found->get_string()) : "";
}

// A whole number above zero: "30", or 30. At most so many that they make hours.
std::optional<int> count_of(const json::value* value) {
  constexpr int kMost = 10'000'000;
  std::int64_t count = 0;
  if (value && value->is_int64()) count = value->get_int64();
  if (value && value->is_string()) {
    const std::string_view text = value->get_string();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  }
  if (count <= 0) return std::nullopt;
  return static_cast<int>(std::min<std::int64_t>(count, kMost));
}

std::expected<std::chrono::hours, Violation> parse_delay(const json::object& attributes,
                                                         std::string_view type,
                                                         std::string_view key) {
  const auto count = count_of(attributes.if_contains(key));
  if (!count)
    return std::unexpected(
        bad_attribute(fmt::format("{}: attribute {} must be a number above zero.", type, key)));
  const std::string_view unit = text_at(attributes, "Unit");
  if (unit == "Days") return std::chrono::days(*count);
  if (unit == "Hours") return std::chrono::hours(*count);
  return std::unexpected(
      bad_attribute(fmt::format("{}: attribute Unit must be Days or Hours.", type)));
}

std::expected<ParsedPolicy, Violation> parse_one(const json::object& policy) {
  ParsedPolicy parsed{.type = std::string(text_at(policy, "Type")),
                      .text = json::serialize(policy),
                      .expiration = std::nullopt,
                      .delay = std::nullopt};
  const json::object* attributes = object_at(policy, "Attributes");
  const bool known = parsed.type == kExpiration || parsed.type == "ExpirationNotification" ||
                     parsed.type == "NoChangeNotification";
  if (!known)
    return std::unexpected(refused("InvalidPolicyTypeException",
                                   "The policy type is not supported. Parameter Store supports "
                                   "the following policy types: Expiration, "
                                   "ExpirationNotification, and NoChangeNotification."));
  if (text_at(policy, "Version") != "1.0")
    return std::unexpected(bad_attribute(parsed.type + ": Version must be 1.0."));
  if (!attributes) return std::unexpected(bad_attribute(parsed.type + ": Attributes are missing."));

  if (parsed.type == kExpiration) {
    auto time = parse_iso8601(text_at(*attributes, "Timestamp"));
    if (!time)
      return std::unexpected(bad_attribute("Expiration: attribute Timestamp must be a time."));
    parsed.expiration = *time;
  } else {
    const bool notice = parsed.type == "ExpirationNotification";
    const auto delay = parse_delay(*attributes, parsed.type, notice ? "Before" : "After");
    if (!delay) return std::unexpected(delay.error());
    parsed.delay = *delay;
  }
  return parsed;
}

Verdict check_together(const std::vector<ParsedPolicy>& policies) {
  if (policies.size() > kMaxPolicies)
    return refused("PoliciesLimitExceededException",
                   fmt::format("You specified more than the maximum number of allowed policies for "
                               "the parameter. The maximum is {}.",
                               kMaxPolicies));
  const auto of_type = [&](std::string_view type) {
    return std::ranges::count(policies, type, &ParsedPolicy::type);
  };
  if (of_type(kExpiration) > 1)
    return refused("IncompatiblePolicyException",
                   "There is a conflict in the policies specified for this parameter. You can't, "
                   "for example, specify two Expiration policies for a parameter.");
  if (of_type("ExpirationNotification") > 0 && of_type(kExpiration) == 0)
    return refused("IncompatiblePolicyException",
                   "An ExpirationNotification policy needs an Expiration policy beside it.",
                   Certainty::doubtful);
  return std::nullopt;
}

}  // namespace

std::expected<ParsedPolicies, Violation> parse_policies(std::string_view text) {
  if (utf8_length(text) > kMaxPoliciesText)
    return std::unexpected(
        Violation{.code = "ValidationException",
                  .message = fmt::format("1 validation error detected: Value at 'policies' failed "
                                         "to satisfy constraint: Member must have length less than "
                                         "or equal to {}",
                                         kMaxPoliciesText),
                  .certainty = Certainty::certain,
                  .source = "[M] PutParameter Policies"});
  boost::system::error_code error;
  const json::value document = json::parse(text.empty() ? "[]" : json::string_view(text), error);
  if (error || !document.is_array())
    return std::unexpected(bad_attribute("The policies are not a JSON array."));

  ParsedPolicies parsed;
  for (const json::value& entry : document.get_array()) {
    if (!entry.is_object()) return std::unexpected(bad_attribute("A policy is not a JSON object."));
    if (entry.get_object().empty()) continue;  // "[{}]" clears
    auto policy = parse_one(entry.get_object());
    if (!policy) return std::unexpected(std::move(policy).error());
    parsed.policies.push_back(*std::move(policy));
  }
  // A pair that may be incompatible is check_policies' business.
  if (auto bad = check_together(parsed.policies); bad && bad->certainty == Certainty::certain)
    return std::unexpected(*std::move(bad));
  return parsed;
}

Verdict check_policies(const ParsedPolicies& policies, Time now) {
  for (const auto& policy : policies.policies) {
    if (policy.expiration && *policy.expiration <= now)
      return refused("InvalidPolicyAttributeException",
                     "The Expiration policy's Timestamp lies in the past.", Certainty::doubtful);
  }
  return check_together(policies.policies);
}

}  // namespace ssmb::rules
