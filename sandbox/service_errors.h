// Errors that any operation may meet, in each service's own words.
#pragma once

#include "aws/endpoints.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox {

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
ServiceError throttled(aws::Service service);

}  // namespace ssmb::sandbox
