// Errors that any operation may meet, in each service's own words.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#pragma once

#include <string>

#include "aws/endpoints.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox {

ServiceError throttled(aws::Service service);
ServiceError internal_error(aws::Service service);  // 500
ServiceError unavailable(aws::Service service);     // 503; of S3: SlowDown
// A listing's token that is not good any more.
ServiceError stale_token(aws::Service service);
ServiceError access_denied(aws::Service service, std::string message);

}  // namespace ssmb::sandbox
