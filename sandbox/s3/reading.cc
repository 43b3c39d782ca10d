// GetObject and HeadObject.
#include <optional>

#include "base/text.h"
#include "sandbox/number.h"
#include "sandbox/s3/access.h"
#include "sandbox/s3/conditions.h"
#include "sandbox/s3/object_headers.h"
#include "sandbox/s3/operations.h"

namespace ssmb::sandbox::s3 {
namespace {

struct Slice {
  std::size_t first = 0;
  std::size_t size = 0;
};

// One range of bytes; a header that is not one is ignored, as RFC 9110 section 14.2 says.
Outcome<std::optional<Slice>> read_range(const Call& call, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::string_view text = trim(call.header("range"));
  if (!text.starts_with(kUnit)) return std::nullopt;
  const std::string_view range = text.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_number<std::size_t>(range.substr(0, dash));
  const auto last = parse_number<std::size_t>(range.substr(dash + 1));
  if ((!first && dash != 0) || (!last && dash + 1 != range.size()) || (!first && !last))
    return std::nullopt;
  if (first && last && *last < *first) return std::nullopt;
  Slice slice;
  if (first) {
    slice.first = *first;
    const std::size_t end = last && *last < size ? *last + 1 : size;
    slice.size = *first < size ? end - *first : 0;
  } else {
    slice.size = std::min(*last, size);
    slice.first = size - slice.size;
  }
  if (slice.size == 0) {
    return refuse(
        416, "InvalidRange", "The requested range is not satisfiable",
        {{"RangeRequested", std::string(text)}, {"ActualObjectSize", std::to_string(size)}});
  }
  return slice;
}

std::unexpected<Fault> missing_version(const Call& call, const std::string& id) {
  return refuse(404, "NoSuchVersion", "The specified version does not exist.",
                {{"Key", call.target.key}, {"VersionId", id}});
}

Outcome<const ObjectVersion*> version_by_id(const Call& call, const std::string& id) {
  const auto found = call.bucket->objects.find(call.target.key);
  if (found == call.bucket->objects.end()) return missing_version(call, id);
  for (const ObjectVersion& version : found->second) {
    if (version.id != id) continue;
    if (version.kind == VersionKind::object) return &version;
    auto marker = refuse(405, "MethodNotAllowed",
                         "The specified method is not allowed against this resource.",
                         {{"ResourceType", "DeleteMarker"}});
    marker.error().headers.set("x-amz-delete-marker", "true");
    marker.error().headers.set("Allow", "DELETE");
    return marker;
  }
  return missing_version(call, id);
}

Outcome<const ObjectVersion*> find_version(const Call& call) {
  if (const auto id = call.query.find("versionId")) return version_by_id(call, std::string(*id));
  const ObjectVersion* version = call.bucket->newest(call.target.key);
  if (version && version->kind == VersionKind::object) return version;
  // Who may not list the bucket does not learn that a key is missing: 403.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  if (auto told = check_policy_of(call, *call.bucket, "s3:ListBucket", call.bucket_arn()); !told)
    return pass_on(std::move(told));
  auto missing =
      refuse(404, "NoSuchKey", "The specified key does not exist.", {{"Key", call.target.key}});
  if (version) {
    missing.error().headers.set("x-amz-delete-marker", "true");
    missing.error().headers.set("x-amz-version-id", version->id);
  }
  return missing;
}

enum class Body { with, without };

Answer read(Call& call, Body body) {
  auto found = find_version(call);
  if (!found) return pass_on(std::move(found));
  const ObjectVersion& version = **found;
  if (auto good = check_read_conditions(call, version); !good) return pass_on(std::move(good));
  if (auto good = check_kms(call, version.description.encryption, "kms:Decrypt"); !good)
    return pass_on(std::move(good));
  const std::size_t size = version.body->size();
  auto range = read_range(call, size);
  if (!range) return pass_on(std::move(range));
  const Slice slice = range->value_or(Slice{.first = 0, .size = size});

  aws::HttpResponse response;
  response.status = *range ? 206 : 200;
  write_version(*call.bucket, version, response.headers);
  if (*range) {
    response.headers.set("Content-Range", "bytes " + std::to_string(slice.first) + "-" +
                                              std::to_string(slice.first + slice.size - 1) + "/" +
                                              std::to_string(size));
  } else if (version.checksum &&
             equal_ignoring_case(call.header("x-amz-checksum-mode"), "enabled")) {
    write_checksum(*version.checksum, response.headers);
  }
  response.headers.set("Content-Length", std::to_string(slice.size));
  if (body == Body::with)
    response.body = SecretBytes(version.body->view().substr(slice.first, slice.size));
  return response;
}

}  // namespace

Answer get_object(Call& call) { return read(call, Body::with); }
Answer head_object(Call& call) { return read(call, Body::without); }

}  // namespace ssmb::sandbox::s3
