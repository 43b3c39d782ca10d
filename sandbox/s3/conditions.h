// Conditional requests: If-Match and its like.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// For PutObject and CompleteMultipartUpload: 412 PreconditionFailed; 404 NoSuchKey where If-Match
// finds nothing; 501 for an If-None-Match other than "*".
Outcome<void> check_write_conditions(const Call& call);

// For GET and HEAD, in the order of RFC 9110: 412 PreconditionFailed, or 304.
Outcome<void> check_read_conditions(const Call& call, const ObjectVersion& version);

}  // namespace ssmb::sandbox::s3
