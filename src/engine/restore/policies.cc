#include "engine/restore/policies.h"

#include <algorithm>

#include "parameter/rules.h"

namespace ssmb::engine::restore {
namespace {

// nullopt: it cannot be read. The rules say so when it is put.
std::optional<rules::ParsedPolicy> parse(const Policy& policy) {
  auto parsed = rules::parse_policies("[" + policy.text + "]");
  if (!parsed || parsed->policies.size() != 1) return std::nullopt;
  return std::move(parsed->policies.front());
}

bool is_about_expiration(const Policy& policy) {
  const auto parsed = parse(policy);
  const std::string& type = parsed ? parsed->type : policy.type;
  return type == "Expiration" || type == "ExpirationNotification";
}

std::optional<Time> expiration_of(const std::vector<Policy>& policies) {
  for (const Policy& policy : policies) {
    const auto parsed = parse(policy);
    if (parsed && parsed->expiration) return parsed->expiration;
  }
  return std::nullopt;
}

}  // namespace

std::string policies_text(const std::vector<Policy>& policies) {
  std::string text = "[";
  for (const Policy& policy : policies) {
    if (text.size() > 1) text += ',';
    text += policy.text;
  }
  return text + "]";
}

std::optional<Time> past_expiration(const std::vector<Policy>& policies, Time now) {
  const auto expiration = expiration_of(policies);
  return expiration && *expiration <= now ? expiration : std::nullopt;
}

std::vector<Policy> without_expiration(const std::vector<Policy>& policies) {
  std::vector<Policy> kept = policies;
  std::erase_if(kept, is_about_expiration);
  return kept;
}

std::optional<Time> first_firing(const std::vector<Policy>& policies, Time now) {
  std::optional<Time> first;
  const auto fires = [&](Time when) { first = std::min(first.value_or(when), when); };
  const auto expiration = expiration_of(policies);
  for (const Policy& policy : policies) {
    const auto parsed = parse(policy);
    if (!parsed) continue;
    if (parsed->expiration) fires(*parsed->expiration);
    if (parsed->type == "NoChangeNotification" && parsed->delay) fires(now + *parsed->delay);
    if (parsed->type == "ExpirationNotification" && parsed->delay && expiration)
      fires(std::max(now, *expiration - *parsed->delay));
  }
  return first;
}

}  // namespace ssmb::engine::restore
