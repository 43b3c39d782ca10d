#include "engine/infra/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/partition.h"

namespace ssmb::engine {
namespace {

namespace json = boost::json;

// IAM takes a scalar for a list of one, and lists in any order.
json::value canonical(const json::value& value) {
  if (value.is_array()) {
    json::array items;
    for (const auto& item : value.get_array()) items.push_back(canonical(item));
    if (items.size() == 1) return items.front();
    std::ranges::sort(items, {}, [](const json::value& item) { return json::serialize(item); });
    return items;
  }
  if (value.is_object()) {
    json::object object;
    for (const auto& [key, member] : value.get_object()) object[key] = canonical(member);
    return object;
  }
  return value;
}

json::array statements_of(const json::value& policy) {
  if (!policy.is_object()) return {};
  const auto* statements = policy.get_object().if_contains("Statement");
  if (statements == nullptr) return {};
  if (statements->is_array()) return statements->get_array();
  return {*statements};
}

std::string sid_of(const json::value& statement) {
  if (!statement.is_object()) return {};
  const auto* sid = statement.get_object().if_contains("Sid");
  return sid != nullptr && sid->is_string() ? std::string(sid->get_string()) : std::string();
}

}  // namespace

std::string desired_policy(const BucketName& bucket, const Region& region) {
  const std::string arn = fmt::format("arn:{}:s3:::{}", partition_of(region).id, bucket);
  const json::object insecure{
      {"Sid", "DenyInsecureConnections"},
      {"Effect", "Deny"},
      {"Principal", "*"},
      {"Action", "s3:*"},
      {"Resource", {arn, arn + "/*"}},
      {"Condition", {{"Bool", {{"aws:SecureTransport", "false"}}}}},
  };
  const json::object unencrypted{
      {"Sid", "DenyUnencryptedObjectUploads"},
      {"Effect", "Deny"},
      {"Principal", "*"},
      {"Action", "s3:PutObject"},
      {"Resource", arn + "/*"},
      {"Condition", {{"StringNotEquals", {{"s3:x-amz-server-side-encryption", "AES256"}}}}},
  };
  json::object policy;
  policy["Version"] = "2012-10-17";
  policy["Statement"] = json::array{insecure, unencrypted};
  return json::serialize(policy);
}

std::optional<std::string> policy_to_put(const std::string& desired, const std::string& observed) {
  boost::system::error_code bad;
  json::value want = json::parse(desired);
  const json::value have = json::parse(observed, bad);
  if (bad) return desired;
  json::array& ours = want.at("Statement").as_array();
  const json::array theirs = statements_of(have);
  const bool held = std::ranges::all_of(ours, [&theirs](const json::value& wanted) {
    return std::ranges::any_of(theirs, [&wanted](const json::value& statement) {
      return canonical(statement) == canonical(wanted);
    });
  });
  if (held) return std::nullopt;
  const json::array mine = ours;
  for (const json::value& statement : theirs) {
    const bool replaced = std::ranges::any_of(mine, [&statement](const json::value& wanted) {
      return sid_of(wanted) == sid_of(statement);
    });
    if (!replaced) ours.push_back(statement);
  }
  return json::serialize(want);
}

}  // namespace ssmb::engine
