// ListParts and ListMultipartUploads: whole, in one page.
#include "sandbox/s3/multipart.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {

Answer list_parts(Call& call) {
  auto upload = find_upload(call);
  if (!upload) return pass_on(std::move(upload));
  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "ListPartsResult");
  add_text(root, "Bucket", call.target.bucket);
  add_text(root, "Key", call.target.key);
  add_text(root, "UploadId", call.query.get("uploadId"));
  add_text(root, "StorageClass", "STANDARD");
  add_text(root, "MaxParts", "10000");
  add_text(root, "IsTruncated", "false");
  if ((*upload)->algorithm) {
    add_text(root, "ChecksumAlgorithm", name_of(*(*upload)->algorithm));
    add_text(root, "ChecksumType", name_of((*upload)->type));
  }
  for (const auto& [number, part] : (*upload)->parts) {
    pugi::xml_node entry = root.append_child("Part");
    add_text(entry, "PartNumber", std::to_string(number));
    add_text(entry, "LastModified", xml_time(part.modified));
    add_text(entry, "ETag", part.etag.view());
    add_text(entry, "Size", std::to_string(part.body->size()));
    if (part.checksum)
      add_text(entry, element_of(part.checksum->algorithm).c_str(), part.checksum->value);
  }
  return xml_response(document);
}

Answer list_multipart_uploads(Call& call) {
  const std::string prefix = call.query.get("prefix");
  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "ListMultipartUploadsResult");
  add_text(root, "Bucket", call.target.bucket);
  add_text(root, "Prefix", prefix);
  add_text(root, "MaxUploads", "1000");
  add_text(root, "IsTruncated", "false");
  for (const auto& [id, upload] : call.bucket->uploads) {
    if (!upload.key.starts_with(prefix)) continue;
    pugi::xml_node entry = root.append_child("Upload");
    add_text(entry, "Key", upload.key);
    add_text(entry, "UploadId", id);
    add_text(entry, "StorageClass", "STANDARD");
    add_text(entry, "Initiated", xml_time(upload.initiated));
  }
  return xml_response(document);
}

}  // namespace ssmb::sandbox::s3
