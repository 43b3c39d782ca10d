#include "engine/metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "aws/endpoints.h"
#include "aws/s3/client.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine {
namespace {

constexpr const char* kApply =
    "apply the stack (ssm-backup infra apply -f Pulumi.<env>.yaml), or name the Region that holds "
    "its parameters: --home-region";

ParameterName under(const Environment& env, std::string_view rest) {
  return ParameterName(fmt::format("/jenkins/{}/backup/{}", env, rest));
}

std::unexpected<Error> broken(std::string what, std::string next = kApply) {
  return fail(ErrorKind::configuration, std::move(what), std::move(next));
}

std::string text_of(const MetadataValues& values, const ParameterName& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second.text;
}

}  // namespace

ResultTask<MetadataValues> read_metadata(aws::ssm::Client home, std::vector<ParameterName> names,
                                         CallScope scope) {
  constexpr std::size_t kBatch = 10;
  MetadataValues values;
  for (std::size_t first = 0; first < names.size(); first += kBatch) {
    std::vector<std::string> batch;
    for (std::size_t i = first; i < std::min(first + kBatch, names.size()); ++i)
      batch.push_back(names[i].str());
    SSMB_CO_TRY(answer, co_await home.get_parameters(std::move(batch), scope));
    for (const aws::ssm::Value& value : answer.parameters) {
      values.insert_or_assign(
          value.name,
          MetadataValue{.text = std::string(trim(value.value.reveal())), .type = value.type});
    }
  }
  co_return values;
}

Result<std::vector<Region>> region_list_in(const MetadataValues& values, const Environment& env) {
  const ParameterName name = region_list_name(env);
  const std::string text = text_of(values, name);
  if (text.empty())
    return broken(fmt::format("Region list parameter '{}' is missing or empty.", name));
  const auto parsed = parse_string_array(text);
  if (!parsed) {
    return broken(
        fmt::format("Region list parameter '{}' is not a JSON array of Region names.", name));
  }
  if (parsed->empty())
    return broken("Region list is empty. Pulumi config must define at least one region.");
  for (const std::string& region : *parsed) {
    if (!aws::is_region_name(Region(region))) {
      return broken(fmt::format("Region list parameter '{}' holds '{}', which is no Region's name.",
                                name, printable(region, 80)));
    }
  }
  return std::vector<Region>(parsed->begin(), parsed->end());
}

Result<Region> default_region_in(const MetadataValues& values, const Environment& env,
                                 const std::vector<Region>& regions) {
  const ParameterName name = default_region_name(env);
  Region region(text_of(values, name));
  if (region.empty()) return broken(fmt::format("Default region parameter '{}' is missing.", name));
  if (std::ranges::find(regions, region) == regions.end()) {
    return broken(fmt::format("Default region '{}' is not part of configured region list [{}]",
                              region, fmt::join(regions, ", ")));
  }
  return region;
}

Result<std::vector<std::string>> include_in(const MetadataValues& values, const Environment& env) {
  const std::string globs = text_of(values, include_name(env));
  if (globs.empty()) return std::vector<std::string>();
  auto parsed = parse_string_array(globs);
  if (parsed) return parsed;
  return broken(
      fmt::format("Include parameter '{}' is not a JSON array of globs.", include_name(env)),
      "write it as [\"/app/dev/*\"], or delete it");
}

Result<BucketName> bucket_in(const MetadataValues& values, const Environment& env,
                             const Region& region, const std::vector<Region>& listed) {
  const ParameterName name = bucket_parameter_name(env, region);
  const std::string bucket = text_of(values, name);
  if (bucket.empty() && std::ranges::find(listed, region) == listed.end()) {
    return broken(fmt::format("{} is not in the Region list: {}", region, fmt::join(listed, ", ")),
                  "name one of them with --region, or say where its snapshots lie, in a bucket of "
                  "its own or in a copy: --repository s3://BUCKET,region=R");
  }
  if (bucket.empty()) {
    return broken(fmt::format("Bucket definition missing for region {}. Expected SSM parameter {}.",
                              region, name));
  }
  if (!aws::s3::is_bucket_name(bucket)) {
    return broken(fmt::format("Bucket parameter '{}' holds '{}', which cannot name a bucket.", name,
                              printable(bucket, 80)));
  }
  return BucketName(bucket);
}

ParameterName region_list_name(const Environment& env) { return under(env, "region-list"); }
ParameterName default_region_name(const Environment& env) { return under(env, "default-region"); }
ParameterName bucket_parameter_name(const Environment& env, const Region& region) {
  return under(env, region.str() + "/s3-bucket-name");
}
ParameterName legacy_bucket_parameter_name(const Environment& env) {
  return under(env, "s3-bucket-name");
}
ParameterName include_name(const Environment& env) { return under(env, "include"); }

Result<std::vector<std::string>> parse_string_array(std::string_view text) {
  boost::system::error_code bad;
  const auto document = boost::json::parse(text, bad);
  if (bad || !document.is_array()) return fail(ErrorKind::configuration, "not a JSON array");
  std::vector<std::string> out;
  for (const auto& item : document.get_array()) {
    if (!item.is_string() || item.get_string().empty())
      return fail(ErrorKind::configuration, "not an array of texts");
    std::string word(item.get_string());
    if (std::ranges::find(out, word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

namespace {

ResultTask<std::map<Region, BucketName>> read_buckets(aws::ssm::Client home, Environment env,
                                                      std::vector<Region> regions,
                                                      std::vector<Region> listed, CallScope scope) {
  std::vector<ParameterName> names;
  names.reserve(regions.size());
  for (const Region& region : regions) names.push_back(bucket_parameter_name(env, region));
  SSMB_CO_TRY(values, co_await read_metadata(home, std::move(names), scope));
  std::map<Region, BucketName> buckets;
  for (const Region& region : regions) {
    SSMB_CO_TRY(bucket, bucket_in(values, env, region, listed));
    buckets.emplace(region, bucket);
  }
  co_return buckets;
}

ResultTask<Deployment> read_all(aws::ssm::Client home, DeploymentRequest request, CallScope scope) {
  const Environment& env = request.env;
  const std::vector<ParameterName> names{region_list_name(env), default_region_name(env),
                                         include_name(env)};
  SSMB_CO_TRY(values, co_await read_metadata(home, names, scope));
  SSMB_CO_TRY(listed, region_list_in(values, env));
  Deployment deployment;
  SSMB_CO_TRY(chosen, default_region_in(values, env, listed));
  deployment.default_region = chosen;
  deployment.regions = request.regions.empty() ? listed : request.regions;
  SSMB_CO_TRY(globs, include_in(values, env));
  deployment.include = std::move(globs);
  if (request.buckets == DeploymentRequest::Buckets::read) {
    SSMB_CO_TRY(buckets, co_await read_buckets(home, env, deployment.regions, listed, scope));
    deployment.buckets = std::move(buckets);
  }
  co_return deployment;
}

}  // namespace

ResultTask<Deployment> read_deployment(aws::ssm::Client home, DeploymentRequest request,
                                       CallScope scope) {
  auto deployment = co_await read_all(home, std::move(request), std::move(scope));
  if (deployment || deployment.error().kind != ErrorKind::configuration) co_return deployment;
  Error error = std::move(deployment).error();
  error.what += fmt::format(" (asked in {})", home.region());
  co_return fail(std::move(error));
}

}  // namespace ssmb::engine
