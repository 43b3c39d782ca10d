// CompleteMultipartUpload.
#include <fmt/format.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"
#include "sandbox/s3/conditions.h"
#include "sandbox/s3/multipart.h"
#include "sandbox/s3/object_headers.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/versions.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

constexpr std::size_t kSmallestPart = std::size_t{5} << 20;

struct Listed {
  int number = 0;
  std::string etag;
  std::string checksum;  // of the upload's algorithm; may be empty
};

Outcome<std::vector<Listed>> read_list(const Call& call, const Upload& upload) {
  const auto document = parse_xml(call.request.body.view(), "CompleteMultipartUpload");
  if (!document) return std::unexpected(document.error());
  std::vector<Listed> list;
  const auto algorithm = upload.algorithm.value_or(ChecksumAlgorithm::crc64nvme);
  for (const pugi::xml_node& node : document->document_element().children("Part")) {
    Listed listed{.number = node.child("PartNumber").text().as_int(),
                  .etag = std::string(trim(node.child("ETag").text().get())),
                  .checksum = node.child(element_of(algorithm).c_str()).text().get()};
    if (listed.number < 1 || listed.etag.empty()) return malformed_xml();
    if (!listed.etag.starts_with('"')) listed.etag = "\"" + listed.etag + "\"";
    if (!list.empty() && listed.number <= list.back().number) {
      return refuse(400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. The parts list must be "
                    "specified in order by part number.");
    }
    list.push_back(std::move(listed));
  }
  if (list.empty()) return malformed_xml();
  return list;
}

// Is the part there, and the one that was meant, and large enough?
Outcome<void> check_part(const Upload& upload, const Listed& listed, bool last) {
  const auto part = upload.parts.find(listed.number);
  const auto invalid = [&] {
    return refuse(400, "InvalidPart",
                  "One or more of the specified parts could not be found. The part may not have "
                  "been uploaded, or the specified entity tag may not match the part's entity tag.",
                  {{"PartNumber", std::to_string(listed.number)}, {"ETag", listed.etag}});
  };
  if (part == upload.parts.end() || part->second.etag.view() != listed.etag) return invalid();
  const auto& checksum = part->second.checksum;
  if (!listed.checksum.empty() && (!checksum || checksum->value != listed.checksum))
    return invalid();
  if (upload.algorithm && upload.type == ChecksumType::composite && listed.checksum.empty()) {
    return refuse(400, "InvalidRequest",
                  fmt::format("The upload was created using a {} checksum. The complete request "
                              "must include the checksum for each part. It was missing for part {} "
                              "in the request.",
                              spelled(upload.algorithm), listed.number));
  }
  if (!last && part->second.body->size() < kSmallestPart) {
    return refuse(400, "EntityTooSmall",
                  "Your proposed upload is smaller than the minimum allowed size",
                  {{"ProposedSize", std::to_string(part->second.body->size())},
                   {"MinSizeAllowed", std::to_string(kSmallestPart)},
                   {"PartNumber", std::to_string(listed.number)},
                   {"ETag", listed.etag}});
  }
  return {};
}

// All parts as one object. The ETag is the MD5 of the parts' MD5s.
ObjectVersion assemble(Call& call, const Upload& upload, const std::vector<Listed>& list) {
  auto body = std::make_shared<SecretBytes>();
  std::size_t size = 0;
  for (const Listed& listed : list) size += upload.parts.at(listed.number).body->size();
  body->reserve(size);
  std::string digests;
  std::vector<std::string> checksums;
  for (const Listed& listed : list) {
    const Part& part = upload.parts.at(listed.number);
    body->append(part.body->view());
    const Md5Digest digest = md5(part.body->view());
    digests.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    checksums.push_back(listed.checksum);
  }
  const auto algorithm = upload.algorithm.value_or(ChecksumAlgorithm::crc64nvme);
  ObjectVersion object{.description = upload.description};
  object.checksum = upload.type == ChecksumType::composite
                        ? composite(algorithm, checksums)
                        : Checksum{.algorithm = algorithm,
                                   .value = base64_of(digest_of(algorithm, body->view()))};
  object.etag = new_etag(call, upload.description.encryption,
                         ETag(fmt::format("\"{}-{}\"", to_hex(md5(digests)), list.size())));
  object.body = std::move(body);
  return object;
}

// A checksum of the whole in the request's headers must be the one that came out.
Outcome<void> check_whole(const Call& call, const Checksum& checksum) {
  const auto sent = call.request.headers.find(header_of(checksum.algorithm));
  if (!sent) return {};
  const std::string_view bare =
      std::string_view(checksum.value).substr(0, checksum.value.find('-'));
  if (*sent == checksum.value || *sent == bare) return {};
  return refuse(400, "BadDigest",
                fmt::format("The {} you specified did not match the calculated checksum.",
                            spelled(checksum.algorithm)));
}

}  // namespace

Answer complete_multipart_upload(Call& call) {
  // First of all: a completion repeated after a lost answer meets its own object.
  if (auto good = check_write_conditions(call); !good) return pass_on(std::move(good));
  auto upload = find_upload(call);
  if (!upload) return pass_on(std::move(upload));
  auto list = read_list(call, **upload);
  if (!list) return pass_on(std::move(list));
  for (const Listed& listed : *list) {
    const bool last = &listed == &list->back();
    if (auto good = check_part(**upload, listed, last); !good) return pass_on(std::move(good));
  }
  ObjectVersion object = assemble(call, **upload, *list);
  if (auto good = check_whole(call, *object.checksum); !good) return pass_on(std::move(good));
  const ObjectVersion& version = add_version(call, call.target.key, std::move(object));
  call.bucket->uploads.erase(call.query.get("uploadId"));

  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "CompleteMultipartUploadResult");
  add_text(root, "Location",
           "http://" + call.target.bucket + ".s3.amazonaws.com/" + call.target.key);
  add_text(root, "Bucket", call.target.bucket);
  add_text(root, "Key", call.target.key);
  add_text(root, "ETag", version.etag.view());
  add_text(root, element_of(version.checksum->algorithm).c_str(), version.checksum->value);
  add_text(root, "ChecksumType", name_of(version.checksum->type));
  aws::HttpResponse response = xml_response(document);
  write_encryption(version.description.encryption, response.headers);
  write_version_id(*call.bucket, version, response.headers);
  return response;
}

}  // namespace ssmb::sandbox::s3
