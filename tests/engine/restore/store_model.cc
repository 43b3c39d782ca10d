#include "tests/engine/restore/store_model.h"

#include <algorithm>

namespace ssmb::engine::restore::testing {
namespace {

std::string unique(const ParameterName& name) {
  return std::string(rules::unique_part(name.view()));
}

rules::Tier tier_of(const Parameter& parameter) {
  return rules::parse_tier(parameter.tier).value_or(rules::Tier::standard);
}

rules::Existing existing_of(const Stored& stored) {
  const Parameter& current = stored.versions.back();
  return {.type = current.type,
          .tier = tier_of(current),
          .allowed_pattern = current.allowed_pattern,
          .data_type = current.data_type,
          .has_policies = !current.policies.empty(),
          .versions = stored.versions.size(),
          .oldest = stored.versions.front().version,
          .oldest_labelled = !stored.versions.front().labels->empty()};
}

HistoryEntry entry_of(const Parameter& version) {
  return {.metadata = {.name = version.name,
                       .type = version.type,
                       .key_id = version.key_id,
                       .description = version.description,
                       .allowed_pattern = version.allowed_pattern,
                       .version = version.version,
                       .tier = version.tier,
                       .policies = version.policies,
                       .data_type = version.data_type},
          .value = version.value,
          .labels = *version.labels};
}

// What the request leaves out stays as it was.
void apply(const aws::ssm::PutRequest& request, Parameter& version) {
  version.value = request.value;
  if (!request.type.empty()) version.type = request.type;
  if (request.description) version.description = *request.description;
  if (request.allowed_pattern) version.allowed_pattern = *request.allowed_pattern;
  if (!request.data_type.empty()) version.data_type = request.data_type;
  if (request.policies) {
    version.policies.clear();
    for (auto& policy : rules::parse_policies(*request.policies)->policies)
      version.policies.push_back({std::move(policy.text), std::move(policy.type), "Pending"});
  }
  if (version.type == "SecureString") {
    if (request.key_id) version.key_id = KmsKeyId(*request.key_id);
    if (version.key_id.empty()) version.key_id = KmsKeyId("alias/aws/ssm");
  }
}

}  // namespace

bool Stored::operator==(const Stored& other) const {
  return name == other.name && tags == other.tags &&
         std::ranges::equal(versions, other.versions,
                            [](const auto& a, const auto& b) { return equal(a, b); });
}

Stored& StoreModel::at(const ParameterName& name) { return stored_.at(unique(name)); }

const Stored* StoreModel::find(const ParameterName& name) const {
  const auto found = stored_.find(unique(name));
  return found == stored_.end() ? nullptr : &found->second;
}

std::optional<Parameter> StoreModel::read(const ParameterName& name) const {
  const Stored* stored = find(name);
  if (!stored) return std::nullopt;
  Parameter parameter = stored->versions.back();
  parameter.tags = stored->tags;
  parameter.history.emplace();
  parameter.labelled_versions.emplace();
  for (std::size_t i = 0; i + 1 < stored->versions.size(); ++i) {
    const Parameter& older = stored->versions[i];
    parameter.history->push_back(entry_of(older));
    if (!older.labels->empty())
      parameter.labelled_versions->push_back({.version = older.version, .labels = *older.labels});
  }
  return parameter;
}

std::vector<ParameterName> StoreModel::names() const {
  std::vector<ParameterName> names;
  for (const auto& [key, stored] : stored_) names.push_back(stored.name);
  return names;
}

std::size_t StoreModel::count(rules::Tier tier) const {
  const auto here = std::ranges::count_if(
      stored_, [&](const auto& entry) { return tier_of(entry.second.versions.back()) == tier; });
  return static_cast<std::size_t>(here) +
         (tier == rules::Tier::standard ? facts_.standard_count : facts_.advanced_count);
}

std::expected<ParameterVersion, rules::Violation> StoreModel::put(
    const aws::ssm::PutRequest& request) {
  const Stored* stored = find(request.name);
  const auto existing = stored ? std::optional(existing_of(*stored)) : std::nullopt;
  const rules::Existing* there = existing ? &*existing : nullptr;
  rules::Store facts = facts_;
  facts.standard_count = count(rules::Tier::standard);
  facts.advanced_count = count(rules::Tier::advanced);
  for (rules::Violation& violation : rules::check_put(request, there, facts)) {
    if (violation.certainty == rules::Certainty::certain)
      return std::unexpected(std::move(violation));
  }
  Parameter version = stored ? stored->versions.back() : Parameter{};
  if (!stored) version.name = request.name;
  ++version.version;
  version.labels.emplace();
  version.tier = rules::to_string(rules::resolve_tier(request, there, facts));
  if (version.data_type.empty()) version.data_type = "text";
  apply(request, version);
  const ParameterVersion number = version.version;
  Stored& into = stored_[unique(request.name)];
  if (!stored) {
    into.name = request.name;
    into.tags = request.tags;
  }
  into.versions.push_back(std::move(version));
  if (into.versions.size() > rules::kMaxVersions) into.versions.erase(into.versions.begin());
  return number;
}

void StoreModel::set_tags(const ParameterName& name, const std::vector<Tag>& tags) {
  auto& there = at(name).tags;
  for (const Tag& tag : tags) {
    std::erase_if(there, [&](const Tag& old) { return old.key == tag.key; });
    there.push_back(tag);
  }
  std::ranges::sort(there);
}

void StoreModel::remove_tag(const ParameterName& name, const std::string& key) {
  std::erase_if(at(name).tags, [&](const Tag& tag) { return tag.key == key; });
}

void StoreModel::label(const ParameterName& name, ParameterVersion version,
                       const std::string& label) {
  for (Parameter& each : at(name).versions) {
    std::erase(*each.labels, label);
    if (each.version == version) each.labels->push_back(label);
  }
}

void StoreModel::unlabel(const ParameterName& name, ParameterVersion version,
                         const std::string& label) {
  for (Parameter& each : at(name).versions) {
    if (each.version == version) std::erase(*each.labels, label);
  }
}

void StoreModel::erase(const ParameterName& name) { stored_.erase(unique(name)); }

void StoreModel::insert(Stored stored) {
  stored_.insert_or_assign(unique(stored.name), std::move(stored));
}

}  // namespace ssmb::engine::restore::testing
