// ListBuckets, CreateBucket, HeadBucket, DeleteBucket, GetBucketLocation.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

constexpr std::string_view kClassic = "us-east-1";

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool good_name(const std::string& name) {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
  const bool charset = std::ranges::all_of(
      name, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
  if (!charset || name.contains("..")) return false;
  const bool address = std::ranges::count(name, '.') == 3 && std::ranges::all_of(name, [](char c) {
                         return c == '.' || (c >= '0' && c <= '9');
                       });
  return !address;
}

// The Region that the body asks for; nullopt for a body without one, or none.
Outcome<std::optional<std::string>> asked_region(const Call& call) {
  if (call.request.body.empty()) return std::nullopt;
  const auto document = parse_xml(call.request.body.view(), "CreateBucketConfiguration");
  if (!document) return std::unexpected(document.error());
  const pugi::xml_node node = document->document_element().child("LocationConstraint");
  if (!node) return std::nullopt;
  const std::string text(trim(node.text().get()));
  return text == "EU" ? "eu-west-1" : text;
}

// The endpoint of us-east-1 makes buckets anywhere, all others only their own Region's.
Outcome<Region> new_region(const Call& call) {
  auto asked = asked_region(call);
  if (!asked) return pass_on(std::move(asked));
  const std::string& endpoint = call.context.region.str();
  if (endpoint == kClassic) {
    if (!*asked) return Region(kClassic);
    if (**asked == kClassic || asked->value().empty()) {
      return refuse(400, "InvalidLocationConstraint",
                    "The specified location-constraint is not valid",
                    {{"LocationConstraint", **asked}});
    }
    return Region(**asked);
  }
  if (*asked && **asked == endpoint) return Region(endpoint);
  return refuse(400, "IllegalLocationConstraintException",
                fmt::format("The {} location constraint is incompatible for the region specific "
                            "endpoint this request was sent to.",
                            *asked ? **asked : "unspecified"));
}

Answer created(const Call& call) {
  aws::HttpResponse response;
  response.status = 200;
  response.headers.set("Location", "/" + call.target.bucket);
  return response;
}

Answer existing(const Call& call, const Bucket& bucket, const Region& region) {
  const std::string& name = call.target.bucket;
  if (bucket.owner != call.context.caller.account) {
    return refuse(409, "BucketAlreadyExists",
                  "The requested bucket name is not available. The bucket namespace is shared by "
                  "all users of the system. Please select a different name and try again.",
                  {{"BucketName", name}});
  }
  if (bucket.region.view() == kClassic && region.view() == kClassic) return created(call);
  return refuse(
      409, "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      {{"BucketName", name}});
}

// What S3 has given every new bucket since April 2023.
void add_defaults(Bucket& bucket) {
  bucket.documents["publicAccessBlock"] = fmt::format(
      "<PublicAccessBlockConfiguration xmlns=\"{}\"><BlockPublicAcls>true</BlockPublicAcls>"
      "<IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>"
      "<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
      kNamespace);
  bucket.documents["ownershipControls"] = fmt::format(
      "<OwnershipControls xmlns=\"{}\"><Rule><ObjectOwnership>BucketOwnerEnforced"
      "</ObjectOwnership></Rule></OwnershipControls>",
      kNamespace);
}

}  // namespace

Answer list_buckets(Call& call) {
  const Caller& caller = call.context.caller;
  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "ListAllMyBucketsResult");
  pugi::xml_node owner = root.append_child("Owner");
  add_text(owner, "ID", caller.account.view());
  pugi::xml_node list = root.append_child("Buckets");
  const std::string prefix = call.query.get("prefix");
  for (const auto& [name, bucket] : call.world.s3().buckets) {
    if (bucket.owner != caller.account || !name.view().starts_with(prefix)) continue;
    pugi::xml_node entry = list.append_child("Bucket");
    add_text(entry, "Name", name.view());
    add_text(entry, "CreationDate", xml_time(bucket.created));
    add_text(entry, "BucketRegion", bucket.region.view());
  }
  return xml_response(document);
}

Answer create_bucket(Call& call) {
  if (!good_name(call.target.bucket)) {
    return refuse(400, "InvalidBucketName", "The specified bucket is not valid.",
                  {{"BucketName", call.target.bucket}});
  }
  auto region = new_region(call);
  if (!region) return pass_on(std::move(region));
  auto& buckets = call.world.s3().buckets;
  const BucketName name(call.target.bucket);
  if (const auto found = buckets.find(name); found != buckets.end())
    return existing(call, found->second, *region);
  Bucket& bucket = buckets[name];
  bucket.owner = call.context.caller.account;
  bucket.region = *region;
  bucket.created = call.context.time;
  if (equal_ignoring_case(call.header("x-amz-bucket-object-lock-enabled"), "true")) {
    bucket.object_lock = ObjectLock::on;
    bucket.versioning = Versioning::enabled;
  }
  add_defaults(bucket);
  return created(call);
}

Answer head_bucket(Call& call) {
  aws::HttpResponse response;
  response.status = 200;
  response.headers.set("x-amz-bucket-region", call.bucket->region.str());
  response.headers.set("Content-Type", "application/xml");
  return response;
}

Answer delete_bucket(Call& call) {
  if (!call.bucket->objects.empty()) {
    return refuse(409, "BucketNotEmpty",
                  call.bucket->versioning == Versioning::never
                      ? "The bucket you tried to delete is not empty"
                      : "The bucket you tried to delete is not empty. You must delete all versions "
                        "in the bucket.",
                  {{"BucketName", call.target.bucket}});
  }
  call.world.s3().buckets.erase(BucketName(call.target.bucket));
  call.bucket = nullptr;
  aws::HttpResponse response;
  response.status = 204;
  return response;
}

Answer get_bucket_location(Call& call) {
  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "LocationConstraint");
  if (call.bucket->region.view() != kClassic) root.text().set(call.bucket->region.str().c_str());
  return xml_response(document);
}

}  // namespace ssmb::sandbox::s3
