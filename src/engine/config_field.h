// One value of a YAML file that a person writes, and how it is read; errors are of kind
// configuration and name its key. yaml-cpp's exceptions stay with the caller.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::engine {

std::unexpected<Error> config_error(std::string_view key, std::string_view why);

// As AWS's Regions are all called: us-gov-west-1. A stricter look than at a flag, which may name a
// stand-in.
bool is_aws_region(std::string_view text);

class ConfigFields;

class ConfigField {
 public:
  // `key` as a person finds it: "jenkins-ssm-backup-s3:copy.region".
  ConfigField(std::string key, YAML::Node value) : key_(std::move(key)), value_(value) {}

  std::unexpected<Error> error(std::string_view why) const { return config_error(key_, why); }
  Result<std::string> text() const;  // trimmed, not empty
  // `otherwise` ends the line "is '<text>', ...".
  template <class Fits>
  Result<std::string> text_that(Fits fits, std::string_view otherwise) const {
    auto text = this->text();
    if (text && !fits(std::string_view(*text))) return error(quoted(*text, otherwise));
    return text;
  }
  Result<Region> region() const;
  Result<int> days() const;                       // 1 to 36500
  Result<std::vector<ConfigField>> list() const;  // at least one
  bool is_map() const { return value_.IsMap(); }
  Result<ConfigFields> map() const;

 private:
  static std::string quoted(std::string_view text, std::string_view otherwise);

  std::string key_;
  YAML::Node value_;
};

// The keys of a map. One without a value counts as absent.
class ConfigFields {
 public:
  explicit ConfigFields(std::string prefix) : prefix_(std::move(prefix)) {}
  // A later one of the same name counts.
  void add(const std::string& name, const YAML::Node& value);

  const std::vector<std::string>& names() const { return names_; }
  // A key that is misspelt would leave what it asks for undone, and say nothing.
  Result<void> allow_only(const std::vector<std::string>& known) const;
  std::optional<ConfigField> get(std::string_view name) const;
  Result<ConfigField> required(std::string_view name) const;
  std::unexpected<Error> error(std::string_view name, std::string_view why) const {
    return config_error(prefix_ + std::string(name), why);
  }

 private:
  std::string prefix_;
  std::vector<std::string> names_;  // in the file's order
  std::map<std::string, ConfigField, std::less<>> fields_;
};

}  // namespace ssmb::engine
