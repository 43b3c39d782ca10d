// What an object carries besides its bytes: read from a request, written into a response.
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// From the headers of PutObject, CopyObject or CreateMultipartUpload; what is not said comes from
// the bucket's default encryption. Refusals: InvalidArgument, InvalidEncryptionAlgorithmError,
// MetadataTooLarge, KMS.NotFoundException, AccessDenied (the KMS key denies the caller).
Outcome<Description> read_description(const Call& call);

// May the caller use the key with which this is encrypted for that: "kms:Decrypt"?
Outcome<void> check_kms(const Call& call, const Encryption& encryption, std::string_view action);

void write_encryption(const Encryption& encryption, aws::Headers& headers);
void write_checksum(const Checksum& checksum, aws::Headers& headers);
// Everything that GET and HEAD tell of a version, but for length, range and checksum.
void write_version(const Bucket& bucket, const ObjectVersion& version, aws::Headers& headers);
// x-amz-version-id, where the bucket has versions.
void write_version_id(const Bucket& bucket, const ObjectVersion& version, aws::Headers& headers);

}  // namespace ssmb::sandbox::s3
