#include "sandbox/s3/conditions.h"

#include "base/text.h"
#include "base/time.h"

namespace ssmb::sandbox::s3 {
namespace {

// Without quotes, so that "x" and x are the same.
std::string_view bare(std::string_view etag) {
  etag = trim(etag);
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
    return etag.substr(1, etag.size() - 2);
  return etag;
}

bool matches(std::string_view list, const ETag& etag) {
  for (std::string_view item : split(list, ',')) {
    if (trim(item) == "*" || bare(item) == bare(etag.view())) return true;
  }
  return false;
}

std::unexpected<Fault> failed(std::string_view condition) {
  return refuse(412, "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                {{"Condition", std::string(condition)}});
}

// The header's time, to the second as HTTP has it; nullopt without the header, or unreadable.
std::optional<Time> time_in(const Call& call, std::string_view header) {
  const auto text = call.request.headers.find(header);
  if (!text) return std::nullopt;
  const auto time = parse_http_date(*text);
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

Outcome<void> check_write_conditions(const Call& call) {
  const ObjectVersion* current = call.bucket->current(call.target.key);
  if (const auto none = call.request.headers.find("if-none-match")) {
    if (trim(*none) != "*") {
      return refuse(501, "NotImplemented",
                    "A header you provided implies functionality that is not implemented",
                    {{"Header", "If-None-Match"}});
    }
    if (current) return failed("If-None-Match");
  }
  if (const auto match = call.request.headers.find("if-match")) {
    if (!current) {
      return refuse(404, "NoSuchKey", "The specified key does not exist.",
                    {{"Key", call.target.key}});
    }
    if (!matches(*match, current->etag)) return failed("If-Match");
  }
  return {};
}

Outcome<void> check_read_conditions(const Call& call, const ObjectVersion& version) {
  const auto modified = std::chrono::floor<std::chrono::seconds>(version.modified);
  if (const auto match = call.request.headers.find("if-match")) {
    if (!matches(*match, version.etag)) return failed("If-Match");
  } else if (const auto since = time_in(call, "if-unmodified-since"); since && modified > *since) {
    return failed("If-Unmodified-Since");
  }
  const auto none = call.request.headers.find("if-none-match");
  const auto since = time_in(call, "if-modified-since");
  const bool same = none ? matches(*none, version.etag) : since && modified <= *since;
  if (!same) return {};
  auto unchanged = refuse(304, "NotModified", "Not Modified");
  unchanged.error().headers.set("ETag", version.etag.str());
  unchanged.error().headers.set("Last-Modified", to_http_date(version.modified));
  return unchanged;
}

}  // namespace ssmb::sandbox::s3
