#include "sandbox/ssm/shapes.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/wiping_resource.h"
#include "sandbox/fault_answers.h"
#include "sandbox/iam/access.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

constexpr std::string_view kSecure = "SecureString";

std::string ciphertext(const Record& record, const Version& version) {
  const std::string key = fmt::format("{}:{}:{}", record.name, version.number, version.key_id);
  return "AQICAHh" + to_base64(hmac_sha256(key, version.value.reveal()));
}

void set_value(json::object& shape, const Record& record, const Version& version,
               Decryption decryption) {
  if (record.type == kSecure && decryption == Decryption::no) {
    shape["Value"] = ciphertext(record, version);
  } else {
    shape["Value"] = json::string_view(version.value.reveal());
  }
}

void set_unless_empty(json::object& shape, std::string_view key, const std::string& text) {
  if (!text.empty()) shape[key] = text;
}

// What Describe and History have in common.
json::object common_shape(const Record& record, const Version& version) {
  json::object shape = wiped_object();
  shape["Name"] = record.name;
  shape["Type"] = record.type;
  set_unless_empty(shape, "KeyId", version.key_id);
  shape["LastModifiedDate"] = epoch_seconds(version.modified);
  shape["LastModifiedUser"] = version.modified_by;
  set_unless_empty(shape, "Description", version.description);
  set_unless_empty(shape, "AllowedPattern", version.allowed_pattern);
  shape["Version"] = version.number;
  shape["Tier"] = json::string_view(rules::to_string(version.tier));
  json::array policies(shape.storage());
  for (const Policy& policy : version.policies)
    policies.push_back(json::object{
        {"PolicyText", policy.text}, {"PolicyType", policy.type}, {"PolicyStatus", policy.status}});
  shape["Policies"] = std::move(policies);
  shape["DataType"] = version.data_type;
  return shape;
}

}  // namespace

json::object wiped_object() { return json::object(wiping_storage()); }

double epoch_seconds(Time time) {
  return to_epoch_seconds(std::chrono::floor<std::chrono::milliseconds>(time));
}

json::object value_shape(const Store& store, const Record& record, const Version& version,
                         std::string_view selector, Decryption decryption) {
  json::object shape = wiped_object();
  shape["Name"] = record.name;
  shape["Type"] = record.type;
  set_value(shape, record, version, decryption);
  shape["Version"] = version.number;
  if (!selector.empty()) shape["Selector"] = json::string_view(selector);
  shape["LastModifiedDate"] = epoch_seconds(version.modified);
  shape["ARN"] = store.arn_prefix() + std::string(rules::unique_part(record.name));
  shape["DataType"] = version.data_type;
  return shape;
}

json::object metadata_shape(const Store& store, const Record& record) {
  json::object shape = common_shape(record, record.current());
  shape["ARN"] = store.arn_prefix() + std::string(rules::unique_part(record.name));
  return shape;
}

json::object history_shape(const Record& record, const Version& version, Decryption decryption) {
  json::object shape = common_shape(record, version);
  set_value(shape, record, version, decryption);
  json::array labels(shape.storage());
  for (const std::string& label : version.labels) labels.push_back(json::string_view(label));
  shape["Labels"] = std::move(labels);
  return shape;
}

std::optional<std::string> kms_refusal(World& world, const RequestContext& context,
                                       std::string action, const std::string& name,
                                       const std::string& key_id) {
  const Store& store = world.ssm(context.caller.account, context.region);
  return iam::kms_refusal(
      world.keys(), context,
      {.action = std::move(action),
       .key = KmsKeyId(key_id),
       .service = "ssm",
       .encryption_context = "PARAMETER_ARN",
       .encrypted = store.arn_prefix() + std::string(rules::unique_part(name))});
}

std::optional<ServiceError> check_decryption(World& world, const RequestContext& context,
                                             const Record& record, const Version& version,
                                             Decryption decryption) {
  if (record.type != kSecure || decryption == Decryption::no) return std::nullopt;
  if (auto denied = denied_decryption(world, context, record.name, KmsKeyId(version.key_id)))
    return denied;
  if (auto refused = kms_refusal(world, context, "kms:Decrypt", record.name, version.key_id))
    return ServiceError{"AccessDeniedException", *std::move(refused), 400};
  if (world.keys().may_decrypt(context.caller, context.region, record.name,
                               KmsKeyId(version.key_id)))
    return std::nullopt;
  return ServiceError{"AccessDeniedException",
                      "The ciphertext refers to a customer master key that does not exist, does "
                      "not exist in this region, or you are not allowed to access.",
                      400};
}

}  // namespace ssmb::sandbox::ssm
