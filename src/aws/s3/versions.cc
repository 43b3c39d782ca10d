// ListObjectVersions, and deleting one version.

#include <fmt/format.h>

#include "aws/s3/listing.h"
#include "aws/s3/request.h"
#include "aws/xml.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

using Kind = ObjectVersion::Kind;

Result<VersionPage> read_page(pugi::xml_node root) {
  const bool encoded = std::string_view(root.child_value("EncodingType")) == "url";
  VersionPage page;
  for (const pugi::xml_node entry : root.children()) {
    const std::string_view name = entry.name();
    if (name != "Version" && name != "DeleteMarker") continue;
    SSMB_TRY(key, decode_key(entry.child_value("Key"), encoded));
    ObjectVersion version{.key = ObjectKey(std::move(key)),
                          .id = entry.child_value("VersionId"),
                          .kind = name == "Version" ? Kind::object : Kind::delete_marker};
    // Without its id the newest would be deleted in its place.
    if (version.key.empty() || version.id.empty())
      return fail(ErrorKind::corrupt, "a version has no key or id");
    page.versions.push_back(std::move(version));
  }
  if (std::string_view(root.child_value("IsTruncated")) != "true") return page;
  SSMB_TRY(next, decode_key(root.child_value("NextKeyMarker"), encoded));
  page.next = VersionMarker{.key = next, .id = root.child_value("NextVersionIdMarker")};
  if (page.next->key.empty()) return fail(ErrorKind::corrupt, "it is cut short but has no marker");
  return page;
}

}  // namespace

ResultTask<VersionPage> Client::list_object_versions(Bucket bucket, VersionMarker after,
                                                     CallScope scope) {
  Request request{
      .permission = "ListBucketVersions", .bucket = std::move(bucket), .query = "versions"};
  add_query(request.query, "encoding-type", "url");
  add_query(request.query, "key-marker", after.key);
  add_query(request.query, "version-id-marker", after.id);
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  pugi::xml_document document;
  const pugi::xml_node root = parse_xml(response.body.view(), "ListVersionsResult", document);
  if (!root) co_return fail(malformed(operation, response, "it is no list of versions"));
  auto page = read_page(root);
  if (!page) co_return fail(malformed(operation, response, page.error().what));
  co_return page;
}

ResultTask<void> Client::delete_version(Bucket bucket, ObjectVersion version, CallScope scope) {
  if (version.id.empty())
    co_return fail(ErrorKind::internal, "delete_version was called without a version");
  Request request{.permission = "DeleteObjectVersion",
                  .method = "DELETE",
                  .bucket = std::move(bucket),
                  .key = std::move(version.key)};
  add_query(request.query, "versionId", version.id);
  SSMB_CO_TRY_VOID(co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return Result<void>();
}

}  // namespace ssmb::aws::s3
