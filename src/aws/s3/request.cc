#include "aws/s3/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/xml.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws::s3 {
namespace {

constexpr std::string_view kMetadataPrefix = "x-amz-meta-";

struct Address {
  Endpoint endpoint;
  std::string path;
};

// A certificate for *.s3.<region>.amazonaws.com does not cover a name with dots in it.
Result<Address> address_of(Session& session, const Region& region, const Request& request) {
  const std::string_view bucket = request.bucket.name.view();
  if (!is_bucket_name(bucket)) {
    return fail(ErrorKind::configuration,
                fmt::format("'{}' is not the name of a bucket", printable(bucket, 80)));
  }
  Address address{.endpoint = session.endpoints.regional(Service::s3, region), .path = "/"};
  const bool tls = address.endpoint.scheme == Endpoint::Scheme::https;
  const bool has_dots = bucket.contains('.');
  if (session.endpoints.custom(Service::s3) || (has_dots && tls)) {
    address.path += bucket;
    if (!request.key.empty()) address.path += '/';
  } else {
    address.endpoint.host = fmt::format("{}.{}", bucket, address.endpoint.host);
  }
  address.path += percent_encode(request.key.view(), Slash::keep);
  return address;
}

Result<void> refuse_hidden_error(const Operation& operation, const HttpResponse& response) {
  pugi::xml_document document;
  if (!parse_xml(response.body.view(), "Error", document)) return {};
  return fail(to_error(operation, response.status, parse_xml_refusal(response)));
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_size(const HttpResponse& response, std::uint64_t& size) {
  const auto range = response.headers.find("Content-Range");  // "bytes 0-9/443"
  if (range) return read_number(range->substr(range->rfind('/') + 1), size);
  const auto length = response.headers.find("Content-Length");
  if (length) return read_number(*length, size);
  size = response.body.size();
  return true;
}

// expiry-date="Fri, 23 Dec 2012 00:00:00 GMT", rule-id="..."
std::optional<Time> read_expiry(std::string_view header) {
  constexpr std::string_view kDate = "expiry-date=\"";
  const std::size_t at = header.find(kDate);
  if (at == std::string_view::npos) return std::nullopt;
  header.remove_prefix(at + kDate.size());
  const auto date = parse_http_date(header.substr(0, header.find('"')));
  return date ? std::optional(*date) : std::nullopt;
}

}  // namespace

bool is_bucket_name(std::string_view name) {
  const auto is_end = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto fits = [&](char c) { return is_end(c) || c == '.' || c == '-'; };
  return name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, fits) &&
         is_end(name.front()) && is_end(name.back()) && !name.contains("..");
}

Operation operation_of(const Request& request, const Region& region) {
  return {.service = Service::s3,
          .name = fmt::format("s3:{}", request.permission),
          .region = region,
          .idempotency = Idempotency::safe,
          .transient_codes = request.transient_codes};
}

ResultTask<HttpResponse> send(Session& session, Region region, Request request, CallScope scope) {
  SSMB_CO_TRY(address, address_of(session, region, request));
  if (request.bucket.owner) {
    request.headers.set("x-amz-expected-bucket-owner", request.bucket.owner->str());
  }
  const Operation operation = operation_of(request, region);
  auto build = [&request, &address] {
    return HttpRequest{.method = request.method,
                       .endpoint = address.endpoint,
                       .path = address.path,
                       .query = request.query,
                       .headers = request.headers,
                       .body = request.body};
  };
  Accept accept;
  if (request.method == "PUT" || request.method == "POST") {
    accept = [&operation](const HttpResponse& response) {
      return refuse_hidden_error(operation, response);
    };
  }
  co_return co_await call(session, operation, SigningStyle::s3, std::move(build), std::move(scope),
                          std::move(accept));
}

void add_precondition(const Precondition& precondition, Headers& headers) {
  if (precondition.kind == Precondition::Kind::absent) headers.set("If-None-Match", "*");
  if (precondition.kind == Precondition::Kind::match) {
    headers.set("If-Match", precondition.etag.str());
  }
}

Result<void> add_put_options(const PutOptions& options, Headers& headers) {
  headers.set("Content-Type", options.content_type);
  headers.set("x-amz-server-side-encryption", options.encryption.algorithm);
  if (!options.encryption.kms_key_id.empty()) {
    headers.set("x-amz-server-side-encryption-aws-kms-key-id", options.encryption.kms_key_id);
  }
  const auto is_plain = [](char c) { return c >= 0x20 && c <= 0x7E; };
  for (const auto& [key, value] : options.metadata) {
    if (!std::ranges::all_of(value, is_plain)) {
      return fail(ErrorKind::internal, fmt::format("metadata '{}' is not plain ASCII", key));
    }
    headers.set(fmt::format("{}{}", kMetadataPrefix, key), value);
  }
  return {};
}

void add_checksum(std::string_view body, Headers& headers) {
  headers.set("x-amz-checksum-sha256", to_base64(sha256(body)));
}

Result<ObjectInfo> object_info(Session& session, const Operation& operation,
                               const HttpResponse& response) {
  const Headers& headers = response.headers;
  ObjectInfo info{
      .etag = ETag(headers.get("ETag")),
      .size = 0,
      .last_modified = std::nullopt,
      .metadata = {},
      .checksum_sha256 = std::string(headers.get("x-amz-checksum-sha256")),
      .server_side_encryption = std::string(headers.get("x-amz-server-side-encryption")),
      .expires = read_expiry(headers.get("x-amz-expiration")),
      .service_time = session.runtime.now() + session.clock_skew};
  if (!read_size(response, info.size)) {
    return fail(malformed(operation, response, "its size is not a number"));
  }
  for (const auto& [name, value] : headers.entries()) {
    const std::string lower = to_lower(name);
    if (lower.starts_with(kMetadataPrefix)) {
      info.metadata.emplace(lower.substr(kMetadataPrefix.size()), value);
    }
  }
  if (const auto modified = headers.find("Last-Modified")) {
    const auto time = parse_http_date(*modified);
    if (!time) return fail(malformed(operation, response, "its Last-Modified is not a date"));
    info.last_modified = *time;
  }
  if (const auto date = parse_http_date(headers.get("Date"))) info.service_time = *date;
  return info;
}

}  // namespace ssmb::aws::s3
