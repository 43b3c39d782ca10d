// The one place where versions come and go, by the bucket's state of versioning.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// Makes it the newest version of the key, with an id of its own; the reference is good until the
// bucket's objects change.
const ObjectVersion& add_version(Call& call, const std::string& key, ObjectVersion version);

// What a deletion did.
struct Deletion {
  std::string version_id;  // of the version that went, or of the marker that came; may be empty
  bool marker = false;     // that version is a delete marker
};
// Without `version_id`: a delete marker, or, without versioning, the object. A missing key is no
// error. 403 AccessDenied for a version under Object Lock.
Outcome<Deletion> remove_version(Call& call, const std::string& key,
                                 const std::optional<std::string>& version_id);

ETag md5_etag(std::string_view bytes);
// The ETag of an object: MD5 unless a KMS key encrypts it.
ETag new_etag(Call& call, const Encryption& encryption, ETag plain);

}  // namespace ssmb::sandbox::s3
