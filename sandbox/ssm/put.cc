// PutParameter: the request against src/parameter's rules, then a new version.
#include <algorithm>
#include <boost/json/array.hpp>

#include "base/encoding.h"
#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/settings.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/ssm/tags.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;
using aws::ssm::PutRequest;

PutRequest read_request(JsonInput& reader) {
  PutRequest request;
  request.name = ParameterName(reader.required_text("Name"));
  request.value = SecretText(reader.borrowed_text("Value"));
  request.type = reader.text("Type").value_or("");
  request.description = reader.text("Description");
  request.key_id = reader.text("KeyId");
  request.allowed_pattern = reader.text("AllowedPattern");
  request.tags = read_tags(reader);
  request.tier = reader.text("Tier").value_or("");
  request.policies = reader.text("Policies");
  request.data_type = reader.text("DataType").value_or("");
  request.mode = reader.flag("Overwrite") ? PutRequest::Mode::overwrite : PutRequest::Mode::create;
  return request;
}

rules::Existing existing_of(const Record& record) {
  const Version& current = record.current();
  return {.type = record.type,
          .tier = current.tier,
          .allowed_pattern = current.allowed_pattern,
          .data_type = current.data_type,
          .has_policies = !current.policies.empty(),
          .versions = record.versions.size(),
          .oldest = record.versions.front().number,
          .oldest_labelled = !record.versions.front().labels.empty()};
}

// The first violation that counts: every certain one, and the doubtful ones if they are enforced.
std::optional<ServiceError> first_refusal(const std::vector<rules::Violation>& violations,
                                          DoubtfulRules doubtful) {
  for (const rules::Violation& violation : violations) {
    if (violation.certainty == rules::Certainty::certain || doubtful == DoubtfulRules::enforce)
      return ServiceError{violation.code, violation.message, 400};
  }
  return std::nullopt;
}

// An Advanced value is encrypted with a data key, a Standard one by KMS itself.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
std::optional<ServiceError> check_key(World& world, const RequestContext& context,
                                      const std::string& name, const std::string& type,
                                      const Version& version) {
  if (type != "SecureString") return std::nullopt;
  const std::string action =
      version.tier == rules::Tier::advanced ? "kms:GenerateDataKey" : "kms:Encrypt";
  switch (world.keys().use(context.caller, context.region, KmsKeyId(version.key_id))) {
    case KmsUse::allowed: {
      auto refused = kms_refusal(world, context, action, name, version.key_id);
      if (!refused) return std::nullopt;
      return ServiceError{"AccessDeniedException", *std::move(refused), 400};
    }
    case KmsUse::unknown:
      return ServiceError{"InvalidKeyId", "Invalid keyId " + version.key_id, 400};
    case KmsUse::denied: break;
  }
  return ServiceError{"AccessDeniedException",
                      "User: " + context.caller.arn.str() + " is not authorized to perform: " +
                          action + " on the key " + version.key_id,
                      400};
}

// What the request leaves out stays as it was in the version before.
Version next_version(const PutRequest& request, const Record* record, const std::string& type,
                     rules::Tier tier) {
  Version version;
  if (record) {
    version = record->current();
    version.labels.clear();
    ++version.number;
  }
  version.value = request.value;
  version.tier = tier;
  if (request.description) version.description = *request.description;
  if (request.allowed_pattern) version.allowed_pattern = *request.allowed_pattern;
  if (!request.data_type.empty()) version.data_type = request.data_type;
  if (request.policies) {
    version.policies.clear();
    for (auto& policy : rules::parse_policies(*request.policies)->policies)
      version.policies.push_back({std::move(policy.text), std::move(policy.type), "Pending"});
  }
  if (type == "SecureString") {
    if (request.key_id && !request.key_id->empty()) version.key_id = *request.key_id;
    if (version.key_id.empty()) version.key_id = rules::kDefaultKey;
  }
  return version;
}

// AWS checks an image id after it has answered 200: a wrong one is never seen.
bool is_accepted_later(const Version& version) {
  if (version.data_type != "aws:ec2:image") return true;
  std::string_view id = version.value.reveal();
  if (!id.starts_with("ami-")) return false;
  id.remove_prefix(4);
  return (id.size() == 8 || id.size() == 17) &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

JsonAnswer put_parameter(World& world, const RequestContext& context, const json::object& input) {
  JsonInput reader(input);
  const PutRequest request = read_request(reader);
  if (!input.contains("Value")) reader.required_text("Value");
  if (reader.error()) return std::unexpected(*reader.error());

  Store& store = world.ssm(context.caller.account, context.region);
  Record* record = store.find_unique(request.name.view());
  const auto existing = record ? std::optional(existing_of(*record)) : std::nullopt;
  const rules::Store facts{.place = store.place(),
                           .standard_count = store.count(rules::Tier::standard),
                           .advanced_count = store.count(rules::Tier::advanced),
                           .default_tier = setting_value(store, kDefaultTierSetting),
                           .now = context.time};
  const rules::Existing* there = existing ? &*existing : nullptr;
  if (auto refusal =
          first_refusal(rules::check_put(request, there, facts), world.options().doubtful_rules))
    return std::unexpected(*std::move(refusal));

  const std::string type = record ? record->type : request.type;
  const rules::Tier tier = rules::resolve_tier(request, there, facts);
  Version version = next_version(request, record, type, tier);
  if (auto refusal = check_key(world, context, request.name.str(), type, version))
    return std::unexpected(*std::move(refusal));
  version.modified = std::chrono::floor<std::chrono::milliseconds>(context.time);
  version.modified_by = context.caller.arn.str();

  json::object answer = wiped_object();
  answer["Version"] = version.number;
  answer["Tier"] = json::string_view(rules::to_string(tier));
  if (!is_accepted_later(version)) return answer;
  if (record) {
    store.append(*record, std::move(version));
    return answer;
  }
  Record fresh{.name = request.name.str(), .type = type, .versions = {}, .tags = {}, .shares = {}};
  fresh.versions.push_back(std::move(version));
  set_tags(store, store.put(std::move(fresh)), to_map(request.tags), context.time);
  return answer;
}

}  // namespace ssmb::sandbox::ssm
