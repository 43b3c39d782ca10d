// Uploads in parts.

#include <fmt/format.h>

#include "aws/s3/request.h"
#include "aws/xml.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

constexpr ByteCount kMaxPartSize{5ULL << 30};

std::string upload_query(std::string_view upload_id) {
  return fmt::format("uploadId={}", percent_encode(upload_id, Slash::encode));
}

Result<void> check_part(int number, ByteCount size) {
  if (number < 1 || number > kMaxParts) {
    return fail(ErrorKind::internal,
                fmt::format("part {} of an upload: there are 1 to {}", number, kMaxParts));
  }
  if (size > kMaxPartSize) return fail(ErrorKind::internal, "a part of over 5 GiB");
  return {};
}

// The document for Complete; the parts ascend.
Result<std::string> parts_document(const std::vector<UploadedPart>& parts) {
  std::string xml = fmt::format("<CompleteMultipartUpload xmlns=\"{}\">", kXmlNamespace);
  int previous = 0;
  for (const UploadedPart& part : parts) {
    if (part.number <= previous) {
      return fail(ErrorKind::internal, "the parts of an upload are not in order");
    }
    previous = part.number;
    xml += fmt::format(
        "<Part><ChecksumSHA256>{}</ChecksumSHA256><ETag>{}</ETag><PartNumber>{}</PartNumber></"
        "Part>",
        to_base64(part.checksum), xml_escape(part.etag.view()), part.number);
  }
  if (previous == 0) return fail(ErrorKind::internal, "an upload without parts");
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace

ResultTask<std::string> Client::create_multipart_upload(Bucket bucket, ObjectKey key,
                                                        PutOptions options, CallScope scope) {
  Request request{.permission = "PutObject",
                  .method = "POST",
                  .bucket = std::move(bucket),
                  .key = std::move(key),
                  .query = "uploads"};
  SSMB_CO_TRY_VOID(add_put_options(options, request.headers));
  request.headers.set("x-amz-checksum-algorithm", "SHA256");
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  pugi::xml_document document;
  const pugi::xml_node root =
      parse_xml(response.body.view(), "InitiateMultipartUploadResult", document);
  std::string upload_id = root.child_value("UploadId");
  if (upload_id.empty()) co_return fail(malformed(operation, response, "it has no UploadId"));
  co_return upload_id;
}

ResultTask<UploadedPart> Client::upload_part(Bucket bucket, ObjectKey key, std::string upload_id,
                                             int number, SecretBytes body, CallScope scope) {
  SSMB_CO_TRY_VOID(check_part(number, ByteCount{body.size()}));
  Request request{.permission = "PutObject",
                  .method = "PUT",
                  .bucket = std::move(bucket),
                  .key = std::move(key),
                  .query = fmt::format("partNumber={}&{}", number, upload_query(upload_id))};
  UploadedPart part{.number = number, .etag = {}, .checksum = sha256(body.view())};
  request.headers.set("x-amz-checksum-sha256", to_base64(part.checksum));
  request.body = std::move(body);
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  part.etag = ETag(response.headers.get("ETag"));
  if (part.etag.empty()) co_return fail(malformed(operation, response, "it has no ETag"));
  co_return part;
}

ResultTask<ObjectInfo> Client::complete_multipart_upload(Bucket bucket, ObjectKey key,
                                                         std::string upload_id,
                                                         std::vector<UploadedPart> parts,
                                                         Precondition precondition,
                                                         CallScope scope) {
  SSMB_CO_TRY(document, parts_document(parts));
  Request request{.permission = "PutObject",
                  .method = "POST",
                  .bucket = std::move(bucket),
                  .key = std::move(key),
                  .query = upload_query(upload_id)};
  request.headers.set("Content-Type", "application/xml");
  add_precondition(precondition, request.headers);
  request.body = SecretBytes(document);
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  pugi::xml_document answer;
  const pugi::xml_node root =
      parse_xml(response.body.view(), "CompleteMultipartUploadResult", answer);
  SSMB_CO_TRY(info, object_info(session_, operation, response));
  info.etag = ETag(root.child_value("ETag"));
  info.checksum_sha256 = root.child_value("ChecksumSHA256");
  info.size = 0;
  if (info.etag.empty()) co_return fail(malformed(operation, response, "it has no ETag"));
  co_return info;
}

ResultTask<void> Client::abort_multipart_upload(Bucket bucket, ObjectKey key, std::string upload_id,
                                                CallScope scope) {
  Request request{.permission = "AbortMultipartUpload",
                  .method = "DELETE",
                  .bucket = std::move(bucket),
                  .key = std::move(key),
                  .query = upload_query(upload_id)};
  auto response = co_await send(session_, region_, std::move(request), std::move(scope));
  const bool gone =
      !response && response.error().fault && response.error().fault->code == "NoSuchUpload";
  if (!response && !gone) co_return fail(std::move(response).error());
  co_return Result<void>();
}

}  // namespace ssmb::aws::s3
