#include "engine/infra/stack.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine {
namespace {

constexpr std::string_view kPrefix = "jenkins-ssm-backup-s3:";

std::unexpected<Error> bad(std::string_view key, std::string_view why) {
  return fail(ErrorKind::configuration,
              fmt::format("the stack file's key {}{} {}", kPrefix, key, why),
              "correct the key in the stack file");
}

Result<std::string> text_at(const YAML::Node& config, const std::string& key) {
  const YAML::Node node = config[std::string(kPrefix) + key];
  if (!node || !node.IsScalar() || node.Scalar().empty()) return bad(key, "is missing");
  return node.Scalar();
}

Result<std::vector<Region>> regions_at(const YAML::Node& config) {
  const YAML::Node node = config[std::string(kPrefix) + "regions"];
  if (!node || !node.IsSequence() || node.size() == 0)
    return bad("regions", "must be a list with at least one Region");
  std::vector<Region> regions;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar() || item.Scalar().empty()) return bad("regions", "must hold Region names");
    const Region region(std::string(trim(item.Scalar())));
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  return regions;
}

Result<Stack> read(const YAML::Node& config) {
  Stack stack;
  SSMB_TRY(project, text_at(config, "projectName"));
  SSMB_TRY(env, text_at(config, "environment"));
  SSMB_TRY(regions, regions_at(config));
  SSMB_TRY(chosen, text_at(config, "defaultRegion"));
  stack.project = project;
  stack.env = Environment(env);
  stack.regions = regions;
  stack.default_region = Region(chosen);
  if (std::ranges::find(regions, stack.default_region) == regions.end())
    return bad("defaultRegion", fmt::format("is '{}', which regions does not hold", chosen));
  stack.home_region = Region(text_at(config, "ssmHomeRegion").value_or(chosen));
  return stack;
}

}  // namespace

Result<Stack> parse_stack(std::string_view yaml) {
  try {
    const YAML::Node document = YAML::Load(std::string(yaml));
    if (!document.IsMap() || !document["config"] || !document["config"].IsMap())
      return fail(ErrorKind::configuration, "the stack file has no map 'config'");
    return read(document["config"]);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::configuration,
                fmt::format("the stack file is not YAML: {}", printable(error.what())));
  }
}

BucketName bucket_name(const Stack& stack, const AccountId& account, const Region& region) {
  return BucketName(
      fmt::format("{}-ssm-backup-{}-{}-{}", stack.project, stack.env, account, region));
}

}  // namespace ssmb::engine
