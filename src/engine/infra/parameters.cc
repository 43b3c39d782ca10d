#include "engine/infra/parameters.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "aws/endpoints.h"
#include "engine/infra/documents.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

std::vector<Tag> parameter_tags(const Stack& stack, std::string_view region) {
  return {{"Environment", stack.env.str()},
          {std::string(kManagedBy), std::string(kUs)},
          {"Region", std::string(region)}};
}

std::string region_list(const Stack& stack) {
  boost::json::array regions;
  for (const Region& region : stack.regions) regions.emplace_back(region.str());
  return boost::json::serialize(regions);
}

void add_tags(const std::vector<Tag>& tags, Fields& fields) {
  for (const Tag& tag : tags) fields.insert_or_assign(tag_field(tag.key), tag.value);
}

}  // namespace

std::vector<MetadataParameter> desired_parameters(const Stack& stack, const AccountId& account) {
  const auto bucket = [&](const Region& region) {
    return bucket_name(stack, account, region).str();
  };
  const std::string home = stack.home_region.str();
  std::vector<MetadataParameter> out;
  for (const Region& region : stack.regions) {
    out.push_back({.name = bucket_parameter_name(stack.env, region),
                   .value = bucket(region),
                   .description = "",
                   .tags = parameter_tags(stack, region.view())});
  }
  out.push_back({.name = region_list_name(stack.env),
                 .value = region_list(stack),
                 .description = "",
                 .tags = parameter_tags(stack, home)});
  out.push_back({.name = default_region_name(stack.env),
                 .value = stack.default_region.str(),
                 .description = "",
                 .tags = parameter_tags(stack, home)});
  out.push_back({.name = legacy_bucket_parameter_name(stack.env),
                 .value = bucket(stack.default_region),
                 .description = "SSM Parameter Store backup S3 bucket name",
                 .tags = parameter_tags(stack, "legacy")});
  return out;
}

Fields fields_of(const MetadataParameter& parameter) {
  Fields fields{{"Type", "String"}, {"Value", parameter.value}};
  if (!parameter.description.empty()) fields.emplace("Description", parameter.description);
  add_tags(parameter.tags, fields);
  return fields;
}

Fields fields_of(const ObservedParameter& parameter) {
  Fields fields{{"Type", parameter.type}, {"Value", parameter.value}};
  if (!parameter.description.empty()) fields.emplace("Description", parameter.description);
  add_tags(parameter.tags, fields);
  return fields;
}

std::string metadata_prefix(const Environment& env) {
  return fmt::format("/jenkins/{}/backup/", env);
}

std::optional<Region> region_told_by(const Environment& env, const ParameterName& name) {
  constexpr std::string_view kEnd = "/s3-bucket-name";
  const std::string prefix = metadata_prefix(env);
  std::string_view rest = name.view();
  if (!rest.starts_with(prefix) || !rest.ends_with(kEnd)) return std::nullopt;
  rest.remove_prefix(prefix.size());
  if (rest.size() < kEnd.size()) return std::nullopt;  // the legacy one
  rest.remove_suffix(kEnd.size());
  const Region region(rest);
  return aws::is_region_name(region) ? std::optional(region) : std::nullopt;
}

}  // namespace ssmb::engine
