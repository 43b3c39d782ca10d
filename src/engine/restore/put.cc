#include "engine/restore/put.h"

#include <algorithm>
#include <iterator>

#include "engine/restore/mapping.h"
#include "engine/restore/policies.h"

namespace ssmb::engine::restore {
namespace {

constexpr std::string_view kClearPolicies = "[{}]";
using History = decltype(&Parameter::history);

std::vector<Tag> settable(const std::vector<Tag>& tags) {
  std::vector<Tag> out;
  std::ranges::copy_if(tags, std::back_inserter(out),
                       [](const Tag& tag) { return !rules::is_reserved_tag(tag.key); });
  return out;
}

bool is_large(const Parameter& wanted) {
  return wanted.value.size() > rules::max_value_size(rules::Tier::standard);
}

std::optional<std::string> text_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> key_of(const Parameter& wanted, const Parameter* live) {
  if (wanted.type != "SecureString") return std::nullopt;
  return text_or_none(wanted.key_id.empty() && live ? live->key_id.str() : wanted.key_id.str());
}

std::optional<std::string> policies_of(const Parameter& wanted, const Parameter* live) {
  if (!wanted.policies.empty()) return policies_text(wanted.policies);
  if (live && !live->policies.empty()) return std::string(kClearPolicies);
  return std::nullopt;
}

}  // namespace

// Of an old record nothing is known: a value that is too large for Standard must have been in
// Advanced; else the account's default holds.
std::string tier_of_put(const Parameter& wanted, const Parameter* live) {
  if (live && live->tier == "Advanced") return live->tier;
  if (wanted.tier.empty() && is_large(wanted)) return "Advanced";
  return wanted.tier;
}

aws::ssm::PutRequest make_put(const Parameter& wanted, PutMode mode, const Parameter* live) {
  const bool creates = mode == PutMode::create;
  aws::ssm::PutRequest request{.name = wanted.name,
                               .value = wanted.value,
                               .type = wanted.type,
                               .description = text_or_none(wanted.description),
                               .key_id = key_of(wanted, live),
                               .allowed_pattern = text_or_none(wanted.allowed_pattern),
                               .tags = creates ? settable(wanted.tags) : std::vector<Tag>{},
                               .tier = tier_of_put(wanted, live),
                               .policies = std::nullopt,
                               .data_type = wanted.data_type,
                               .mode = mode};
  if (is_old_record(wanted)) return request;
  request.policies = policies_of(wanted, live);
  if (creates) return request;
  // What the put before has set is taken back.
  request.description = wanted.description;
  request.allowed_pattern = wanted.allowed_pattern;
  return request;
}

std::size_t version_count(const Parameter& parameter) {
  return parameter.history ? parameter.history->size() + 1 : 1;
}

Parameter at_version(const Parameter& parameter, std::size_t index) {
  // Without the history, which may be of a hundred values.
  Parameter version;
  for_each_field([&](const auto& field) {
    if constexpr (!std::is_same_v<decltype(field.member), History>)
      version.*(field.member) = parameter.*(field.member);
  });
  if (index + 1 >= version_count(parameter)) return version;
  const HistoryEntry& entry = (*parameter.history)[index];
  const aws::ssm::Metadata& metadata = entry.metadata;
  version.type = metadata.type;
  version.value = entry.value;
  version.version = metadata.version;
  version.last_modified_date = metadata.last_modified_date;
  version.last_modified_user = metadata.last_modified_user;
  version.data_type = metadata.data_type;
  version.key_id = metadata.key_id;
  version.description = metadata.description;
  version.allowed_pattern = metadata.allowed_pattern;
  version.tier = metadata.tier;
  version.policies = metadata.policies;
  version.labels = entry.labels;
  version.labelled_versions.reset();
  return version;
}

}  // namespace ssmb::engine::restore
