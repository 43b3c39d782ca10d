#include "sandbox/s3/call.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::sandbox::s3 {
namespace {

std::string host_of(const aws::HttpRequest& request) {
  std::string host(request.headers.get("host"));
  if (host.empty()) host = request.endpoint.host;
  const std::size_t colon = host.rfind(':');
  // An IPv6 address has colons too, in brackets or bare.
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos &&
      host.find(':') == colon)
    host.resize(colon);
  return to_lower(host);
}

struct Host {
  std::string bucket;
  std::optional<Region> region;
};

// "[bucket.]s3[.region].amazonaws.com[.cn]", "bucket.localhost"; all else names no bucket.
Host read_host(const std::string& host) {
  for (std::string_view suffix : {".amazonaws.com", ".amazonaws.com.cn"}) {
    if (!host.ends_with(suffix)) continue;
    const std::string name = "." + host.substr(0, host.size() - suffix.size());
    const std::size_t s3 = name.rfind(".s3");
    if (s3 == std::string::npos) continue;
    const std::string rest = name.substr(s3 + 3);
    if (!rest.empty() && rest[0] != '.') continue;
    return {.bucket = s3 == 0 ? "" : name.substr(1, s3 - 1),
            .region = rest.empty() ? std::nullopt : std::optional(Region(rest.substr(1)))};
  }
  constexpr std::string_view kLocal = ".localhost";
  if (host.ends_with(kLocal) && host != "s3.localhost")
    return {.bucket = host.substr(0, host.size() - kLocal.size()), .region = std::nullopt};
  return {};
}

}  // namespace

Target target_of(const aws::HttpRequest& request) {
  Host host = read_host(host_of(request));
  std::string path = percent_decode(request.path).value_or(request.path);
  if (path.starts_with('/')) path.erase(0, 1);
  if (!host.bucket.empty())
    return {.bucket = host.bucket, .key = std::move(path), .host_region = host.region};
  const std::size_t slash = std::min(path.find('/'), path.size());
  return {.bucket = path.substr(0, slash),
          .key = path.substr(std::min(slash + 1, path.size())),
          .host_region = host.region};
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  const auto found = std::ranges::find(items_, name, &sigv4::QueryItem::name);
  if (found == items_.end()) return std::nullopt;
  return found->value;
}

const ObjectVersion* Bucket::newest(std::string_view key) const {
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : &found->second.back();
}

const ObjectVersion* Bucket::current(std::string_view key) const {
  const ObjectVersion* version = newest(key);
  return version && version->kind == VersionKind::object ? version : nullptr;
}

}  // namespace ssmb::sandbox::s3
