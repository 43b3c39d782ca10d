// Parameter Store as a map, for the planner's property test: the least that a restore touches, by
// the rules of src/parameter.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/restore/plan.h"

namespace ssmb::engine::restore::testing {

struct Stored {
  ParameterName name;
  std::vector<Parameter> versions;  // oldest first; each with its labels, without tags
  std::vector<Tag> tags;

  bool operator==(const Stored& other) const;
};

class StoreModel {
 public:
  explicit StoreModel(rules::Store facts) : facts_(std::move(facts)) {}

  // As GetParameterHistory and ListTagsForResource tell it; with the older versions.
  std::optional<Parameter> read(const ParameterName& name) const;
  std::vector<ParameterName> names() const;
  // Counts of the whole Region: those of `facts`, and what is here.
  std::size_t count(rules::Tier tier) const;

  // The version that was made, or the first certain violation.
  std::expected<ParameterVersion, rules::Violation> put(const aws::ssm::PutRequest& request);
  void set_tags(const ParameterName& name, const std::vector<Tag>& tags);
  void remove_tag(const ParameterName& name, const std::string& key);
  // Takes it from whatever version has it.
  void label(const ParameterName& name, ParameterVersion version, const std::string& label);
  void unlabel(const ParameterName& name, ParameterVersion version, const std::string& label);
  void erase(const ParameterName& name);

  void insert(Stored stored);
  const std::map<std::string, Stored>& all() const { return stored_; }

 private:
  Stored& at(const ParameterName& name);
  const Stored* find(const ParameterName& name) const;

  rules::Store facts_;
  std::map<std::string, Stored> stored_;  // by what makes a name unique
};

}  // namespace ssmb::engine::restore::testing
