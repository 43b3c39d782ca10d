#include "engine/infra/stack.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/s3/client.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/infra/stack_options.h"
#include "snapshot/layout.h"

namespace ssmb::engine {
namespace {

constexpr std::string_view kPrefix = "jenkins-ssm-backup-s3:";
constexpr std::string_view kProviderRegion = "aws:region";

struct Config {
  ConfigFields fields{std::string(kPrefix)};
  ConfigFields others{""};  // aws:region
};

// A project's own configuration may say {value: v} or {default: v} for v.
YAML::Node project_value(const YAML::Node& value) {
  if (!value.IsMap()) return value;
  for (const char* member : {"value", "default"}) {
    if (value[member]) return value[member];
  }
  return value;
}

enum class Source { project, stack };

void add_all(const YAML::Node& config, Source source, Config& into) {
  for (const auto& entry : config) {
    const std::string name = entry.first.Scalar();
    const YAML::Node value = source == Source::project ? project_value(entry.second) : entry.second;
    if (name.starts_with(kPrefix)) into.fields.add(name.substr(kPrefix.size()), value);
    if (name == kProviderRegion) into.others.add(name, value);
    // In Pulumi.yaml a key without a prefix is the project's.
    if (source == Source::project && !name.contains(':')) into.fields.add(name, value);
  }
}

Result<Environment> read_environment(const ConfigFields& fields) {
  SSMB_TRY(field, fields.required("environment"));
  const auto fits = [](std::string_view text) {
    return snapshot::check_environment(Environment(text)).has_value();
  };
  SSMB_TRY(text, field.text_that(fits,
                                 "which cannot name an environment (letters, digits, '.', '_' and "
                                 "'-', 64 at most)"));
  return Environment(text);
}

// Without a list it is the stack of one Region, as it was before there were several.
Result<std::vector<Region>> read_regions(const Config& config) {
  std::vector<Region> regions;
  if (const auto list = config.fields.get("regions")) {
    SSMB_TRY(items, list->list());
    for (const ConfigField& item : items) {
      SSMB_TRY(region, item.region());
      if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
    }
    return regions;
  }
  const auto only = config.others.get(kProviderRegion);
  if (!only)
    return config.fields.error(
        "regions", "is missing, and so is aws:region, which a stack of one Region lies in");
  SSMB_TRY(region, only->region());
  return std::vector{region};
}

std::string joined(const std::vector<Region>& regions) {
  std::vector<std::string> names;
  for (const Region& region : regions) names.push_back(region.str());
  return join(names, ", ");
}

Result<Region> read_default_region(const ConfigFields& fields, const std::vector<Region>& regions) {
  if (!fields.get("regions") && !fields.get("defaultRegion")) return regions.front();
  SSMB_TRY(field, fields.required("defaultRegion"));
  SSMB_TRY(region, field.region());
  if (std::ranges::find(regions, region) != regions.end()) return region;
  return fields.error("defaultRegion", fmt::format("is '{}', which regions does not hold ({})",
                                                   region, joined(regions)));
}

// Before anything is asked: S3 would refuse it in the middle of the work. Every account's id has
// twelve digits.
Result<void> check_buckets(const Stack& stack) {
  const AccountId any("123456789012");
  std::vector<BucketName> names;
  for (const Region& region : stack.regions) names.push_back(bucket_name(stack, any, region));
  if (stack.copy) names.push_back(copy_bucket_name(stack, any));
  const auto wrong = std::ranges::find_if(
      names, [](const BucketName& name) { return !aws::s3::is_bucket_name(name.view()); });
  if (wrong == names.end()) return {};
  return config_error(
      fmt::format("{}projectName", kPrefix),
      fmt::format("is '{}': no bucket can be called {} (it has {} characters; 63 are the most, of "
                  "lower-case letters, digits, '-' and '.')",
                  printable(stack.project, 80),
                  printable(replaced(wrong->str(), any.view(), "<account>"), 160),
                  wrong->str().size()));
}

Result<Stack> read(const Config& config) {
  const ConfigFields& fields = config.fields;
  SSMB_TRY_VOID(
      fields.allow_only({"projectName", "environment", "regions", "defaultRegion", "ssmHomeRegion",
                         "retentionDays", "kmsKey", "objectLock", "accessLogBuckets", "copy"}));
  Stack stack;
  SSMB_TRY(env, read_environment(fields));
  SSMB_TRY(regions, read_regions(config));
  SSMB_TRY(chosen, read_default_region(fields, regions));
  SSMB_TRY(project, fields.required("projectName"));
  SSMB_TRY(project_name, project.text());
  stack.project = project_name;
  stack.env = env;
  stack.regions = regions;
  stack.default_region = chosen;
  stack.home_region = chosen;
  if (const auto home = fields.get("ssmHomeRegion")) {
    SSMB_TRY(named, home->region());
    stack.home_region = named;
  }
  if (const auto retention = fields.get("retentionDays")) {
    SSMB_TRY(days, retention->days());
    stack.retention_days = days;
  }
  SSMB_TRY(lock, read_object_lock(fields.get("objectLock")));
  SSMB_TRY(keys, read_kms_keys(fields.get("kmsKey"), regions));
  SSMB_TRY(logs, read_log_buckets(fields.get("accessLogBuckets"), regions));
  SSMB_TRY(copy, read_copy(fields.get("copy"), regions));
  stack.object_lock = lock;
  stack.kms_keys = keys;
  stack.access_log_buckets = logs;
  stack.copy = copy;
  SSMB_TRY_VOID(check_buckets(stack));
  return stack;
}

}  // namespace

Result<Stack> parse_stack(std::string_view yaml, std::string_view project_yaml) {
  try {
    Config config;
    const YAML::Node project = YAML::Load(std::string(project_yaml));
    if (project.IsMap() && project["config"] && project["config"].IsMap())
      add_all(project["config"], Source::project, config);
    const YAML::Node document = YAML::Load(std::string(yaml));
    if (!document.IsMap() || !document["config"] || !document["config"].IsMap())
      return fail(ErrorKind::configuration, "the stack file has no map 'config'",
                  "name a Pulumi.<env>.yaml with -f");
    add_all(document["config"], Source::stack, config);
    return read(config);
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

BucketName copy_bucket_name(const Stack& stack, const AccountId& account) {
  return BucketName(bucket_name(stack, account, stack.copy->region).str() + "-copy");
}

}  // namespace ssmb::engine
