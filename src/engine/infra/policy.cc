#include "engine/infra/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/partition.h"

namespace ssmb::engine {
namespace {

namespace json = boost::json;

std::string plain(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// IAM takes a scalar for a list of one, and lists in any order.
std::string leaf(const json::value& value) {
  if (!value.is_array()) return plain(value);
  json::array items = value.get_array();
  if (items.size() == 1) return plain(items.front());
  std::ranges::sort(items, {}, [](const json::value& item) { return json::serialize(item); });
  return json::serialize(items);
}

void add_fields(const json::value& value, const std::string& path,
                std::map<std::string, std::string>& fields) {
  if (!value.is_object()) {
    fields.insert_or_assign(path, leaf(value));
    return;
  }
  for (const auto& [key, member] : value.get_object()) {
    if (key != "Sid") add_fields(member, fmt::format("{}/{}", path, std::string_view(key)), fields);
  }
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

// What `backup --copy-to` and a restore from the copy need; nothing that removes a version.
void add_permissions(const PolicyFacts& facts, const std::string& arn, json::array& statements) {
  if (facts.writers.empty()) return;
  json::array writers;
  for (const std::string& writer : facts.writers) writers.emplace_back(writer);
  const json::object principal{{"AWS", writers}};
  statements.push_back(
      json::object{{"Sid", "AllowCopiesToBeAdded"},
                   {"Effect", "Allow"},
                   {"Principal", principal},
                   {"Action", {"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"}},
                   {"Resource", arn + "/*"}});
  statements.push_back(json::object{{"Sid", "AllowCopiesToBeListed"},
                                    {"Effect", "Allow"},
                                    {"Principal", principal},
                                    {"Action", {"s3:GetEncryptionConfiguration", "s3:ListBucket"}},
                                    {"Resource", arn}});
}

}  // namespace

std::string desired_policy(const PolicyFacts& facts) {
  const std::string arn =
      fmt::format("arn:{}:s3:::{}", partition_of(facts.region).id, facts.bucket);
  json::array statements;
  statements.push_back(json::object{
      {"Sid", "DenyInsecureConnections"},
      {"Effect", "Deny"},
      {"Principal", "*"},
      {"Action", "s3:*"},
      {"Resource", {arn, arn + "/*"}},
      {"Condition", {{"Bool", {{"aws:SecureTransport", "false"}}}}},
  });
  statements.push_back(json::object{
      {"Sid", "DenyUnencryptedObjectUploads"},
      {"Effect", "Deny"},
      {"Principal", "*"},
      {"Action", "s3:PutObject"},
      {"Resource", arn + "/*"},
      {"Condition", {{"StringNotEquals", {{"s3:x-amz-server-side-encryption", facts.algorithm}}}}},
  });
  add_permissions(facts, arn, statements);
  return json::serialize(json::object{{"Version", "2012-10-17"}, {"Statement", statements}});
}

std::map<std::string, std::string> policy_fields(std::string_view text) {
  std::map<std::string, std::string> fields;
  boost::system::error_code bad;
  const json::value policy = json::parse(text, bad);
  if (bad || !policy.is_object()) return fields;
  for (const auto& [key, member] : policy.get_object()) {
    if (key != "Statement") fields.insert_or_assign(key, leaf(member));
  }
  int nameless = 0;
  for (const json::value& statement : statements_of(policy)) {
    std::string sid = sid_of(statement);
    if (sid.empty()) sid = fmt::format("#{}", ++nameless);
    add_fields(statement, fmt::format("Statement[{}]", sid), fields);
  }
  return fields;
}

std::string merged_policy(const std::string& desired, const std::string& observed) {
  boost::system::error_code bad;
  json::value want = json::parse(desired);
  const json::value have = json::parse(observed, bad);
  if (bad) return desired;
  json::array& ours = want.at("Statement").as_array();
  const json::array mine = ours;
  for (const json::value& statement : statements_of(have)) {
    const bool replaced = std::ranges::any_of(mine, [&statement](const json::value& wanted) {
      return sid_of(wanted) == sid_of(statement);
    });
    if (!replaced) ours.push_back(statement);
  }
  return json::serialize(want);
}

}  // namespace ssmb::engine
