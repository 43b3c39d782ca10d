// Credentials from the machine we run on: the container service's and the instance's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "aws/auth/provider.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

// Where a container asks: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (at 169.254.170.2), else
// AWS_CONTAINER_CREDENTIALS_FULL_URI. The token comes from AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
// read at each fetch, else from AWS_CONTAINER_AUTHORIZATION_TOKEN.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct ContainerAddress {
  Endpoint endpoint;
  std::string path;
  std::string query;
  std::string token;
  std::string token_file;
};
// nullopt: neither variable is set. Errors: credentials, for an address that is not to be asked:
// over plain HTTP only this machine, 169.254.170.2, 169.254.170.23 and fd00:ec2::23.
Result<std::optional<ContainerAddress>> container_address(
    const std::map<std::string, std::string>& environment);
std::unique_ptr<Provider> container_provider(Runtime& runtime, Transport& transport,
                                             ContainerAddress address);

// Where an instance asks: AWS_EC2_METADATA_SERVICE_ENDPOINT, else by
// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE (IPv4, IPv6). nullopt: AWS_EC2_METADATA_DISABLED is
// true. Errors: configuration.
Result<std::optional<Endpoint>> instance_address(
    const std::map<std::string, std::string>& environment);
// What to do when every source, this last one included, has none.
inline constexpr std::string_view kNoCredentialsNext =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with --profile, or run "
    "where a role is attached";
// IMDSv2: a session token first. Version 1 is not asked.
// Its failures say whether it was meant, or only the last that was left.
enum class InstanceRole { meant, last_resort };
std::unique_ptr<Provider> instance_provider(Runtime& runtime, Transport& transport,
                                            Endpoint endpoint, InstanceRole why);

}  // namespace ssmb::aws
