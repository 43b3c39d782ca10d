// Parameter Store of one account in one Region: what is kept, not what may be asked.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/ssm/types.h"
#include "base/secret.h"
#include "base/time.h"
#include "parameter/rules.h"
#include "sandbox/tagging/index.h"

namespace ssmb::sandbox::ssm {

using aws::ssm::ParameterVersion;
using aws::ssm::Policy;
using aws::ssm::ResourcePolicy;

// One version with the metadata that was true for it.
struct Version {
  ParameterVersion number = 1;
  SecretText value;
  std::string description;
  std::string key_id;  // only of a SecureString
  std::string allowed_pattern;
  rules::Tier tier = rules::Tier::standard;
  std::vector<Policy> policies;
  std::string data_type = "text";
  Time modified;  // whole milliseconds, as SSM keeps them
  std::string modified_by;
  std::vector<std::string> labels;
};

struct Record {
  std::string name;  // as it was created: with or without a slash in front
  std::string type;
  std::deque<Version> versions;  // oldest first, never empty, at most 100
  tagging::Tags tags;
  std::vector<ResourcePolicy> shares;

  const Version& current() const { return versions.back(); }
  Version& current() { return versions.back(); }
  const Version* find_version(ParameterVersion number) const;
  const Version* find_label(std::string_view label) const;
};

struct Setting {
  std::string value;
  Time modified;
  std::string modified_by;
};

class Store {
 public:
  Store(rules::Place place, std::uint64_t order_seed);

  const rules::Place& place() const { return place_; }
  // "arn:aws:ssm:<region>:<account>:parameter/": a unique name behind it makes an ARN.
  const std::string& arn_prefix() const { return arn_prefix_; }

  // By the exact name; nullptr if there is none.
  Record* find(std::string_view name);
  // By what makes a name unique: finds "/X" for "X".
  Record* find_unique(std::string_view name);
  // Replaces what has the same unique name.
  Record& put(Record record);
  bool erase(std::string_view name);
  std::size_t size() const { return records_.size(); }
  std::size_t count(rules::Tier tier) const {
    return tier == rules::Tier::advanced ? advanced_ : records_.size() - advanced_;
  }
  // A new current version; the oldest goes when there are more than 100.
  void append(Record& record, Version version);

  // All names in the order of this seed's listings: by a keyed hash, so that a listing keeps its
  // place whatever is written meanwhile.
  using Position = std::pair<std::uint64_t, std::string>;
  std::optional<Position> next(const std::optional<Position>& after) const;
  Record& at(const Position& position) { return records_.at(position.second); }
  void set_order_seed(std::uint64_t seed);

  // By unique name.
  const std::map<std::string, Record, std::less<>>& records() const { return records_; }

  std::map<std::string, Setting> settings;  // changed ones only, by setting id
  tagging::Index tag_index;

 private:
  std::uint64_t hash(std::string_view name) const;

  rules::Place place_;
  std::string arn_prefix_;
  std::uint64_t order_seed_;
  std::map<std::string, Record, std::less<>> records_;
  std::set<Position> order_;
  std::size_t advanced_ = 0;
};

}  // namespace ssmb::sandbox::ssm
