// Buckets and their documents.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/s3/request.h"
#include "aws/xml.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

struct DocumentKind {
  BucketDocument document;
  std::string_view sub_resource;
  std::string_view get;  // the permissions
  std::string_view put;
  std::string_view absent;  // the code that says: there is none
};
using enum BucketDocument;
constexpr std::array kDocuments{
    DocumentKind{versioning, "versioning", "GetBucketVersioning", "PutBucketVersioning", ""},
    DocumentKind{encryption, "encryption", "GetEncryptionConfiguration",
                 "PutEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError"},
    DocumentKind{lifecycle, "lifecycle", "GetLifecycleConfiguration", "PutLifecycleConfiguration",
                 "NoSuchLifecycleConfiguration"},
    DocumentKind{public_access_block, "publicAccessBlock", "GetBucketPublicAccessBlock",
                 "PutBucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"},
    DocumentKind{tagging, "tagging", "GetBucketTagging", "PutBucketTagging", "NoSuchTagSet"},
    DocumentKind{policy, "policy", "GetBucketPolicy", "PutBucketPolicy", "NoSuchBucketPolicy"},
    DocumentKind{object_lock, "object-lock", "GetBucketObjectLockConfiguration",
                 "PutBucketObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"},
    DocumentKind{ownership, "ownershipControls", "GetBucketOwnershipControls",
                 "PutBucketOwnershipControls", "OwnershipControlsNotFoundError"},
    DocumentKind{logging, "logging", "GetBucketLogging", "PutBucketLogging", ""},
};

const DocumentKind& kind_of(BucketDocument document) {
  return *std::ranges::find(kDocuments, document, &DocumentKind::document);
}

std::string create_document(const Region& region) {
  // LocationConstraint knows no us-east-1: there the body is left out.
  if (region.view() == "us-east-1") return {};
  return fmt::format(
      "<CreateBucketConfiguration xmlns=\"{}\"><LocationConstraint>{}"
      "</LocationConstraint></CreateBucketConfiguration>",
      kXmlNamespace, xml_escape(region.view()));
}

bool has_code(const Error& error, std::string_view code) {
  return error.fault && error.fault->code == code;
}

// A bucket whose versioning or logging was never touched answers with an empty document.
bool is_empty(BucketDocument document, std::string_view text) {
  if (document != versioning && document != logging) return false;
  pugi::xml_document parsed;
  const pugi::xml_node root = parse_xml(text, "", parsed);
  return root && !root.child("Status") && !root.child("MfaDelete") && !root.child("LoggingEnabled");
}

}  // namespace

std::string_view sub_resource(BucketDocument document) { return kind_of(document).sub_resource; }

ResultTask<Client::CreateOutcome> Client::create_bucket(BucketName name, ObjectLock lock,
                                                        CallScope scope) {
  Request request{.permission = "CreateBucket",
                  .method = "PUT",
                  .bucket = {.name = std::move(name), .owner = std::nullopt}};
  if (lock == ObjectLock::on) request.headers.set("x-amz-bucket-object-lock-enabled", "true");
  const std::string document = create_document(region_);
  if (!document.empty()) {
    request.headers.set("Content-Type", "application/xml");
    request.body = SecretBytes(document);
  }
  auto response = co_await send(session_, region_, std::move(request), std::move(scope));
  if (response) co_return CreateOutcome::created;
  if (has_code(response.error(), "BucketAlreadyOwnedByYou")) co_return CreateOutcome::already_ours;
  co_return fail(std::move(response).error());
}

ResultTask<void> Client::head_bucket(Bucket bucket, CallScope scope) {
  Request request{.permission = "ListBucket", .method = "HEAD", .bucket = std::move(bucket)};
  SSMB_CO_TRY_VOID(co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return Result<void>();
}

ResultTask<void> Client::delete_bucket(Bucket bucket, CallScope scope) {
  Request request{.permission = "DeleteBucket", .method = "DELETE", .bucket = std::move(bucket)};
  SSMB_CO_TRY_VOID(co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return Result<void>();
}

ResultTask<std::optional<std::string>> Client::get_bucket_document(Bucket bucket,
                                                                   BucketDocument document,
                                                                   CallScope scope) {
  const DocumentKind& kind = kind_of(document);
  Request request{
      .permission = kind.get, .bucket = std::move(bucket), .query = std::string(kind.sub_resource)};
  const Operation operation = operation_of(request, region_);
  auto response = co_await send(session_, region_, std::move(request), std::move(scope));
  if (!response) {
    const bool absent = !kind.absent.empty() && has_code(response.error(), kind.absent);
    if (absent) co_return std::optional<std::string>();
    co_return fail(std::move(response).error());
  }
  std::string text(response->body.view());
  pugi::xml_document parsed;
  if (document != policy && !parse_xml(text, "", parsed)) {
    co_return fail(malformed(operation, *response, "it is not XML"));
  }
  if (is_empty(document, text)) co_return std::optional<std::string>();
  co_return std::optional(std::move(text));
}

ResultTask<Encryption> Client::get_bucket_encryption(Bucket bucket, CallScope scope) {
  SSMB_CO_TRY(text, co_await get_bucket_document(std::move(bucket), encryption, std::move(scope)));
  pugi::xml_document parsed;
  const pugi::xml_node rule =
      parse_xml(text.value_or(""), "ServerSideEncryptionConfiguration", parsed).child("Rule");
  const pugi::xml_node by_default = rule.child("ApplyServerSideEncryptionByDefault");
  Encryption found;
  if (const char* algorithm = by_default.child_value("SSEAlgorithm"); *algorithm != '\0')
    found.algorithm = algorithm;
  found.kms_key_id = by_default.child_value("KMSMasterKeyID");
  co_return found;
}

ResultTask<void> Client::put_bucket_document(Bucket bucket, BucketDocument document,
                                             std::string text, CallScope scope) {
  const DocumentKind& kind = kind_of(document);
  Request request{.permission = kind.put,
                  .method = "PUT",
                  .bucket = std::move(bucket),
                  .query = std::string(kind.sub_resource)};
  request.headers.set("Content-Type", document == policy ? "application/json" : "application/xml");
  add_checksum(text, request.headers);
  request.body = SecretBytes(text);
  SSMB_CO_TRY_VOID(co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return Result<void>();
}

}  // namespace ssmb::aws::s3
