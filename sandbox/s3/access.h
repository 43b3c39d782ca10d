// Who may do what to a bucket: expected owner, Region, ownership, the bucket's policy and the
// caller's own ones.
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// For every call whose bucket is known. 403 AccessDenied; 301 PermanentRedirect where the host
// names another Region, 400 AuthorizationHeaderMalformed where only the signature does.
Outcome<void> check_access(const Call& call, std::string_view action);
// The first two of these alone: who may do it is asked of each object.
Outcome<void> check_place(const Call& call, std::string_view action);
// Where there is no bucket, or not yet: ListBuckets and CreateBucket.
Outcome<void> check_without_bucket(const Call& call, std::string_view action);

// May the caller do this to that resource? For the keys of DeleteObjects and a copy's source.
Outcome<void> check_policy_of(const Call& call, const Bucket& bucket, std::string_view action,
                              const std::string& resource);

}  // namespace ssmb::sandbox::s3
