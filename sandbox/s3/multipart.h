// What the operations of a multipart upload share.
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// By the query's uploadId; of another key it is not found either (404 NoSuchUpload).
Outcome<Upload*> find_upload(const Call& call);

// "sha256", or "null" where there is none, as S3's messages spell an upload's checksum.
std::string spelled(const std::optional<ChecksumAlgorithm>& algorithm);

}  // namespace ssmb::sandbox::s3
