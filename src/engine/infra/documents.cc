#include "engine/infra/documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/infra/policy.h"
#include "engine/infra/xml.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

std::string xml(std::string_view root, std::string_view inside) {
  return fmt::format("<{0} xmlns=\"{1}\">{2}</{0}>", root, kNamespace, inside);
}

std::string encryption() {
  return xml(
      "ServerSideEncryptionConfiguration",
      "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
      "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>");
}

std::string lifecycle() {
  return xml("LifecycleConfiguration",
             "<Rule><ID>delete-old-backups</ID><Filter><Prefix></Prefix></Filter>"
             "<Status>Enabled</Status><Expiration><Days>30</Days></Expiration>"
             "<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays>"
             "</NoncurrentVersionExpiration></Rule>"
             // The parts of a broken upload hold secrets, and cost money.
             "<Rule><ID>abort-incomplete-uploads</ID><Filter><Prefix></Prefix></Filter>"
             "<Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1"
             "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>");
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
    set += fmt::format("<Tag><Key>{}</Key><Value>{}</Value></Tag>", xml_escape(tag.key),
                       xml_escape(tag.value));
  }
  return xml("Tagging", "<TagSet>" + set + "</TagSet>");
}

constexpr XmlList kTags{.parent = "TagSet", .item = "Tag", .key = "Key"};

// Where a document is a list of which others may own a part: the list, and what names an item.
std::optional<XmlList> list_of(BucketDocument document) {
  if (document == BucketDocument::lifecycle)
    return XmlList{.parent = "", .item = "Rule", .key = "ID", .narrows = "Prefix"};
  if (document == BucketDocument::tagging) return kTags;
  return std::nullopt;
}

}  // namespace

const std::vector<BucketDocument>& managed_documents() {
  static const std::vector<BucketDocument> documents{
      BucketDocument::public_access_block, BucketDocument::versioning, BucketDocument::encryption,
      BucketDocument::lifecycle,           BucketDocument::policy,     BucketDocument::tagging};
  return documents;
}

std::vector<Tag> bucket_tags(const BucketFacts& bucket) {
  return {{"Name", bucket.name.str()},
          {"Environment", bucket.env.str()},
          {std::string(kManagedBy), std::string(kUs)},
          {"Purpose", "SSM Parameter Store Backup Storage"},
          {"DataClassification", "Confidential"},
          {"Region", bucket.region.str()}};
}

std::string desired_document(const BucketFacts& bucket, BucketDocument document) {
  switch (document) {
    case BucketDocument::versioning:
      return xml("VersioningConfiguration", "<Status>Enabled</Status>");
    case BucketDocument::encryption: return encryption();
    case BucketDocument::lifecycle: return lifecycle();
    case BucketDocument::public_access_block: return public_access_block();
    case BucketDocument::tagging: return tagging(bucket_tags(bucket));
    case BucketDocument::policy: return desired_policy(bucket.name, bucket.region);
    case BucketDocument::object_lock: break;
  }
  return {};
}

std::string other_manager(const std::string& tagging) {
  std::string manager = xml_text(tagging, kTags, kManagedBy, "Value");
  return manager == kUs ? std::string() : manager;
}

std::optional<std::string> document_to_put(const BucketFacts& bucket, BucketDocument document,
                                           const std::optional<std::string>& observed) {
  std::string desired = desired_document(bucket, document);
  if (!observed || observed->empty()) return desired;
  if (document == BucketDocument::tagging && !other_manager(*observed).empty()) {
    std::vector<Tag> tags = bucket_tags(bucket);
    std::erase_if(tags, [](const Tag& tag) { return tag.key == kManagedBy; });
    desired = tagging(tags);
  }
  if (document == BucketDocument::policy) return policy_to_put(desired, *observed);
  return xml_to_put(desired, *observed, list_of(document));
}

}  // namespace ssmb::engine
