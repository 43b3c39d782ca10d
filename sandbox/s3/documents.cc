// A bucket's documents: ?versioning, ?encryption and so on; kept as they came, and returned.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "sandbox/iam/policy.h"
#include "sandbox/s3/checksum.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

using Check = Outcome<void> (*)(Bucket& bucket, const pugi::xml_node& root);

struct Kind {
  std::string_view name;  // the sub-resource
  std::string_view root;  // the XML's root element; empty: JSON
  std::string_view missing_code;
  std::string_view missing_message;
  int put_status;
  Check check;  // also applies what changes the bucket's behaviour; may be nullptr
};

Outcome<void> apply_versioning(Bucket& bucket, const pugi::xml_node& root) {
  const std::string_view status = root.child("Status").text().get();
  if (status == "Enabled") {
    bucket.versioning = Versioning::enabled;
  } else if (status == "Suspended" && bucket.object_lock == ObjectLock::on) {
    return refuse(409, "InvalidBucketState",
                  "An Object Lock configuration is present on this bucket, so the versioning state "
                  "cannot be changed.");
  } else if (status == "Suspended") {
    bucket.versioning = Versioning::suspended;
  } else {
    return refuse(400, "IllegalVersioningConfigurationException",
                  "The Versioning element must be specified");
  }
  return {};
}

Outcome<void> check_encryption(Bucket&, const pugi::xml_node& root) {
  const std::string_view algorithm = root.child("Rule")
                                         .child("ApplyServerSideEncryptionByDefault")
                                         .child("SSEAlgorithm")
                                         .text()
                                         .get();
  if (algorithm == "AES256" || algorithm == "aws:kms" || algorithm == "aws:kms:dsse") return {};
  return malformed_xml();
}

std::size_t elements_of(const pugi::xml_node& node) {
  std::size_t count = 0;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) ++count;
  }
  return count;
}

// A rule has a Status, a Filter of at most one condition (or the old Prefix), and does something.
Outcome<void> check_lifecycle(Bucket&, const pugi::xml_node& root) {
  std::set<std::string> ids;
  if (!root.child("Rule")) return malformed_xml();
  for (const pugi::xml_node& rule : root.children("Rule")) {
    const std::string_view status = rule.child("Status").text().get();
    if (status != "Enabled" && status != "Disabled") return malformed_xml();
    const pugi::xml_node filter = rule.child("Filter");
    if (!filter == !rule.child("Prefix")) return malformed_xml();
    if (filter && elements_of(filter) > 1) return malformed_xml();
    constexpr std::array kActions = {"Expiration", "Transition", "NoncurrentVersionExpiration",
                                     "NoncurrentVersionTransition",
                                     "AbortIncompleteMultipartUpload"};
    const bool acts =
        std::ranges::any_of(kActions, [&](const char* name) { return !rule.child(name).empty(); });
    if (!acts) {
      return refuse(400, "InvalidRequest", "At least one action needs to be specified in a rule");
    }
    const std::string id = rule.child("ID").text().get();
    if (!id.empty() && !ids.insert(id).second)
      return refuse(400, "InvalidArgument",
                    "Rule ID must be unique. Found same ID for more than "
                    "one rule");
  }
  return {};
}

Outcome<void> check_tagging(Bucket&, const pugi::xml_node& root) {
  std::set<std::string> keys;
  if (!root.child("TagSet")) return malformed_xml();
  for (const pugi::xml_node& tag : root.child("TagSet").children("Tag")) {
    const std::string key = tag.child("Key").text().get();
    if (key.empty() || !tag.child("Value")) return malformed_xml();
    if (key.starts_with("aws:")) {
      return refuse(400, "InvalidTag", "System tags cannot be added/updated by requester");
    }
    if (!keys.insert(key).second)
      return refuse(400, "InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  return {};
}

Outcome<void> apply_object_lock(Bucket& bucket, const pugi::xml_node& root) {
  if (std::string_view(root.child("ObjectLockEnabled").text().get()) != "Enabled")
    return malformed_xml();
  if (bucket.versioning != Versioning::enabled) {
    return refuse(409, "InvalidBucketState",
                  "Versioning must be 'Enabled' on the bucket to apply a Object Lock "
                  "configuration");
  }
  bucket.object_lock = ObjectLock::on;
  return {};
}

constexpr auto kKinds = std::to_array<Kind>({
    {"versioning", "VersioningConfiguration", "", "", 200, apply_versioning},
    {"encryption", "ServerSideEncryptionConfiguration",
     "ServerSideEncryptionConfigurationNotFoundError",
     "The server side encryption configuration was not found", 200, check_encryption},
    {"lifecycle", "LifecycleConfiguration", "NoSuchLifecycleConfiguration",
     "The lifecycle configuration does not exist", 200, check_lifecycle},
    {"publicAccessBlock", "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration",
     "The public access block configuration was not found", 200, nullptr},
    {"tagging", "Tagging", "NoSuchTagSet", "The TagSet does not exist", 204, check_tagging},
    {"policy", "", "NoSuchBucketPolicy", "The bucket policy does not exist", 204, nullptr},
    {"object-lock", "ObjectLockConfiguration", "ObjectLockConfigurationNotFoundError",
     "Object Lock configuration does not exist for this bucket", 200, apply_object_lock},
    {"ownershipControls", "OwnershipControls", "OwnershipControlsNotFoundError",
     "The bucket ownership controls were not found", 200, nullptr},
    // Whether the target is there is not asked.
    {"logging", "BucketLoggingStatus", "", "", 200, nullptr},
});

// The routes' table lets only these names come here.
const Kind& kind_of(const Call& call) {
  for (const Kind& kind : kKinds) {
    if (call.query.has(kind.name)) return kind;
  }
  return kKinds.front();
}

// What S3 answers where nobody has put a document.
std::optional<std::string> implied(const Kind& kind, const Bucket& bucket) {
  if (kind.name == "versioning")
    return fmt::format("<VersioningConfiguration xmlns=\"{}\">{}</VersioningConfiguration>",
                       kNamespace,
                       bucket.versioning == Versioning::enabled ? "<Status>Enabled</Status>" : "");
  if (kind.name == "encryption")
    return fmt::format(
        "<ServerSideEncryptionConfiguration xmlns=\"{}\"><Rule><ApplyServerSideEncryptionByDefault>"
        "<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
        "<BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
        kNamespace);
  if (kind.name == "logging")
    return fmt::format("<BucketLoggingStatus xmlns=\"{}\"></BucketLoggingStatus>", kNamespace);
  if (kind.name == "object-lock" && bucket.object_lock == ObjectLock::on)
    return fmt::format(
        "<ObjectLockConfiguration xmlns=\"{}\"><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
        "</ObjectLockConfiguration>",
        kNamespace);
  return std::nullopt;
}

Outcome<void> check_text(const Kind& kind, Bucket& bucket, std::string_view text) {
  if (kind.root.empty()) {
    auto policy = iam::Policy::parse(text, iam::PolicyKind::resource);
    if (policy) return {};
    return refuse(400, "MalformedPolicy", std::move(policy).error());
  }
  auto document = parse_xml(text, kind.root);
  if (!document) return pass_on(std::move(document));
  return kind.check ? kind.check(bucket, document->document_element()) : Outcome<void>();
}

}  // namespace

Answer get_document(Call& call) {
  const Kind& kind = kind_of(call);
  const auto found = call.bucket->documents.find(kind.name);
  const auto text = found != call.bucket->documents.end() ? std::optional(found->second)
                                                          : implied(kind, *call.bucket);
  if (!text) {
    return refuse(404, kind.missing_code, std::string(kind.missing_message),
                  {{"BucketName", call.target.bucket}});
  }
  aws::HttpResponse response;
  response.status = 200;
  response.headers.set("Content-Type", kind.root.empty() ? "application/json" : "application/xml");
  response.body = SecretBytes(*text);
  return response;
}

Answer put_document(Call& call) {
  const Kind& kind = kind_of(call);
  if (auto good = require_checked_body(call.request); !good) return pass_on(std::move(good));
  const std::string_view text = call.request.body.view();
  if (auto good = check_text(kind, *call.bucket, text); !good) return pass_on(std::move(good));
  call.bucket->documents.insert_or_assign(std::string(kind.name), std::string(text));
  aws::HttpResponse response;
  response.status = kind.put_status;
  return response;
}

Answer delete_document(Call& call) {
  const Kind& kind = kind_of(call);
  if (const auto found = call.bucket->documents.find(kind.name);
      found != call.bucket->documents.end())
    call.bucket->documents.erase(found);
  aws::HttpResponse response;
  response.status = 204;
  return response;
}

}  // namespace ssmb::sandbox::s3
