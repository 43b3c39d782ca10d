// Parameter Store's shapes, as the service model (botocore 1.43, ssm 2014-11-06) names them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"

namespace ssmb::aws::ssm {

using ParameterVersion = std::int64_t;

struct Tag {
  std::string key;
  std::string value;
  auto operator<=>(const Tag&) const = default;
};

struct Policy {
  std::string text;    // PolicyText: the JSON document, as a string
  std::string type;    // "Expiration", "ExpirationNotification", "NoChangeNotification"
  std::string status;  // "Pending", "Finished", "Failed", "InProgress"
  bool operator==(const Policy&) const = default;
};

// DescribeParameters' ParameterMetadata. Absent members are empty.
struct Metadata {
  ParameterName name;
  Arn arn;
  std::string type;
  KmsKeyId key_id;
  std::optional<Time> last_modified_date;
  std::string last_modified_user;
  std::string description;
  std::string allowed_pattern;
  ParameterVersion version = 0;
  std::string tier;
  std::vector<Policy> policies;
  std::string data_type;

  bool operator==(const Metadata&) const = default;
};

// GetParameter's Parameter.
struct Value {
  ParameterName name;
  std::string type;
  SecretText value;
  ParameterVersion version = 0;
  std::string selector;
  std::string source_result;
  std::optional<Time> last_modified_date;
  Arn arn;
  std::string data_type;
};

// GetParameterHistory's ParameterHistory: one version with its metadata and labels.
struct HistoryEntry {
  Metadata metadata;  // without arn
  SecretText value;
  std::vector<std::string> labels;

  bool operator==(const HistoryEntry&) const = default;
};

struct MetadataPage {
  std::vector<Metadata> parameters;
  std::string next_token;  // empty: the last page. A page may be empty and yet have a successor.
};

struct ValueBatch {
  std::vector<Value> parameters;           // in the service's order: map by name
  std::vector<std::string> invalid_names;  // missing, or no access (the service does not say which)
};

struct ValuePage {
  std::vector<Value> parameters;
  std::string next_token;
};

struct HistoryPage {
  std::vector<HistoryEntry> entries;  // oldest first
  std::string next_token;
};

// Of a SecureString: its value, or the ciphertext in its place (which costs no right to a key).
enum class Decryption { no, yes };

struct Filter {
  std::string key;     // "Name", "Type", "KeyId", "Path", "Tier", "DataType", "tag:X"
  std::string option;  // "Equals", "BeginsWith", "Contains", "Recursive", "OneLevel"; may be empty
  std::vector<std::string> values;
};

struct PutRequest {
  ParameterName name;
  SecretText value;
  std::string type;  // empty: unchanged (only with overwrite)
  std::optional<std::string> description;
  std::optional<std::string> key_id;  // only for SecureString
  std::optional<std::string> allowed_pattern;
  std::vector<Tag> tags;  // never together with overwrite
  std::string tier;
  std::optional<std::string> policies;  // a JSON array as text; "[{}]" clears
  std::string data_type;
  enum class Mode { create, overwrite } mode = Mode::create;
  // Met by another update (TooManyUpdates): wait and send it again, or tell the caller (transient),
  // who may not want to write over what that one wrote?
  enum class Contended { wait, tell } contended = Contended::wait;
};

struct PutResult {
  ParameterVersion version = 0;
  std::string tier;
};

struct DeleteResult {
  std::vector<std::string> deleted;
  std::vector<std::string> invalid;  // there was none of that name
  bool tells_of(const ParameterName& name) const {
    const auto is_it = [&name](const std::string& told) { return told == name.view(); };
    return std::ranges::any_of(deleted, is_it) || std::ranges::any_of(invalid, is_it);
  }
};

struct LabelResult {
  std::vector<std::string> invalid_labels;
  ParameterVersion version = 0;
};

struct ServiceSetting {
  std::string id;
  std::string value;
  std::string status;  // "Default", "Customized", "PendingUpdate"

  bool operator==(const ServiceSetting&) const = default;
};

struct ResourcePolicy {
  std::string id;
  std::string hash;
  std::string text;

  bool operator==(const ResourcePolicy&) const = default;
};

}  // namespace ssmb::aws::ssm
