// Where each service of each Region answers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/http/message.h"
#include "base/error.h"
#include "base/ids.h"

namespace ssmb::aws {

// "http[s]://host[:port]"; a path other than "/", a user, a query and a fragment are refused.
// Errors: configuration.
Result<Endpoint> parse_endpoint(std::string_view url);

// The last three hand out credentials and are asked without a signature: IAM Identity Center's
// portal and its OIDC service, and AWS Sign-In.
enum class Service { ssm, s3, sts, tagging, sso, sso_oidc, signin };
std::string_view signing_name(Service service);

// Resolution, in this order: --endpoint-url; AWS_ENDPOINT_URL_<SERVICE>; AWS_ENDPOINT_URL (both
// unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true); the Regional endpoint in the domain of the
// Region's partition (base/partition.h).
class Endpoints {
 public:
  // `environment` maps variable names to values; only those named above are read. The tagging
  // service's variable is AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API. An empty variable counts as
  // unset. Errors: usage for the flag, configuration for a variable, each named.
  static Result<Endpoints> from(const std::optional<std::string>& flag,
                                const std::map<std::string, std::string>& environment);

  Endpoint regional(Service service, const Region& region) const;
  // True when the endpoint was given by the user: S3 then uses path style.
  bool custom(Service service) const;

 private:
  std::map<Service, Endpoint> custom_;
};

// May this text stand in a host name and in a signature: lower case letters, digits and hyphens?
// Region lists are read from parameters, so call() asks before it connects anywhere.
bool is_region_name(const Region& region);
// Is the Region off in a new account until someone enables it? Every Region that AWS has opened
// since March 2019 is, so those before it are listed, and only in the partition "aws".
bool is_opt_in(const Region& region);

}  // namespace ssmb::aws
