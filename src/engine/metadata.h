// The metadata parameters: which Regions there are, which is the default one, and their buckets.
// Names and messages are those of the pipeline that this tool replaces: a runbook quotes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/ssm/client.h"
#include "base/ids.h"

namespace ssmb::engine {

ParameterName region_list_name(const Environment& env);     // /jenkins/<env>/backup/region-list
ParameterName default_region_name(const Environment& env);  // .../default-region
ParameterName bucket_parameter_name(const Environment& env, const Region& region);
ParameterName legacy_bucket_parameter_name(const Environment& env);  // the default Region's bucket
ParameterName include_name(const Environment& env);  // .../include: JSON array of globs, optional

struct Deployment {
  std::vector<Region> regions;  // in backup order, without repeats
  std::optional<Region> default_region;
  std::map<Region, BucketName> buckets;
  std::vector<std::string> include;  // the default scope's globs; empty: names that hold /<env>/
};

struct DeploymentRequest {
  Environment env;
  std::vector<Region> regions;  // only these; empty: all of the list
  enum class Buckets { read, ignore } buckets = Buckets::read;
};

// Reads them from the home Region that `home` speaks to. Errors of kind configuration carry the
// messages word for word and say what to do.
ResultTask<Deployment> read_deployment(aws::ssm::Client home, DeploymentRequest request,
                                       CallScope scope);

// What such parameters hold, trimmed; those that are not there are absent.
struct MetadataValue {
  std::string text;
  std::string type;  // "String"
};
using MetadataValues = std::map<ParameterName, MetadataValue>;
ResultTask<MetadataValues> read_metadata(aws::ssm::Client home, std::vector<ParameterName> names,
                                         CallScope scope);

// What read_deployment() makes of each of them. Errors as there, without where it was asked.
Result<std::vector<Region>> region_list_in(const MetadataValues& values, const Environment& env);
Result<Region> default_region_in(const MetadataValues& values, const Environment& env,
                                 const std::vector<Region>& regions);
Result<std::vector<std::string>> include_in(const MetadataValues& values, const Environment& env);
// `listed`: the Region list; a Region that has left it may still have its bucket.
Result<BucketName> bucket_in(const MetadataValues& values, const Environment& env,
                             const Region& region, const std::vector<Region>& listed);

// A JSON array of strings, as region-list and include hold it; duplicates are folded.
Result<std::vector<std::string>> parse_string_array(std::string_view text);

}  // namespace ssmb::engine
