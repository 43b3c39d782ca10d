// A parameter: a name and all that SSM tells of it.
//
// Each captured field is described once, in fields.h; codecs, comparison, display and restore
// follow from that table. Adding a member here without a row there does not compile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/ssm/types.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"

namespace ssmb {

using aws::ssm::HistoryEntry;
using aws::ssm::ParameterVersion;
using aws::ssm::Policy;
using aws::ssm::ResourcePolicy;
using aws::ssm::Tag;

// The labels of one version.
struct VersionLabels {
  ParameterVersion version = 0;
  std::vector<std::string> labels;

  bool operator==(const VersionLabels&) const = default;
};

// Texts as SSM sends them are kept as texts, so that a type or tier that AWS adds tomorrow is not
// lost; the ones known today are named in rules.h.
struct Parameter {
  ParameterName name;
  std::string type;  // "String", "StringList", "SecureString"
  SecretText value;
  ParameterVersion version = 0;
  std::optional<Time> last_modified_date;
  Arn arn;
  std::string data_type;  // "text", "aws:ec2:image", "aws:ssm:integration"
  KmsKeyId key_id;        // only of a SecureString
  std::string description;
  std::string allowed_pattern;
  std::string tier;  // "Standard", "Advanced", "Intelligent-Tiering"
  std::vector<Policy> policies;
  std::string last_modified_user;
  std::vector<Tag> tags;                           // sorted by key
  std::optional<std::vector<std::string>> labels;  // of this version; nullopt: not captured
  // The versions before this one, oldest first: those that carry labels, and (with more) all.
  std::optional<std::vector<VersionLabels>> labelled_versions;   // nullopt: not captured
  std::optional<std::vector<HistoryEntry>> history;              // nullopt: not captured
  std::optional<std::vector<ResourcePolicy>> resource_policies;  // shares; nullopt: not captured
};

}  // namespace ssmb
