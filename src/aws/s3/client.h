// Typed calls to S3 in one Region. Path style for custom endpoints and for bucket names with dots
// under TLS, virtual-host style otherwise. Operations are named as IAM names their permission
// ("s3:ListBucket"), so that a denial says what to allow. Facts: Amazon S3 API reference.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "base/digest.h"
#include "base/units.h"

namespace ssmb::aws::s3 {

// What must hold before a write takes effect; a failed one is Error kind conflict.
struct Precondition {
  enum class Kind { none, absent, match } kind = Kind::none;
  ETag etag;  // for match

  static Precondition absent() { return {.kind = Kind::absent, .etag = {}}; }
  static Precondition matches(ETag etag) { return {.kind = Kind::match, .etag = std::move(etag)}; }
};

struct Encryption {
  std::string algorithm = "AES256";  // or "aws:kms"
  std::string kms_key_id;            // only with aws:kms
};

struct PutOptions {
  Precondition precondition;
  Encryption encryption;  // always sent: the bucket's policy tests the request's header
  std::string content_type = "application/json";
  std::map<std::string, std::string> metadata;  // x-amz-meta-<key>, lower case
};

struct ObjectInfo {
  ETag etag;
  std::uint64_t size = 0;
  std::optional<Time> last_modified;
  std::map<std::string, std::string> metadata;
  std::string checksum_sha256;  // Base64; with "-<parts>" behind a composite one; may be empty
  std::string server_side_encryption;
  std::optional<Time> expires;  // when a lifecycle rule deletes it (x-amz-expiration)
  Time service_time;            // the response's Date; ours where it sends none
};

struct Object {
  ObjectInfo info;  // size: of the whole object, also for a range
  SecretBytes body;
};

struct ByteRange {  // first and last, both included
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct ListedObject {
  ObjectKey key;
  std::uint64_t size = 0;
  std::optional<Time> last_modified;
  ETag etag;
};
struct ListPage {
  std::vector<ListedObject> objects;
  std::vector<std::string> common_prefixes;
  std::string next_token;
};

// All parts but the last hold at least kMinPartSize; there are at most kMaxParts.
inline constexpr ByteCount kMinPartSize{5_MiB};
inline constexpr int kMaxParts = 10'000;

struct UploadedPart {
  int number = 0;  // from 1
  ETag etag;
  Sha256Digest checksum{};
};

// A bucket's documents, each by the name of its sub-resource.
enum class BucketDocument {
  versioning,
  encryption,
  lifecycle,
  public_access_block,
  tagging,
  policy,
  object_lock,
  ownership,
  logging
};
std::string_view sub_resource(BucketDocument document);  // "versioning", "publicAccessBlock", ...

// The Amazon S3 user guide's rules for general purpose buckets.
bool is_bucket_name(std::string_view name);

struct Bucket {
  BucketName name;
  // x-amz-expected-bucket-owner: sent with every call when set; another owner answers 403.
  std::optional<AccountId> owner;
};

struct ObjectVersion {
  ObjectKey key;
  std::string id;  // "null" where the bucket kept no versions
  enum class Kind { object, delete_marker } kind = Kind::object;

  bool operator==(const ObjectVersion&) const = default;
};

// Where a listing of versions goes on.
struct VersionMarker {
  std::string key;
  std::string id;
};

struct VersionPage {
  std::vector<ObjectVersion> versions;
  std::optional<VersionMarker> next;  // nullopt: the last page
};

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}

  // Objects. A missing key is not_found, a missing bucket configuration (HEAD cannot tell them
  // apart: not_found); without s3:ListBucket S3 answers 403 (denied). Sends x-amz-checksum-sha256
  // and the encryption header. A 409 ConditionalRequestConflict is retried inside; a 412 after a
  // lost answer is the caller's to settle (HEAD, compare metadata). The result holds etag, size,
  // encryption and service_time.
  ResultTask<ObjectInfo> put_object(Bucket bucket, ObjectKey key, SecretBytes body,
                                    PutOptions options, CallScope scope);
  // A body that does not fit its checksum or the range is corrupt. A range behind the end of the
  // object is invalid (fault.code "InvalidRange").
  ResultTask<Object> get_object(Bucket bucket, ObjectKey key, std::optional<ByteRange> range,
                                CallScope scope);
  ResultTask<ObjectInfo> head_object(Bucket bucket, ObjectKey key, CallScope scope);
  ResultTask<void> delete_object(Bucket bucket, ObjectKey key, CallScope scope);
  // One version, or a delete marker, for good: nothing brings it back. What is not there is
  // deleted.
  ResultTask<void> delete_version(Bucket bucket, ObjectVersion version, CallScope scope);
  // At most 1,000 versions and delete markers.
  ResultTask<VersionPage> list_object_versions(Bucket bucket, VersionMarker after, CallScope scope);
  // At most 1,000 keys, in order of UTF-8 bytes; `delimiter` may be empty.
  ResultTask<ListPage> list_objects(Bucket bucket, std::string prefix, std::string delimiter,
                                    std::string next_token, CallScope scope);

  // Multipart. Complete takes the parts in order and carries the precondition; its answer 200 may
  // hold an error in the body, which is returned as one. After a lost answer it may say 412 or
  // NoSuchUpload although it succeeded, and a 409 means the whole upload again: the caller settles
  // (HEAD). Its result knows no size. Aborting what is gone already succeeds.
  ResultTask<std::string> create_multipart_upload(Bucket bucket, ObjectKey key, PutOptions options,
                                                  CallScope scope);
  ResultTask<UploadedPart> upload_part(Bucket bucket, ObjectKey key, std::string upload_id,
                                       int number, SecretBytes body, CallScope scope);
  ResultTask<ObjectInfo> complete_multipart_upload(Bucket bucket, ObjectKey key,
                                                   std::string upload_id,
                                                   std::vector<UploadedPart> parts,
                                                   Precondition precondition, CallScope scope);
  ResultTask<void> abort_multipart_upload(Bucket bucket, ObjectKey key, std::string upload_id,
                                          CallScope scope);

  // Buckets. us-east-1 answers a repeated create like a first one: `created` both times.
  enum class CreateOutcome { created, already_ours };
  enum class ObjectLock { off, on };
  ResultTask<CreateOutcome> create_bucket(BucketName name, ObjectLock lock, CallScope scope);
  ResultTask<void> head_bucket(Bucket bucket, CallScope scope);
  ResultTask<void> delete_bucket(Bucket bucket, CallScope scope);
  // What S3 does to an object of which nothing is said. Every bucket has one.
  ResultTask<Encryption> get_bucket_encryption(Bucket bucket, CallScope scope);
  // The document's text (XML; JSON for policy); nullopt where the bucket has none.
  ResultTask<std::optional<std::string>> get_bucket_document(Bucket bucket, BucketDocument document,
                                                             CallScope scope);
  ResultTask<void> put_bucket_document(Bucket bucket, BucketDocument document, std::string text,
                                       CallScope scope);

  const Region& region() const { return region_; }

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::s3
