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

std::optional<std::vector<std::string>> labels_at(const Parameter& parameter, std::size_t index) {
  if (index + 1 >= version_count(parameter)) return parameter.labels;
  return (*parameter.history)[index].labels;
}

Parameter at_version(const Parameter& parameter, std::size_t index) {
  const HistoryEntry* entry =
      index + 1 < version_count(parameter) ? &(*parameter.history)[index] : nullptr;
  Parameter version;
  for_each_field([&](const auto& field) {
    // Without the history, which may be of a hundred values.
    if constexpr (std::is_same_v<decltype(field.member), History>) return;
    // What DescribeParameters tells, a version has of its own.
    if constexpr (requires(const aws::ssm::Metadata& metadata) { metadata.*(field.from); }) {
      if (entry != nullptr) {
        version.*(field.member) = entry->metadata.*(field.from);
        return;
      }
    }
    version.*(field.member) = parameter.*(field.member);
  });
  if (entry == nullptr) return version;
  version.type = entry->metadata.type;
  version.value = entry->value;
  version.version = entry->metadata.version;
  version.last_modified_date = entry->metadata.last_modified_date;
  version.data_type = entry->metadata.data_type;
  version.labels = labels_at(parameter, index);
  version.labelled_versions.reset();
  return version;
}

}  // namespace ssmb::engine::restore
