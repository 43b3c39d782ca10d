// PutObject and CopyObject.
#include "base/encoding.h"
#include "sandbox/s3/access.h"
#include "sandbox/s3/conditions.h"
#include "sandbox/s3/object_headers.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/versions.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

// S3 sums every object with CRC64NVME where the client chose nothing.
Checksum own_checksum(std::string_view body) {
  return {.algorithm = ChecksumAlgorithm::crc64nvme,
          .value = base64_of(digest_of(ChecksumAlgorithm::crc64nvme, body))};
}

void write_result(const Bucket& bucket, const ObjectVersion& version, aws::Headers& headers) {
  write_version_id(bucket, version, headers);
  write_encryption(version.description.encryption, headers);
}

struct Source {
  const Bucket* bucket = nullptr;
  const ObjectVersion* version = nullptr;
  std::string key;
};

std::unexpected<Fault> no_such_key(const std::string& key) {
  return refuse(404, "NoSuchKey", "The specified key does not exist.", {{"Key", key}});
}

// "[/]bucket/key[?versionId=id]", percent-encoded.
Outcome<Source> find_source(const Call& call) {
  std::string_view text = call.header("x-amz-copy-source");
  if (text.starts_with('/')) text.remove_prefix(1);
  const std::size_t mark = std::min(text.find("?versionId="), text.size());
  const std::string id(mark < text.size() ? text.substr(mark + 11) : "");
  const std::string path = percent_decode(text.substr(0, mark)).value_or("");
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos) {
    return refuse(400, "InvalidArgument",
                  "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  const auto& buckets = call.world.s3().buckets;
  const auto bucket = buckets.find(BucketName(path.substr(0, slash)));
  if (bucket == buckets.end())
    return refuse(404, "NoSuchBucket", "The specified bucket does not exist");
  const std::string key = path.substr(slash + 1);
  if (auto allowed = check_policy_of(call, bucket->second, "s3:GetObject", "arn:aws:s3:::" + path);
      !allowed)
    return pass_on(std::move(allowed));
  const auto versions = bucket->second.objects.find(key);
  if (versions == bucket->second.objects.end()) return no_such_key(key);
  for (const ObjectVersion& version : versions->second) {
    const bool wanted = id.empty() ? &version == &versions->second.back() : version.id == id;
    if (wanted && version.kind == VersionKind::object)
      return Source{.bucket = &bucket->second, .version = &version, .key = key};
  }
  return no_such_key(key);
}

}  // namespace

Answer put_object(Call& call) {
  auto sent = check_body(call.request);
  if (!sent) return pass_on(std::move(sent));
  auto description = read_description(call);
  if (!description) return pass_on(std::move(description));
  if (!description->lock_mode.empty() && !*sent && !call.request.headers.find("content-md5")) {
    return refuse(400, "InvalidRequest",
                  "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests "
                  "with Object Lock parameters");
  }
  if (auto good = check_write_conditions(call); !good) return pass_on(std::move(good));
  const std::string_view body = call.request.body.view();
  ObjectVersion object{.body = std::make_shared<SecretBytes>(body),
                       .description = *std::move(description),
                       .checksum = sent->value_or(own_checksum(body))};
  object.etag = new_etag(call, object.description.encryption, md5_etag(body));
  const ObjectVersion& version = add_version(call, call.target.key, std::move(object));

  aws::HttpResponse response;
  response.status = 200;
  response.headers.set("ETag", version.etag.str());
  write_result(*call.bucket, version, response.headers);
  write_checksum(*version.checksum, response.headers);
  return response;
}

Answer copy_object(Call& call) {
  auto source = find_source(call);
  if (!source) return pass_on(std::move(source));
  auto description = read_description(call);
  if (!description) return pass_on(std::move(description));
  if (auto good = check_write_conditions(call); !good) return pass_on(std::move(good));
  const ObjectVersion& original = *source->version;
  if (call.header("x-amz-metadata-directive") != "REPLACE") {
    description->content_type = original.description.content_type;
    description->headers = original.description.headers;
  }
  ObjectVersion copy{
      .body = original.body, .description = *std::move(description), .checksum = original.checksum};
  copy.etag = new_etag(call, copy.description.encryption, md5_etag(copy.body->view()));
  const ObjectVersion& version = add_version(call, call.target.key, std::move(copy));

  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "CopyObjectResult");
  add_text(root, "ETag", version.etag.view());
  add_text(root, "LastModified", xml_time(version.modified));
  aws::HttpResponse response = xml_response(document);
  write_result(*call.bucket, version, response.headers);
  return response;
}

}  // namespace ssmb::sandbox::s3
