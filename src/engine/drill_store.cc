#include "engine/drill_store.h"

#include <algorithm>

namespace ssmb::engine {
namespace {

using rules::Tier;

KmsKeyId key_of(const aws::ssm::PutRequest& request) {
  if (request.type != "SecureString") return {};
  const std::string key = request.key_id.value_or("");
  return KmsKeyId(key.empty() ? std::string(rules::kDefaultKey) : key);
}

std::vector<Policy> policies_of(const aws::ssm::PutRequest& request) {
  std::vector<Policy> policies;
  if (!request.policies) return policies;
  const auto parsed = rules::parse_policies(*request.policies);
  if (!parsed) return policies;
  for (const rules::ParsedPolicy& policy : parsed->policies)
    policies.push_back({.text = policy.text, .type = policy.type, .status = "Pending"});
  return policies;
}

// LabelParameterVersion answers with those that it does not take.
std::optional<std::vector<std::string>> taken(
    const std::optional<std::vector<std::string>>& labels) {
  if (!labels) return std::nullopt;
  std::vector<std::string> valid;
  std::ranges::copy_if(*labels, std::back_inserter(valid), rules::is_valid_label);
  return valid;
}

// What DescribeParameters, GetParameter and ListTagsForResource would tell after this put of a new
// name and LabelParameterVersion with these labels: made from the request alone.
Parameter stored_by(const aws::ssm::PutRequest& request,
                    const std::optional<std::vector<std::string>>& labels,
                    const rules::Store& store) {
  Parameter parameter;
  parameter.name = request.name;
  parameter.type = request.type;
  parameter.value = request.value;
  parameter.version = 1;
  parameter.last_modified_date = store.now;
  parameter.arn = rules::parameter_arn(request.name, store.place);
  parameter.data_type = request.data_type.empty() ? "text" : request.data_type;
  parameter.key_id = key_of(request);
  parameter.description = request.description.value_or("");
  parameter.allowed_pattern = request.allowed_pattern.value_or("");
  parameter.tier = rules::to_string(rules::resolve_tier(request, nullptr, store));
  parameter.policies = policies_of(request);
  parameter.tags = request.tags;
  std::ranges::sort(parameter.tags);
  parameter.labels = taken(labels);
  return parameter;
}

}  // namespace

std::expected<Print, rules::Violation> DrillStore::create(
    const aws::ssm::PutRequest& request, const std::optional<std::vector<std::string>>& labels) {
  for (rules::Violation& violation : rules::check_put(request, nullptr, store_)) {
    if (violation.certainty == rules::Certainty::certain)
      return std::unexpected(std::move(violation));
  }
  if (auto tags = rules::check_tags(request.tags);
      tags && tags->certainty == rules::Certainty::certain)
    return std::unexpected(*std::move(tags));
  if (!names_.insert(text_key(rules::unique_part(request.name.view()))).second)
    return std::unexpected(rules::Violation{.code = "ParameterAlreadyExists",
                                            .message = "The parameter already exists.",
                                            .certainty = rules::Certainty::certain,
                                            .source = "[M] ParameterAlreadyExists"});
  const Parameter stored = stored_by(request, labels, store_);
  ++(stored.tier == rules::to_string(Tier::advanced) ? store_.advanced_count
                                                     : store_.standard_count);
  return print_of(stored, key_);
}

bool DrillStore::holds(const ParameterName& name) const {
  return names_.find(text_key(rules::unique_part(name.view()))) != nullptr;
}

}  // namespace ssmb::engine
