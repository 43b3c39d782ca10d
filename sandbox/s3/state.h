// All buckets of the sandbox. Names are global, as S3's are; a bucket knows its owner and Region.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/http/message.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "sandbox/s3/checksum.h"

namespace ssmb::sandbox::s3 {

struct Encryption {
  std::string algorithm = "AES256";  // or "aws:kms"
  std::string kms_key_id;
  bool bucket_key = false;
};

// What a client may say of an object besides its bytes, and reads back unchanged.
struct Description {
  std::string content_type = "binary/octet-stream";
  aws::Headers headers;  // Content-Encoding, Cache-Control, ..., x-amz-meta-*; in lower case
  Encryption encryption;
  std::string lock_mode;  // "COMPLIANCE", "GOVERNANCE"; empty: not locked
  std::string lock_until;
};

enum class VersionKind { object, delete_marker };

struct ObjectVersion {
  std::string id = "null";
  VersionKind kind = VersionKind::object;
  std::shared_ptr<const SecretBytes> body = std::make_shared<SecretBytes>();
  ETag etag;
  Time modified;
  Description description;
  std::optional<Checksum> checksum;
};

struct Part {
  std::shared_ptr<const SecretBytes> body;
  ETag etag;
  Time modified;
  std::optional<Checksum> checksum;
};

struct Upload {
  std::string key;
  Time initiated;
  Description description;
  std::optional<ChecksumAlgorithm> algorithm;  // as CreateMultipartUpload asked
  ChecksumType type = ChecksumType::full_object;
  std::map<int, Part> parts;
};

enum class Versioning { never, enabled, suspended };
enum class ObjectLock { off, on };

struct Bucket {
  AccountId owner;
  Region region;
  Time created;
  ObjectLock object_lock = ObjectLock::off;
  Versioning versioning = Versioning::never;
  std::map<std::string, std::string, std::less<>> documents;  // by sub-resource: "lifecycle"
  // In order of UTF-8 bytes; the versions of a key oldest first, never an empty list.
  std::map<std::string, std::vector<ObjectVersion>, std::less<>> objects;
  std::map<std::string, Upload, std::less<>> uploads;  // by upload id

  // The newest version of a key; nullptr without one. It may be a delete marker.
  const ObjectVersion* newest(std::string_view key) const;
  // The same, but only where a GET would find it.
  const ObjectVersion* current(std::string_view key) const;
};

struct State {
  std::map<BucketName, Bucket> buckets;
};

}  // namespace ssmb::sandbox::s3
