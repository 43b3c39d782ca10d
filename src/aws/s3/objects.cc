// Whole objects: put, get, head, delete.

#include <fmt/format.h>

#include <algorithm>

#include "aws/s3/request.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

// Does the body hold what was asked for? S3's own checksum is of the whole object; one with "-"
// is of the parts' checksums and says nothing about bytes in a row.
std::string_view problem_of(const Object& object, const std::optional<ByteRange>& range,
                            int status) {
  const std::uint64_t size = object.body.size();
  if (!range) {
    const std::string& checksum = object.info.checksum_sha256;
    const bool whole = !checksum.empty() && !checksum.contains('-');
    if (whole && checksum != to_base64(sha256(object.body.view()))) {
      return "the body does not fit its checksum";
    }
    return size == object.info.size ? "" : "the body's length is not the object's";
  }
  if (status != 206 || object.info.size == 0) return "it holds no range";
  const std::uint64_t last = std::min(range->last, object.info.size - 1);
  return size == last - range->first + 1 ? "" : "the body's length is not the range's";
}

}  // namespace

ResultTask<ObjectInfo> Client::put_object(Bucket bucket, ObjectKey key, SecretBytes body,
                                          PutOptions options, CallScope scope) {
  const std::uint64_t size = body.size();
  Request request{.permission = "PutObject",
                  .method = "PUT",
                  .bucket = std::move(bucket),
                  .key = std::move(key)};
  // Somebody else's write was under way: S3 asks to try again.
  request.transient_codes = {"ConditionalRequestConflict"};
  SSMB_CO_TRY_VOID(add_put_options(options, request.headers));
  add_precondition(options.precondition, request.headers);
  add_checksum(body.view(), request.headers);
  request.body = std::move(body);
  const Operation operation = operation_of(request, region_);
  auto response = co_await send(session_, region_, std::move(request), std::move(scope));
  if (!response) {
    Error error = std::move(response).error();
    const bool contended = error.fault && error.fault->code == "ConditionalRequestConflict";
    if (contended && error.kind == ErrorKind::transient) error.kind = ErrorKind::conflict;
    co_return fail(std::move(error));
  }
  SSMB_CO_TRY(info, object_info(session_, operation, *response));
  if (info.etag.empty()) co_return fail(malformed(operation, *response, "it has no ETag"));
  info.size = size;
  co_return info;
}

ResultTask<Object> Client::get_object(Bucket bucket, ObjectKey key, std::optional<ByteRange> range,
                                      CallScope scope) {
  if (range && range->last < range->first) {
    co_return fail(ErrorKind::internal, "a range of bytes that ends before it begins");
  }
  Request request{.permission = "GetObject", .bucket = std::move(bucket), .key = std::move(key)};
  if (range) {
    request.headers.set("Range", fmt::format("bytes={}-{}", range->first, range->last));
  } else {
    request.headers.set("x-amz-checksum-mode", "ENABLED");
  }
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  Object object;
  SSMB_CO_TRY(info, object_info(session_, operation, response));
  object.info = std::move(info);
  object.body = std::move(response.body);
  const std::string_view problem = problem_of(object, range, response.status);
  if (!problem.empty()) co_return fail(malformed(operation, response, problem));
  co_return object;
}

ResultTask<ObjectInfo> Client::head_object(Bucket bucket, ObjectKey key, CallScope scope) {
  Request request{.permission = "GetObject",
                  .method = "HEAD",
                  .bucket = std::move(bucket),
                  .key = std::move(key)};
  request.headers.set("x-amz-checksum-mode", "ENABLED");
  const Operation operation = operation_of(request, region_);
  SSMB_CO_TRY(response, co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return object_info(session_, operation, response);
}

ResultTask<void> Client::delete_object(Bucket bucket, ObjectKey key, CallScope scope) {
  Request request{.permission = "DeleteObject",
                  .method = "DELETE",
                  .bucket = std::move(bucket),
                  .key = std::move(key)};
  SSMB_CO_TRY_VOID(co_await send(session_, region_, std::move(request), std::move(scope)));
  co_return Result<void>();
}

}  // namespace ssmb::aws::s3
