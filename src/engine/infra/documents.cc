#include "engine/infra/documents.h"

#include <fmt/format.h>

#include "aws/xml.h"
#include "base/partition.h"
#include "engine/infra/policy.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

std::string xml(std::string_view root, std::string_view inside) {
  return fmt::format("<{0} xmlns=\"{1}\">{2}</{0}>", root, kNamespace, inside);
}

std::string_view algorithm(const BucketSpec& bucket) {
  return bucket.kms_key.empty() ? "AES256" : "aws:kms";
}

std::string encryption(const BucketSpec& bucket) {
  std::string key;
  if (!bucket.kms_key.empty())
    key =
        fmt::format("<KMSMasterKeyID>{}</KMSMasterKeyID>", aws::xml_escape(bucket.kms_key.view()));
  return xml("ServerSideEncryptionConfiguration",
             fmt::format("<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{}</SSEAlgorithm>"
                         "{}</ApplyServerSideEncryptionByDefault>"
                         "<BucketKeyEnabled>true</BucketKeyEnabled></Rule>",
                         algorithm(bucket), key));
}

std::string rule(std::string_view id, std::string_view does) {
  return fmt::format(
      "<Rule><ID>{}</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>{}</Rule>", id,
      does);
}

std::string lifecycle(const BucketSpec& bucket) {
  std::string rules;
  if (bucket.retention_days)
    rules = rule("delete-old-backups",
                 fmt::format("<Expiration><Days>{}</Days></Expiration>"
                             "<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays>"
                             "</NoncurrentVersionExpiration>",
                             *bucket.retention_days));
  // The parts of a broken upload hold secrets, and cost money.
  rules += rule("abort-incomplete-uploads",
                "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                "</AbortIncompleteMultipartUpload>");
  return xml("LifecycleConfiguration", rules);
}

std::string public_access_block() {
  return xml("PublicAccessBlockConfiguration",
             "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
             "<BlockPublicPolicy>true</BlockPublicPolicy>"
             "<RestrictPublicBuckets>true</RestrictPublicBuckets>");
}

std::string tagging(const std::vector<Tag>& tags) {
  std::string set;
  for (const Tag& tag : tags) {
    set += fmt::format("<Tag><Key>{}</Key><Value>{}</Value></Tag>", aws::xml_escape(tag.key),
                       aws::xml_escape(tag.value));
  }
  return xml("Tagging", "<TagSet>" + set + "</TagSet>");
}

std::string object_lock(const ObjectLock& lock) {
  return xml("ObjectLockConfiguration",
             fmt::format("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
                         "<Mode>{}</Mode><Days>{}</Days></DefaultRetention></Rule>",
                         lock.mode, lock.days));
}

std::string logging(const BucketSpec& bucket) {
  return xml("BucketLoggingStatus", fmt::format("<LoggingEnabled><TargetBucket>{}</TargetBucket>"
                                                "<TargetPrefix>{}/</TargetPrefix></LoggingEnabled>",
                                                bucket.access_log_bucket, bucket.name));
}

BucketSpec region_bucket(const Stack& stack, const AccountId& account, const Region& region) {
  BucketSpec spec{.name = bucket_name(stack, account, region),
                  .region = region,
                  .env = stack.env,
                  .account = account,
                  .retention_days = stack.retention_days,
                  .object_lock = stack.object_lock};
  if (const auto key = stack.kms_keys.find(region); key != stack.kms_keys.end())
    spec.kms_key = key->second;
  const auto& logs = stack.access_log_buckets;
  if (const auto log = logs.find(region); log != logs.end()) spec.access_log_bucket = log->second;
  return spec;
}

BucketSpec copy_bucket(const Stack& stack, const AccountId& caller) {
  const CopyOption& copy = *stack.copy;
  const AccountId owner = copy.account ? copy.account->id : caller;
  return {.name = copy_bucket_name(stack, caller),
          .region = copy.region,
          .env = stack.env,
          .account = owner,
          .role = copy.account ? copy.account->role : Arn(),
          .retention_days = std::nullopt,
          .kms_key = copy.kms_key,
          .object_lock = stack.object_lock,
          .access_log_bucket = copy.access_log_bucket,
          .writers = copy.account ? copy.account->writers : std::vector<std::string>()};
}

}  // namespace

std::vector<BucketSpec> bucket_specs(const Stack& stack, const AccountId& account) {
  std::vector<BucketSpec> specs;
  for (const Region& region : stack.regions) specs.push_back(region_bucket(stack, account, region));
  if (stack.copy) specs.push_back(copy_bucket(stack, account));
  return specs;
}

const std::vector<BucketDocument>& managed_documents() {
  using enum BucketDocument;
  static const std::vector documents{public_access_block, ownership,  policy,
                                     encryption,          versioning, lifecycle,
                                     object_lock,         logging,    tagging};
  return documents;
}

std::vector<Tag> bucket_tags(const BucketSpec& bucket) {
  return {{"Name", bucket.name.str()},
          {"Environment", bucket.env.str()},
          {std::string(kManagedBy), std::string(kUs)},
          {"Purpose", "SSM Parameter Store Backup Storage"},
          {"DataClassification", "Confidential"},
          {"Region", bucket.region.str()}};
}

std::string bucket_arn(const Region& region, const BucketName& bucket) {
  return fmt::format("arn:{}:s3:::{}", partition_of(region).id, bucket);
}

std::optional<std::string> desired_document(const BucketSpec& bucket, BucketDocument document) {
  switch (document) {
    case BucketDocument::versioning:
      return xml("VersioningConfiguration", "<Status>Enabled</Status>");
    case BucketDocument::encryption: return encryption(bucket);
    case BucketDocument::lifecycle: return lifecycle(bucket);
    case BucketDocument::public_access_block: return public_access_block();
    case BucketDocument::ownership:
      return xml("OwnershipControls",
                 "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>");
    case BucketDocument::tagging: return tagging(bucket_tags(bucket));
    case BucketDocument::policy:
      return desired_policy({.bucket = bucket.name,
                             .region = bucket.region,
                             .algorithm = std::string(algorithm(bucket)),
                             .writers = bucket.writers});
    case BucketDocument::object_lock:
      if (bucket.object_lock) return object_lock(*bucket.object_lock);
      break;
    case BucketDocument::logging:
      if (!bucket.access_log_bucket.empty()) return logging(bucket);
      break;
  }
  return std::nullopt;
}

}  // namespace ssmb::engine
