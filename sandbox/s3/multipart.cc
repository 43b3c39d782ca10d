// CreateMultipartUpload, UploadPart, AbortMultipartUpload.
#include "sandbox/s3/multipart.h"

#include <fmt/format.h>

#include "base/text.h"
#include "sandbox/number.h"
#include "sandbox/s3/object_headers.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/versions.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

constexpr int kMostParts = 10000;

// Which sums an upload may have: a CRC either way (CRC64NVME whole only), a SHA of its parts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
Outcome<void> read_checksum_plan(const Call& call, Upload& upload) {
  const auto name = call.request.headers.find("x-amz-checksum-algorithm");
  const std::string_view type = call.header("x-amz-checksum-type");
  if (!name) {
    if (type.empty()) return {};
    return refuse(400, "InvalidRequest",
                  "The x-amz-checksum-type header can only be used with the "
                  "x-amz-checksum-algorithm header.");
  }
  upload.algorithm = algorithm_named(*name);
  if (!upload.algorithm) {
    return refuse(400, "InvalidRequest",
                  "Checksum algorithm provided is unsupported. Please try again with any of the "
                  "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  const bool whole_only = *upload.algorithm == ChecksumAlgorithm::crc64nvme;
  const bool parts_only = *upload.algorithm == ChecksumAlgorithm::sha1 ||
                          *upload.algorithm == ChecksumAlgorithm::sha256;
  upload.type = whole_only ? ChecksumType::full_object : ChecksumType::composite;
  if (type.empty()) return {};
  const bool whole = type == name_of(ChecksumType::full_object);
  if ((!whole && type != name_of(ChecksumType::composite)) || (whole && parts_only) ||
      (!whole && whole_only)) {
    return refuse(400, "InvalidRequest",
                  fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.",
                              type, to_lower(*name)));
  }
  upload.type = whole ? ChecksumType::full_object : ChecksumType::composite;
  return {};
}

Outcome<int> part_number(const Call& call) {
  const std::string text = call.query.get("partNumber");
  const auto number = parse_number<int>(text);
  if (number && *number >= 1 && *number <= kMostParts) return *number;
  return refuse(400, "InvalidArgument",
                "Part number must be an integer between 1 and 10000, inclusive",
                {{"ArgumentName", "partNumber"}, {"ArgumentValue", text}});
}

}  // namespace

std::string spelled(const std::optional<ChecksumAlgorithm>& algorithm) {
  return algorithm ? to_lower(name_of(*algorithm)) : "null";
}

Outcome<Upload*> find_upload(const Call& call) {
  const auto found = call.bucket->uploads.find(call.query.get("uploadId"));
  if (found != call.bucket->uploads.end() && found->second.key == call.target.key)
    return &found->second;
  return refuse(404, "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload "
                "may have been aborted or completed.",
                {{"UploadId", call.query.get("uploadId")}});
}

Answer create_multipart_upload(Call& call) {
  auto description = read_description(call);
  if (!description) return pass_on(std::move(description));
  Upload upload{.key = call.target.key,
                .initiated = call.context.time,
                .description = *std::move(description)};
  if (auto good = read_checksum_plan(call, upload); !good) return pass_on(std::move(good));
  const std::string id = call.world.new_id();

  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "InitiateMultipartUploadResult");
  add_text(root, "Bucket", call.target.bucket);
  add_text(root, "Key", call.target.key);
  add_text(root, "UploadId", id);
  aws::HttpResponse response = xml_response(document);
  write_encryption(upload.description.encryption, response.headers);
  if (upload.algorithm) {
    response.headers.set("x-amz-checksum-algorithm", std::string(name_of(*upload.algorithm)));
    response.headers.set("x-amz-checksum-type", std::string(name_of(upload.type)));
  }
  call.bucket->uploads.emplace(id, std::move(upload));
  return response;
}

Answer upload_part(Call& call) {
  auto upload = find_upload(call);
  if (!upload) return pass_on(std::move(upload));
  const auto number = part_number(call);
  if (!number) return std::unexpected(number.error());
  if (call.request.headers.find("x-amz-server-side-encryption")) {
    return refuse(400, "InvalidArgument",
                  "x-amz-server-side-encryption header is not supported for this operation.",
                  {{"ArgumentName", "x-amz-server-side-encryption"}});
  }
  auto sent = check_body(call.request);
  if (!sent) return pass_on(std::move(sent));
  const auto algorithm = *sent ? std::optional((*sent)->algorithm) : std::nullopt;
  if ((*upload)->algorithm && algorithm != (*upload)->algorithm) {
    return refuse(400, "InvalidRequest",
                  fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, actual "
                              "checksum Type: {}",
                              spelled((*upload)->algorithm), spelled(algorithm)));
  }
  const std::string_view body = call.request.body.view();
  const Encryption& encryption = (*upload)->description.encryption;
  Part part{.body = std::make_shared<SecretBytes>(body),
            .etag = new_etag(call, encryption, md5_etag(body)),
            .modified = call.context.time,
            .checksum = *sent};
  aws::HttpResponse response;
  response.status = 200;
  response.headers.set("ETag", part.etag.str());
  write_encryption(encryption, response.headers);
  if (part.checksum)
    response.headers.set(header_of(part.checksum->algorithm), part.checksum->value);
  (*upload)->parts.insert_or_assign(*number, std::move(part));
  return response;
}

Answer abort_multipart_upload(Call& call) {
  if (auto upload = find_upload(call); !upload) return pass_on(std::move(upload));
  call.bucket->uploads.erase(call.query.get("uploadId"));
  aws::HttpResponse response;
  response.status = 204;
  return response;
}

}  // namespace ssmb::sandbox::s3
