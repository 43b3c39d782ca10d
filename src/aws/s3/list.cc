// ListObjectsV2.

#include <fmt/format.h>

#include <charconv>

#include "aws/s3/listing.h"
#include "aws/s3/request.h"
#include "aws/xml.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

constexpr int kMaxKeys = 1000;

bool read_size(std::string_view text, std::uint64_t& size) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return error == std::errc{} && end == text.data() + text.size();
}

Result<ListedObject> read_object(pugi::xml_node contents, bool encoded) {
  SSMB_TRY(key, decode_key(contents.child_value("Key"), encoded));
  ListedObject object{.key = ObjectKey(std::move(key)),
                      .size = 0,
                      .last_modified = std::nullopt,
                      .etag = ETag(contents.child_value("ETag"))};
  if (object.key.empty() || !read_size(contents.child_value("Size"), object.size)) {
    return fail(ErrorKind::corrupt, "an object has no key or size");
  }
  if (const pugi::xml_node modified = contents.child("LastModified")) {
    SSMB_TRY(time, parse_iso8601(modified.child_value()));
    object.last_modified = time;
  }
  return object;
}

Result<ListPage> read_page(pugi::xml_node root) {
  const bool encoded = std::string_view(root.child_value("EncodingType")) == "url";
  ListPage page;
  for (const pugi::xml_node contents : root.children("Contents")) {
    SSMB_TRY(object, read_object(contents, encoded));
    page.objects.push_back(std::move(object));
  }
  for (const pugi::xml_node prefixes : root.children("CommonPrefixes")) {
    SSMB_TRY(prefix, decode_key(prefixes.child_value("Prefix"), encoded));
    page.common_prefixes.push_back(std::move(prefix));
  }
  if (std::string_view(root.child_value("IsTruncated")) == "true") {
    page.next_token = root.child_value("NextContinuationToken");
    if (page.next_token.empty()) {
      return fail(ErrorKind::corrupt, "it is cut short but has no token");
    }
  }
  return page;
}

}  // namespace

ResultTask<ListPage> Client::list_objects(Bucket bucket, std::string prefix, std::string delimiter,
                                          std::string next_token, CallScope scope) {
  Request request{.permission = "ListBucket", .bucket = std::move(bucket)};
  add_query(request.query, "continuation-token", next_token);
  add_query(request.query, "delimiter", delimiter);
  add_query(request.query, "encoding-type", "url");
  add_query(request.query, "list-type", "2");
  add_query(request.query, "max-keys", std::to_string(kMaxKeys));
  add_query(request.query, "prefix", prefix);
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  pugi::xml_document document;
  const pugi::xml_node root = parse_xml(response.body.view(), "ListBucketResult", document);
  if (!root) co_return fail(malformed(operation, response, "it is no list of objects"));
  auto page = read_page(root);
  if (!page) co_return fail(malformed(operation, response, page.error().what));
  co_return page;
}

}  // namespace ssmb::aws::s3
