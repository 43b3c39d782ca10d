// A whole PutParameter against what is there.
#include <fmt/format.h>

#include <algorithm>

#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

using aws::ssm::PutRequest;
using Violations = std::vector<Violation>;

void add(Violations& all, Verdict verdict) {
  if (verdict) all.push_back(*std::move(verdict));
}
Violation refused(std::string_view code, std::string message, std::string_view source,
                  Certainty certainty = Certainty::certain) {
  return {.code = std::string(code),
          .message = std::move(message),
          .certainty = certainty,
          .source = std::string(source)};
}

bool overwrites(const PutRequest& request) { return request.mode == PutRequest::Mode::overwrite; }

// A put of policies adds some, clears them, or (nullopt) leaves those there are.
bool will_have_policies(const PutRequest& request, const Existing* existing) {
  if (!request.policies) return existing && existing->has_policies;
  const auto parsed = parse_policies(*request.policies);
  return parsed && !parsed->policies.empty();
}

Verdict check_existing(const PutRequest& request, const Existing* existing) {
  if (existing && !overwrites(request))
    return refused("ParameterAlreadyExists",
                   "The parameter already exists. To overwrite this value, set the overwrite "
                   "option in the request to true.",
                   "[M] ParameterAlreadyExists");
  if (overwrites(request) && !request.tags.empty())
    return refused("ValidationException",
                   "Invalid request: tags and overwrite can't be used together. To create a "
                   "parameter with tags, please remove overwrite flag. To update tags for an "
                   "existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
                   "[M] PutParameter Tags");
  return std::nullopt;
}

Verdict check_type_against(const PutRequest& request, const Existing* existing) {
  if (request.type.empty())
    return existing ? std::nullopt
                    : Verdict(refused("ValidationException",
                                      "A parameter type is required when you create a parameter.",
                                      "[M] PutParameter Type"));
  if (auto bad = check_type(request.type)) return bad;
  if (existing && existing->type != request.type)
    return refused("HierarchyTypeMismatchException",
                   "Parameter Store doesn't support changing a parameter type in a hierarchy. You "
                   "must create a new, unique parameter.",
                   "[M] HierarchyTypeMismatchException");
  return std::nullopt;
}

Verdict check_key(const PutRequest& request, std::string_view type) {
  if (!request.key_id || request.key_id->empty() || type == "SecureString") return std::nullopt;
  return refused("ValidationException", "KeyId is only for parameters of type SecureString.",
                 "[U] PutParameter KeyId", Certainty::doubtful);
}

void check_tier(Violations& all, const PutRequest& request, const Existing* existing, Tier tier) {
  constexpr std::string_view known[] = {"", "Standard", "Advanced", "Intelligent-Tiering"};
  if (std::ranges::find(known, request.tier) == std::end(known))
    all.push_back(refused("ValidationException",
                          "1 validation error detected: Value at 'tier' failed to satisfy "
                          "constraint: Member must satisfy enum value set: [Standard, Advanced, "
                          "Intelligent-Tiering]",
                          "[M] ParameterTier"));
  if (existing && existing->tier == Tier::advanced && request.tier == "Standard")
    all.push_back(refused("ValidationException",
                          "This parameter uses the advanced-parameter tier. You can't downgrade a "
                          "parameter from the advanced-parameter tier to the standard-parameter "
                          "tier. If necessary, you can delete the advanced parameter and recreate "
                          "it as a standard parameter.",
                          "[M] PutParameter Tier"));
  if (tier == Tier::standard && will_have_policies(request, existing))
    all.push_back(refused("ValidationException",
                          "Parameter policies need the advanced-parameter tier.",
                          "[D] Assigning parameter policies"));
}

Verdict check_count(const Existing* existing, const Store& store, Tier tier) {
  const bool joins = !existing || existing->tier != tier;
  const bool full = tier == Tier::standard ? store.standard_count >= kMaxStandardParameters
                                           : store.advanced_count >= kMaxAdvancedParameters;
  if (!joins || !full) return std::nullopt;
  return refused("ParameterLimitExceeded",
                 "You have exceeded the number of parameters for this Amazon Web Services account. "
                 "Delete one or more parameters and try again.",
                 "[M] ParameterLimitExceeded");
}

Verdict check_versions(const PutRequest& request, const Existing* existing) {
  if (!existing || existing->versions < kMaxVersions || !existing->oldest_labelled)
    return std::nullopt;
  return refused("ParameterMaxVersionLimitExceeded",
                 fmt::format("You attempted to create a new version of {} by calling the "
                             "PutParameter API with the overwrite flag. Version {}, the oldest "
                             "version, can't be deleted because it has a label associated with it. "
                             "Move the label to another version of the parameter, and try again.",
                             request.name, existing->oldest),
                 "[M] ParameterMaxVersionLimitExceeded");
}

void check_pattern_and_match(Violations& all, const PutRequest& request, const Existing* existing) {
  if (request.allowed_pattern) {
    if (auto bad = check_pattern(*request.allowed_pattern)) {
      all.push_back(*std::move(bad));
      return;
    }
  }
  // A put without pattern keeps the one there is.
  const std::string pattern =
      request.allowed_pattern.value_or(existing ? existing->allowed_pattern : "");
  add(all, check_pattern_match(pattern, request.value.reveal()));
}

void check_policy_text(Violations& all, const PutRequest& request, const Store& store) {
  if (!request.policies) return;
  const auto parsed = parse_policies(*request.policies);
  add(all, parsed ? check_policies(*parsed, store.now) : Verdict(parsed.error()));
}

}  // namespace

Tier resolve_tier(const PutRequest& request, const Existing* existing, const Store& store) {
  if (existing && existing->tier == Tier::advanced) return Tier::advanced;
  const std::string& wanted = request.tier.empty() ? store.default_tier : request.tier;
  if (wanted != "Intelligent-Tiering") return parse_tier(wanted).value_or(Tier::standard);
  const bool needs_room = !existing && store.standard_count >= kMaxStandardParameters;
  const bool large = request.value.size() > max_value_size(Tier::standard);
  return needs_room || large || will_have_policies(request, existing) ? Tier::advanced
                                                                      : Tier::standard;
}

std::vector<Violation> check_put(const PutRequest& request, const Existing* existing,
                                 const Store& store) {
  Violations all;
  const std::string type = request.type.empty() && existing ? existing->type : request.type;
  const Tier tier = resolve_tier(request, existing, store);

  add(all, check_name(request.name, store.place));
  add(all, check_existing(request, existing));
  add(all, check_type_against(request, existing));
  add(all, check_key(request, type));
  if (!request.data_type.empty()) add(all, check_data_type(request.data_type, type));
  if (request.description) add(all, check_description(*request.description));
  for (auto& bad : check_value(request.value.reveal(), type, tier)) all.push_back(std::move(bad));
  check_tier(all, request, existing, tier);
  check_policy_text(all, request, store);
  check_pattern_and_match(all, request, existing);
  add(all, check_tags(request.tags));
  add(all, check_count(existing, store, tier));
  add(all, check_versions(request, existing));
  return all;
}

}  // namespace ssmb::rules
