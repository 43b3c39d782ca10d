#include "sandbox/ssm/seed.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "sandbox/json_input.h"
#include "sandbox/json_protocol.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/ssm/tags.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

using Checked = std::expected<void, ServiceError>;

std::vector<Policy> read_policies(JsonInput& reader) {
  std::vector<Policy> policies;
  const json::array* values = reader.array("Policies");
  if (!values) return policies;
  for (const json::value& value : *values) {
    if (!value.is_object()) continue;
    JsonInput policy(value.get_object());
    policies.push_back({.text = policy.required_text("PolicyText"),
                        .type = policy.required_text("PolicyType"),
                        .status = policy.text("PolicyStatus").value_or("Pending")});
    if (policy.error()) reader.refuse(policy.error()->code, policy.error()->message);
  }
  return policies;
}

// Members that are left out stay as `version` has them.
void read_version(JsonInput& reader, Version& version) {
  version.number = reader.integer("Version").value_or(version.number);
  version.value = SecretText(reader.borrowed_text("Value"));
  version.description = reader.text("Description").value_or(version.description);
  version.key_id = reader.text("KeyId").value_or(version.key_id);
  version.allowed_pattern = reader.text("AllowedPattern").value_or(version.allowed_pattern);
  version.data_type = reader.text("DataType").value_or(version.data_type);
  version.modified_by = reader.text("LastModifiedUser").value_or(version.modified_by);
  if (const auto tier = reader.text("Tier"))
    version.tier = rules::parse_tier(*tier).value_or(rules::Tier::standard);
  if (reader.array("Policies")) version.policies = read_policies(reader);
  version.labels = reader.texts("Labels");
  if (const auto date = reader.text("LastModifiedDate")) {
    if (auto time = parse_iso8601(*date)) {
      version.modified = std::chrono::floor<std::chrono::milliseconds>(*time);
    } else {
      reader.refuse("ValidationException", "LastModifiedDate is not an ISO 8601 time");
    }
  }
}

std::vector<ResourcePolicy> read_shares(JsonInput& reader) {
  std::vector<ResourcePolicy> shares;
  const json::array* values = reader.array("ResourcePolicies");
  if (!values) return shares;
  for (const json::value& value : *values) {
    if (!value.is_object()) continue;
    JsonInput share(value.get_object());
    shares.push_back({.id = share.required_text("PolicyId"),
                      .hash = share.required_text("PolicyHash"),
                      .text = share.required_text("Policy")});
    if (share.error()) reader.refuse(share.error()->code, share.error()->message);
  }
  return shares;
}

// The newest version stands in the parameter itself, older ones before it in History.
Checked read_versions(JsonInput& reader, Record& record, Version first) {
  Version version = std::move(first);
  if (const json::array* history = reader.array("History")) {
    for (const json::value& value : *history) {
      if (!value.is_object()) return refuse("ValidationException", "History holds objects");
      JsonInput entry(value.get_object());
      read_version(entry, version);
      if (entry.error()) return std::unexpected(*entry.error());
      record.versions.push_back(version);
      ++version.number;
    }
  }
  read_version(reader, version);
  record.versions.push_back(std::move(version));
  return {};
}

void dump_version(json::object& shape, const Version& version) {
  shape["Version"] = version.number;
  shape["Value"] = json::string_view(version.value.reveal());
  shape["Description"] = version.description;
  shape["KeyId"] = version.key_id;
  shape["AllowedPattern"] = version.allowed_pattern;
  shape["Tier"] = json::string_view(rules::to_string(version.tier));
  shape["DataType"] = version.data_type;
  shape["LastModifiedDate"] = to_iso8601(version.modified);
  shape["LastModifiedUser"] = version.modified_by;
  json::array policies(shape.storage());
  for (const Policy& policy : version.policies)
    policies.push_back(json::object{
        {"PolicyText", policy.text}, {"PolicyType", policy.type}, {"PolicyStatus", policy.status}});
  shape["Policies"] = std::move(policies);
  json::array labels(shape.storage());
  for (const std::string& label : version.labels) labels.push_back(json::string_view(label));
  shape["Labels"] = std::move(labels);
}

json::object dump_record(const Record& record) {
  json::object shape = wiped_object();
  shape["Name"] = record.name;
  shape["Type"] = record.type;
  json::array tags(shape.storage());
  for (const auto& [key, value] : record.tags)
    tags.push_back(json::object{{"Key", key}, {"Value", value}});
  shape["Tags"] = std::move(tags);
  json::array shares(shape.storage());
  for (const ResourcePolicy& share : record.shares)
    shares.push_back(
        json::object{{"PolicyId", share.id}, {"PolicyHash", share.hash}, {"Policy", share.text}});
  shape["ResourcePolicies"] = std::move(shares);
  json::array history(shape.storage());
  for (std::size_t i = 0; i + 1 < record.versions.size(); ++i) {
    json::object entry = wiped_object();
    dump_version(entry, record.versions[i]);
    history.push_back(std::move(entry));
  }
  shape["History"] = std::move(history);
  dump_version(shape, record.current());
  return shape;
}

}  // namespace

Checked seed(Store& store, const json::object& parameter, Time now) {
  JsonInput reader(parameter);
  Record record{.name = reader.required_text("Name"),
                .type = reader.text("Type").value_or("String"),
                .versions = {},
                .tags = {},
                .shares = read_shares(reader)};
  Version first;
  first.modified = std::chrono::floor<std::chrono::milliseconds>(now);
  first.modified_by = fmt::format("arn:aws:iam::{}:user/seed", store.place().account);
  if (record.type == "SecureString") first.key_id = "alias/aws/ssm";
  auto read = read_versions(reader, record, std::move(first));
  if (!read) return read;
  const auto tags = to_map(read_tags(reader));
  if (reader.error()) return std::unexpected(*reader.error());
  if (Record* old = store.find_unique(record.name)) set_tags(store, *old, {}, now);
  set_tags(store, store.put(std::move(record)), tags, now);
  return {};
}

json::object dump(const Store& store) {
  json::object state = wiped_object();
  state["account"] = store.place().account.str();
  state["region"] = store.place().region.str();
  json::object settings(state.storage());
  for (const auto& [id, setting] : store.settings) settings[id] = setting.value;
  state["settings"] = std::move(settings);
  json::array parameters(state.storage());
  for (const auto& [key, record] : store.records()) parameters.push_back(dump_record(record));
  state["parameters"] = std::move(parameters);
  return state;
}

}  // namespace ssmb::sandbox::ssm
