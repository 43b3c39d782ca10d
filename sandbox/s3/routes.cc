#include "sandbox/s3/routes.h"

#include <array>

#include "sandbox/s3/operations.h"

namespace ssmb::sandbox::s3 {
namespace {

using enum Level;

// The first row that fits counts: rows with a marker stand before those without.
constexpr auto kRoutes = std::to_array<Route>({
    {"GET", service, "", "", "ListBuckets", "s3:ListAllMyBuckets", list_buckets},

    {"GET", bucket, "location", "", "GetBucketLocation", "s3:GetBucketLocation",
     get_bucket_location},
    {"GET", bucket, "versioning", "", "GetBucketVersioning", "s3:GetBucketVersioning",
     get_document},
    {"PUT", bucket, "versioning", "", "PutBucketVersioning", "s3:PutBucketVersioning",
     put_document},
    {"GET", bucket, "encryption", "", "GetBucketEncryption", "s3:GetEncryptionConfiguration",
     get_document},
    {"PUT", bucket, "encryption", "", "PutBucketEncryption", "s3:PutEncryptionConfiguration",
     put_document},
    {"DELETE", bucket, "encryption", "", "DeleteBucketEncryption", "s3:PutEncryptionConfiguration",
     delete_document},
    {"GET", bucket, "lifecycle", "", "GetBucketLifecycleConfiguration",
     "s3:GetLifecycleConfiguration", get_document},
    {"PUT", bucket, "lifecycle", "", "PutBucketLifecycleConfiguration",
     "s3:PutLifecycleConfiguration", put_document},
    {"DELETE", bucket, "lifecycle", "", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration",
     delete_document},
    {"GET", bucket, "publicAccessBlock", "", "GetPublicAccessBlock",
     "s3:GetBucketPublicAccessBlock", get_document},
    {"PUT", bucket, "publicAccessBlock", "", "PutPublicAccessBlock",
     "s3:PutBucketPublicAccessBlock", put_document},
    {"DELETE", bucket, "publicAccessBlock", "", "DeletePublicAccessBlock",
     "s3:PutBucketPublicAccessBlock", delete_document},
    {"GET", bucket, "tagging", "", "GetBucketTagging", "s3:GetBucketTagging", get_document},
    {"PUT", bucket, "tagging", "", "PutBucketTagging", "s3:PutBucketTagging", put_document},
    {"DELETE", bucket, "tagging", "", "DeleteBucketTagging", "s3:PutBucketTagging",
     delete_document},
    {"GET", bucket, "policy", "", "GetBucketPolicy", "s3:GetBucketPolicy", get_document},
    {"PUT", bucket, "policy", "", "PutBucketPolicy", "s3:PutBucketPolicy", put_document},
    {"DELETE", bucket, "policy", "", "DeleteBucketPolicy", "s3:DeleteBucketPolicy",
     delete_document},
    {"GET", bucket, "object-lock", "", "GetObjectLockConfiguration",
     "s3:GetBucketObjectLockConfiguration", get_document},
    {"PUT", bucket, "object-lock", "", "PutObjectLockConfiguration",
     "s3:PutBucketObjectLockConfiguration", put_document},
    {"GET", bucket, "ownershipControls", "", "GetBucketOwnershipControls",
     "s3:GetBucketOwnershipControls", get_document},
    {"PUT", bucket, "ownershipControls", "", "PutBucketOwnershipControls",
     "s3:PutBucketOwnershipControls", put_document},
    {"DELETE", bucket, "ownershipControls", "", "DeleteBucketOwnershipControls",
     "s3:PutBucketOwnershipControls", delete_document},
    {"GET", bucket, "logging", "", "GetBucketLogging", "s3:GetBucketLogging", get_document},
    {"PUT", bucket, "logging", "", "PutBucketLogging", "s3:PutBucketLogging", put_document},
    {"GET", bucket, "uploads", "", "ListMultipartUploads", "s3:ListBucketMultipartUploads",
     list_multipart_uploads},
    {"GET", bucket, "versions", "", "ListObjectVersions", "s3:ListBucketVersions",
     list_object_versions},
    {"GET", bucket, "list-type", "", "ListObjectsV2", "s3:ListBucket", list_objects_v2},
    {"POST", bucket, "delete", "", "DeleteObjects", "s3:DeleteObject", delete_objects},
    {"PUT", bucket, "", "", "CreateBucket", "s3:CreateBucket", create_bucket},
    {"HEAD", bucket, "", "", "HeadBucket", "s3:ListBucket", head_bucket},
    {"DELETE", bucket, "", "", "DeleteBucket", "s3:DeleteBucket", delete_bucket},
    {"GET", bucket, "", "", "ListObjects", "s3:ListBucket", list_objects_v1},

    {"PUT", object, "partNumber", "x-amz-copy-source", "UploadPartCopy", "s3:PutObject",
     not_implemented},
    {"PUT", object, "partNumber", "", "UploadPart", "s3:PutObject", upload_part},
    {"PUT", object, "", "x-amz-copy-source", "CopyObject", "s3:PutObject", copy_object},
    {"PUT", object, "", "", "PutObject", "s3:PutObject", put_object},
    {"GET", object, "uploadId", "", "ListParts", "s3:ListMultipartUploadParts", list_parts},
    {"GET", object, "", "", "GetObject", "s3:GetObject", get_object},
    {"HEAD", object, "", "", "HeadObject", "s3:GetObject", head_object},
    {"DELETE", object, "uploadId", "", "AbortMultipartUpload", "s3:AbortMultipartUpload",
     abort_multipart_upload},
    {"DELETE", object, "", "", "DeleteObject", "s3:DeleteObject", delete_object},
    {"POST", object, "uploads", "", "CreateMultipartUpload", "s3:PutObject",
     create_multipart_upload},
    {"POST", object, "uploadId", "", "CompleteMultipartUpload", "s3:PutObject",
     complete_multipart_upload},
});

// Sub-resources of S3 that the sandbox has not: without this list GET ?acl would be a listing.
constexpr auto kNotHere = std::to_array<std::string_view>(
    {"accelerate",          "acl",          "analytics",   "attributes",     "cors",
     "intelligent-tiering", "inventory",    "legal-hold",  "metrics",        "notification",
     "partNumber",          "policyStatus", "replication", "requestPayment", "restore",
     "retention",           "select",       "tagging",     "torrent",        "website"});

constexpr Route kNotImplemented{"", object, "", "", "Unknown", "s3:Unknown", not_implemented};

Level level_of(const Target& target) {
  if (target.bucket.empty()) return service;
  return target.key.empty() ? bucket : object;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

const Route* find_route(const aws::HttpRequest& request, const Target& target, const Query& query) {
  const Level level = level_of(target);
  for (const Route& route : kRoutes) {
    if (route.level != level || route.method != request.method) continue;
    if (!route.header.empty() && !request.headers.find(route.header)) continue;
    if (!route.marker.empty()) {
      if (query.has(route.marker)) return &route;
      continue;
    }
    for (std::string_view name : kNotHere) {
      if (query.has(name)) return &kNotImplemented;
    }
    return &route;
  }
  return nullptr;
}

Answer not_implemented(Call&) {
  return refuse(501, "NotImplemented",
                "A header or query you provided requests functionality that the sandbox has not.");
}

}  // namespace ssmb::sandbox::s3
