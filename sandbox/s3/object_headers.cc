#include "sandbox/s3/object_headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/iam/access.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

constexpr std::string_view kMeta = "x-amz-meta-";
constexpr std::size_t kMostMetadata = 2048;
constexpr auto kKept = std::to_array<std::string_view>(
    {"cache-control", "content-disposition", "content-encoding", "content-language", "expires"});

Encryption default_encryption(const Bucket& bucket) {
  Encryption encryption;
  const auto text = bucket.documents.find("encryption");
  if (text == bucket.documents.end()) return encryption;
  const auto document = parse_xml(text->second, "ServerSideEncryptionConfiguration");
  if (!document) return encryption;
  const pugi::xml_node rule = document->document_element().child("Rule");
  const pugi::xml_node apply = rule.child("ApplyServerSideEncryptionByDefault");
  encryption.algorithm = apply.child("SSEAlgorithm").text().get();
  encryption.kms_key_id = apply.child("KMSMasterKeyID").text().get();
  encryption.bucket_key = rule.child("BucketKeyEnabled").text().as_bool();
  return encryption;
}

Outcome<Encryption> read_encryption(const Call& call) {
  Encryption encryption = default_encryption(*call.bucket);
  const auto algorithm = call.request.headers.find("x-amz-server-side-encryption");
  const std::string key(call.header("x-amz-server-side-encryption-aws-kms-key-id"));
  if (algorithm) {
    if (*algorithm != "AES256" && *algorithm != "aws:kms" && *algorithm != "aws:kms:dsse") {
      return refuse(400, "InvalidEncryptionAlgorithmError",
                    "The encryption request you specified is not valid.");
    }
    if (*algorithm == "AES256" && !key.empty()) {
      return refuse(400, "InvalidArgument",
                    "Server Side Encryption with AWS KMS managed key requires HTTP header "
                    "x-amz-server-side-encryption : aws:kms");
    }
    encryption.algorithm = *algorithm;
    encryption.kms_key_id = key;
  }
  if (const auto bucket_key =
          call.request.headers.find("x-amz-server-side-encryption-bucket-key-enabled"))
    encryption.bucket_key = equal_ignoring_case(*bucket_key, "true");
  if (auto good = check_kms(call, encryption, "kms:GenerateDataKey"); !good)
    return pass_on(std::move(good));
  return encryption;
}

Outcome<void> read_lock(const Call& call, Description& description) {
  description.lock_mode = call.header("x-amz-object-lock-mode");
  description.lock_until = call.header("x-amz-object-lock-retain-until-date");
  if (description.lock_mode.empty() != description.lock_until.empty()) {
    return refuse(400, "InvalidArgument",
                  "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be "
                  "supplied");
  }
  if (description.lock_mode.empty()) return {};
  if (description.lock_mode != "COMPLIANCE" && description.lock_mode != "GOVERNANCE")
    return refuse(400, "InvalidArgument", "Unknown wormMode directive.");
  if (!parse_iso8601(description.lock_until))
    return refuse(400, "InvalidArgument", "The retain until date must be provided in ISO 8601");
  if (call.bucket->object_lock == ObjectLock::off)
    return refuse(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");
  return {};
}

}  // namespace

Outcome<void> check_kms(const Call& call, const Encryption& encryption, std::string_view action) {
  if (encryption.algorithm == "AES256" || encryption.kms_key_id.empty()) return {};
  switch (call.world.keys().use(call.context.caller, call.bucket->region,
                                KmsKeyId(encryption.kms_key_id))) {
    case KmsUse::allowed: {
      auto refused = iam::kms_refusal(call.world.keys(), call.context,
                                      {.action = std::string(action),
                                       .key = KmsKeyId(encryption.kms_key_id),
                                       .service = "s3",
                                       .encryption_context = "aws:s3:arn",
                                       .encrypted = call.resource_arn()});
      return refused ? refuse(403, "AccessDenied", *std::move(refused)) : Outcome<void>();
    }
    case KmsUse::unknown:
      return refuse(400, "KMS.NotFoundException",
                    "Key '" + encryption.kms_key_id + "' does not exist");
    case KmsUse::denied: break;
  }
  return refuse(403, "AccessDenied",
                "User: " + call.context.caller.arn.str() +
                    " is not authorized to use the KMS key of this object");
}

Outcome<Description> read_description(const Call& call) {
  Description description;
  auto encryption = read_encryption(call);
  if (!encryption) return pass_on(std::move(encryption));
  description.encryption = *std::move(encryption);
  if (auto good = read_lock(call, description); !good) return pass_on(std::move(good));
  if (const auto type = call.request.headers.find("content-type"); type && !type->empty())
    description.content_type = *type;
  std::size_t metadata = 0;
  for (const auto& [name, value] : call.request.headers.entries()) {
    const std::string lower = to_lower(name);
    const bool meta = lower.starts_with(kMeta);
    if (meta) metadata += lower.size() - kMeta.size() + value.size();
    if (meta || std::ranges::find(kKept, lower) != kKept.end())
      description.headers.add(lower, value);
  }
  if (metadata > kMostMetadata) {
    return refuse(400, "MetadataTooLarge",
                  "Your metadata headers exceed the maximum allowed metadata size",
                  {{"Size", std::to_string(metadata)}, {"MaxSizeAllowed", "2048"}});
  }
  return description;
}

void write_encryption(const Encryption& encryption, aws::Headers& headers) {
  headers.set("x-amz-server-side-encryption", encryption.algorithm);
  if (!encryption.kms_key_id.empty())
    headers.set("x-amz-server-side-encryption-aws-kms-key-id", encryption.kms_key_id);
  if (encryption.bucket_key) headers.set("x-amz-server-side-encryption-bucket-key-enabled", "true");
}

void write_checksum(const Checksum& checksum, aws::Headers& headers) {
  headers.set(header_of(checksum.algorithm), checksum.value);
  headers.set("x-amz-checksum-type", std::string(name_of(checksum.type)));
}

void write_version_id(const Bucket& bucket, const ObjectVersion& version, aws::Headers& headers) {
  if (bucket.versioning != Versioning::never) headers.set("x-amz-version-id", version.id);
}

void write_version(const Bucket& bucket, const ObjectVersion& version, aws::Headers& headers) {
  const Description& description = version.description;
  headers.set("ETag", version.etag.str());
  headers.set("Last-Modified", to_http_date(version.modified));
  headers.set("Accept-Ranges", "bytes");
  headers.set("Content-Type", description.content_type);
  for (const auto& [name, value] : description.headers.entries()) headers.add(name, value);
  if (!description.lock_mode.empty()) {
    headers.set("x-amz-object-lock-mode", description.lock_mode);
    headers.set("x-amz-object-lock-retain-until-date", description.lock_until);
  }
  write_encryption(description.encryption, headers);
  write_version_id(bucket, version, headers);
}

}  // namespace ssmb::sandbox::s3
