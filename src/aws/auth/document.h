// The JSON in which processes, containers and the metadata service hand out credentials. Pure.
#pragma once

#include <string_view>

#include "aws/auth/credentials.h"

namespace ssmb::aws {

// {"Version": 1, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, all but the first
// three optional.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
Result<Credentials> parse_process_document(std::string_view text);

// {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, all required: without its end a role's
// key would be used for ever. The metadata service adds "Code", which must then be "Success".
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
Result<Credentials> parse_metadata_document(std::string_view text);

// Errors of both: credentials; they name the member that is wrong and quote no values.

}  // namespace ssmb::aws
