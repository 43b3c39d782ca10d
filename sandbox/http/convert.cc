#include "sandbox/http/convert.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ssmb::sandbox {
namespace {

struct PathAndQuery {
  std::string path;
  std::string query;
};

std::optional<PathAndQuery> split_target(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (!target.starts_with('/')) return std::nullopt;
  const std::size_t mark = std::min(target.find('?'), target.size());
  return PathAndQuery{.path = std::string(target.substr(0, mark)),
                      .query = std::string(target.substr(std::min(mark + 1, target.size())))};
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::optional<aws::HttpRequest> from_wire(WireRequest&& wire, Arrival arrival) {
  auto target = split_target(wire.target());
  if (!target) return std::nullopt;
  aws::HttpRequest request;
  request.method = std::string(wire.method_string());
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  for (const auto& field : wire)
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  const bool tls = arrival.channel == Arrival::Channel::tls;
  request.endpoint = {.scheme = tls ? aws::Endpoint::Scheme::https : aws::Endpoint::Scheme::http,
                      .host = std::string(request.headers.get("host")),
                      .port = tls ? 443 : 80};
  request.body = std::move(wire.body());
  return request;
}

WireResponse to_wire(aws::HttpResponse&& response, Framing framing) {
  WireResponse wire;
  wire.version(framing.version);
  wire.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers.entries()) {
    if (!equal_ignoring_case(name, "content-length")) wire.insert(name, value);
  }
  wire.keep_alive(framing.keep_alive);
  if (!may_have_body(response.status)) return wire;
  const std::string length(response.headers.get("content-length"));
  const bool told = framing.head && !length.empty();
  wire.set(boost::beast::http::field::content_length,
           told ? length : std::to_string(response.body.size()));
  if (!framing.head) wire.body() = std::move(response.body);
  return wire;
}

}  // namespace ssmb::sandbox
