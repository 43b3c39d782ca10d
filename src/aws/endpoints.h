// Where each service of each Region answers.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.h"
#include "base/error.h"
#include "base/ids.h"

namespace ssmb::aws {

// "http[s]://host[:port]"; a path other than "/", a user, a query and a fragment are refused.
// Errors: configuration.
Result<Endpoint> parse_endpoint(std::string_view url);

// The last three hand out credentials and are asked without a signature: IAM Identity Center's
// portal and its OIDC service, and AWS Sign-In.
enum class Service { ssm, s3, sts, tagging, sns, sso, sso_oidc, signin };
std::string_view signing_name(Service service);
// All services, as configuration files spell them: "s3", "resource_groups_tagging_api".
std::vector<std::string> service_ids();

// What a profile says of endpoints: find_endpoints() in aws/auth/profile.h.
struct ProfileEndpoints {
  std::string profile;                          // its name
  std::string url;                              // endpoint_url
  std::string section;                          // of its services: [services <section>]
  std::map<std::string, std::string> services;  // endpoint_url by service id: "s3", "sso_oidc"
  std::string ignore;                           // ignore_configured_endpoint_urls
};

// Resolution, as in botocore, in this order: --endpoint-url; AWS_ENDPOINT_URL_<SERVICE>;
// AWS_ENDPOINT_URL; the service's endpoint_url in the section that the profile's `services` names;
// the profile's endpoint_url; the Regional endpoint in the domain of the Region's partition
// (base/partition.h). AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, else the profile's
// ignore_configured_endpoint_urls: true leaves out all but the first and the last.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
class Endpoints {
 public:
  // `environment` maps variable names to values; only those named above are read. The tagging
  // service's variable is AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API, its id in a services
  // section that in lower case. What is empty counts as unset. Errors: usage for the flag,
  // configuration for the others, each named.
  static Result<Endpoints> from(const std::optional<std::string>& flag,
                                const std::map<std::string, std::string>& environment,
                                const ProfileEndpoints& profile = {});

  Endpoint regional(Service service, const Region& region) const;
  // True when the endpoint was given by the user: S3 then uses path style.
  bool custom(Service service) const;
  // Who has given it: "AWS_ENDPOINT_URL", "endpoint_url of profile dev"; empty: nobody.
  std::string_view said_by(Service service) const;

 private:
  struct Given {
    Endpoint endpoint;
    std::string said_by;
  };
  std::map<Service, Given> custom_;
};

// May this text stand in a host name and in a signature: lower case letters, digits and hyphens?
// Region lists are read from parameters, so call() asks before it connects anywhere.
bool is_region_name(const Region& region);
// Is the Region off in a new account until someone enables it? Every Region that AWS has opened
// since March 2019 is, so those before it are listed, and only in the partition "aws".
bool is_opt_in(const Region& region);
// Those that are on in every account of the partition "aws", in the order of their names.
std::span<const std::string_view> always_on_regions();

}  // namespace ssmb::aws
