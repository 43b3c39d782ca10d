// S3's checksums: the algorithms, what a request says, and whether it holds.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.h"
#include "sandbox/s3/fault.h"

namespace ssmb::sandbox::s3 {

enum class ChecksumAlgorithm { crc32, crc32c, crc64nvme, sha1, sha256 };
enum class ChecksumType { full_object, composite };

struct Checksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::crc64nvme;
  ChecksumType type = ChecksumType::full_object;
  std::string value;  // Base64; with "-<parts>" behind a composite one
};

std::string_view name_of(ChecksumAlgorithm algorithm);  // "SHA256"
std::string header_of(ChecksumAlgorithm algorithm);     // "x-amz-checksum-sha256"
std::string element_of(ChecksumAlgorithm algorithm);    // "ChecksumSHA256"
std::string_view name_of(ChecksumType type);            // "FULL_OBJECT"
std::optional<ChecksumAlgorithm> algorithm_named(std::string_view name);

// The digest's bytes, and their Base64.
std::string digest_of(ChecksumAlgorithm algorithm, std::string_view bytes);
std::string base64_of(std::string_view digest);

// Checks Content-MD5 and x-amz-checksum-* (header or trailer) against the body, and returns the
// checksum that was sent, if one was. Refusals: BadDigest, InvalidDigest, InvalidRequest.
Outcome<std::optional<Checksum>> check_body(const aws::HttpRequest& request);
// The same; a request with neither is refused (InvalidRequest).
Outcome<void> require_checked_body(const aws::HttpRequest& request);

// Of the parts' digests (Base64), in order.
Checksum composite(ChecksumAlgorithm algorithm, const std::vector<std::string>& parts);

}  // namespace ssmb::sandbox::s3
