#include "engine/infra/stack.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "aws/endpoints.h"
#include "aws/s3/client.h"
#include "base/text.h"
#include "base/try.h"
#include "snapshot/layout.h"

namespace ssmb::engine {
namespace {

constexpr std::string_view kPrefix = "jenkins-ssm-backup-s3:";

std::unexpected<Error> bad(std::string_view key, std::string_view why) {
  return fail(ErrorKind::configuration,
              fmt::format("the stack file's key {}{} {}", kPrefix, key, why),
              "correct the key in the stack file");
}

Result<std::string> text_of(const YAML::Node& node, std::string_view key) {
  if (!node || node.IsNull()) return bad(key, "is missing");
  if (!node.IsScalar()) return bad(key, "must be a text");
  const std::string_view text = trim(node.Scalar());
  if (text.empty()) return bad(key, "is empty");
  return std::string(text);
}

Result<std::string> text_at(const YAML::Node& config, const std::string& key) {
  return text_of(config[std::string(kPrefix) + key], key);
}

// As AWS's are all called: us-gov-west-1. A stricter look than at a flag, which may name a
// stand-in.
bool is_aws_region(const Region& region) {
  const auto parts = split(region.view(), '-');
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return aws::is_region_name(region) && parts.size() >= 3 && is_number(parts.back()) &&
         std::ranges::none_of(parts.begin(), parts.end() - 1, is_number) &&
         std::ranges::none_of(parts, &std::string_view::empty);
}

Result<Region> region_of(const YAML::Node& node, std::string_view key) {
  SSMB_TRY(text, text_of(node, key));
  Region region(text);
  if (is_aws_region(region)) return region;
  return bad(key,
             fmt::format("holds '{}', which is not the name of a Region", printable(text, 80)));
}

Result<Environment> environment_at(const YAML::Node& config) {
  SSMB_TRY(text, text_at(config, "environment"));
  Environment env(text);
  if (auto fits = snapshot::check_environment(env); fits) return env;
  return bad("environment", fmt::format("is '{}', which cannot name an environment (letters, "
                                        "digits, '.', '_' and '-')",
                                        printable(text, 80)));
}

Result<std::vector<Region>> regions_at(const YAML::Node& config) {
  const YAML::Node node = config[std::string(kPrefix) + "regions"];
  if (!node || !node.IsSequence() || node.size() == 0)
    return bad("regions", "must be a list with at least one Region");
  std::vector<Region> regions;
  for (const YAML::Node& item : node) {
    SSMB_TRY(region, region_of(item, "regions"));
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  return regions;
}

// Before anything is asked: S3 would refuse it in the middle of the work.
Result<void> check_buckets(const Stack& stack) {
  for (const Region& region : stack.regions) {
    const BucketName bucket = bucket_name(stack, AccountId("123456789012"), region);
    if (aws::s3::is_bucket_name(bucket.view())) continue;
    return bad("projectName",
               fmt::format("is '{}': no bucket can be called {} (lower-case letters, digits, '-' "
                           "and '.', 63 characters at most)",
                           printable(stack.project, 80),
                           printable(bucket_name(stack, AccountId("<account>"), region).view())));
  }
  return {};
}

Result<Stack> read(const YAML::Node& config) {
  Stack stack;
  SSMB_TRY(project, text_at(config, "projectName"));
  SSMB_TRY(env, environment_at(config));
  SSMB_TRY(regions, regions_at(config));
  const auto at = [&config](const char* key) { return config[std::string(kPrefix) + key]; };
  SSMB_TRY(chosen, region_of(at("defaultRegion"), "defaultRegion"));
  stack.project = project;
  stack.env = env;
  stack.regions = regions;
  stack.default_region = chosen;
  if (std::ranges::find(regions, chosen) == regions.end())
    return bad("defaultRegion", fmt::format("is '{}', which regions does not hold", chosen));
  stack.home_region = chosen;
  if (const YAML::Node home = at("ssmHomeRegion"); home && !home.IsNull()) {
    SSMB_TRY(named, region_of(home, "ssmHomeRegion"));
    stack.home_region = named;
  }
  SSMB_TRY_VOID(check_buckets(stack));
  return stack;
}

}  // namespace

Result<Stack> parse_stack(std::string_view yaml) {
  try {
    const YAML::Node document = YAML::Load(std::string(yaml));
    if (!document.IsMap() || !document["config"] || !document["config"].IsMap())
      return fail(ErrorKind::configuration, "the stack file has no map 'config'",
                  "name a Pulumi.<env>.yaml with -f");
    return read(document["config"]);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::configuration,
                fmt::format("the stack file is not YAML: {}", printable(error.what())),
                "correct the stack file");
  }
}

BucketName bucket_name(const Stack& stack, const AccountId& account, const Region& region) {
  return BucketName(
      fmt::format("{}-ssm-backup-{}-{}-{}", stack.project, stack.env, account, region));
}

}  // namespace ssmb::engine
