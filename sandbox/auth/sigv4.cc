#include "sandbox/auth/sigv4.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"
#include "sandbox/number.h"

namespace ssmb::sandbox::sigv4 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr long long kLongestPresigned = 7LL * 24 * 60 * 60;

std::string decoded(std::string_view text) {
  auto plain = percent_decode(text);
  return plain ? *std::move(plain) : std::string(text);
}

// "AKID/20150830/us-east-1/s3/aws4_request"; an access key id may not hold a slash.
bool read_credential(std::string_view text, Claim& claim) {
  const auto parts = split(text, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return false;
  if (parts[0].empty() || parts[1].size() != 8 || parts[2].empty() || parts[3].empty())
    return false;
  claim.access_key_id = parts[0];
  claim.scope = {.date = std::string(parts[1]),
                 .region = std::string(parts[2]),
                 .service = std::string(parts[3])};
  return true;
}

bool read_signed_headers(std::string_view text, Claim& claim) {
  for (std::string_view name : split(text, ';')) {
    if (name.empty()) return false;
    claim.signed_headers.emplace_back(name);
  }
  return !claim.signed_headers.empty();
}

std::expected<Claim, ClaimProblem> read_header(std::string_view text,
                                               const aws::HttpRequest& request) {
  if (!text.starts_with(kAlgorithm)) return std::unexpected(ClaimProblem::malformed);
  Claim claim;
  int found = 0;
  for (std::string_view part : split(text.substr(kAlgorithm.size()), ',')) {
    part = trim(part);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::unexpected(ClaimProblem::malformed);
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "Credential" && read_credential(value, claim)) ++found;
    if (name == "SignedHeaders" && read_signed_headers(value, claim)) ++found;
    if (name == "Signature") {
      claim.signature = value;
      ++found;
    }
  }
  if (found != 3) return std::unexpected(ClaimProblem::malformed);
  claim.timestamp = request.headers.get("x-amz-date");
  claim.session_token = request.headers.get("x-amz-security-token");
  claim.payload_hash = request.headers.get("x-amz-content-sha256");
  return claim;
}

std::expected<Claim, ClaimProblem> read_query(const std::vector<QueryItem>& items) {
  Claim claim;
  claim.place = Claim::Place::query;
  int found = 0;
  for (const auto& [name, value] : items) {
    if (name == "X-Amz-Credential" && read_credential(value, claim)) ++found;
    if (name == "X-Amz-SignedHeaders" && read_signed_headers(value, claim)) ++found;
    if (name == "X-Amz-Signature") claim.signature = value;
    if (name == "X-Amz-Date") claim.timestamp = value;
    if (name == "X-Amz-Security-Token") claim.session_token = value;
    if (name == "X-Amz-Content-Sha256") claim.payload_hash = value;
    if (name == "X-Amz-Expires") {
      const auto seconds = parse_number<long long>(value);
      if (!seconds || *seconds < 0 || *seconds > kLongestPresigned)
        return std::unexpected(ClaimProblem::malformed);
      claim.expires_seconds = *seconds;
    }
  }
  const bool whole = found == 2 && !claim.signature.empty() && !claim.timestamp.empty();
  if (!whole) return std::unexpected(ClaimProblem::malformed);
  return claim;
}

// RFC 3986 section 5.2.4 and no doubled slashes, as the standard style asks.
std::string normalised(std::string_view path) {
  std::vector<std::string> kept;
  for (std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.emplace_back(segment);
    }
  }
  std::string result = "/" + join(kept, "/");
  if (path.ends_with('/') && result.size() > 1) result += '/';
  return result;
}

std::string canonical_path(std::string_view path, Style style) {
  if (path.empty()) return "/";
  if (style == Style::s3) return percent_encode(decoded(path), Slash::keep);
  return percent_encode(normalised(path), Slash::keep);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const QueryItem& item : parse_query(query)) {
    if (item.name == "X-Amz-Signature") continue;
    pairs.emplace_back(percent_encode(item.name, Slash::encode),
                       percent_encode(item.value, Slash::encode));
  }
  std::ranges::sort(pairs);
  std::vector<std::string> parts;
  parts.reserve(pairs.size());
  for (const auto& [name, value] : pairs) parts.push_back(name + "=" + value);
  return join(parts, "&");
}

// White space at the ends goes, runs inside become one space.
std::string folded(std::string_view value) {
  std::string result;
  for (char c : trim(value)) {
    if ((c == ' ' || c == '\t') && result.ends_with(' ')) continue;
    result += c == '\t' ? ' ' : c;
  }
  return result;
}

std::string canonical_header(const aws::HttpRequest& request, const std::string& name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : request.headers.entries()) {
    if (equal_ignoring_case(key, name)) values.push_back(folded(value));
  }
  // In process no transport has added the Host header.
  if (values.empty() && name == "host") values.push_back(request.endpoint.authority());
  return name + ":" + join(values, ",") + "\n";
}

std::string_view as_text(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string Scope::text() const { return date + "/" + region + "/" + service + "/aws4_request"; }

std::vector<QueryItem> parse_query(std::string_view query) {
  std::vector<QueryItem> items;
  if (query.empty()) return items;
  for (std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    items.push_back({.name = decoded(part.substr(0, equals)),
                     .value = decoded(part.substr(std::min(equals + 1, part.size())))});
  }
  return items;
}

std::expected<Claim, ClaimProblem> read_claim(const aws::HttpRequest& request) {
  if (auto header = request.headers.find("authorization")) return read_header(*header, request);
  const std::vector<QueryItem> items = parse_query(request.query);
  const bool presigned = std::ranges::any_of(items, [](const QueryItem& item) {
    return item.name == "X-Amz-Algorithm" && item.value == kAlgorithm;
  });
  if (presigned) return read_query(items);
  return std::unexpected(ClaimProblem::absent);
}

std::string canonical_request(const aws::HttpRequest& request, const Claim& claim,
                              std::string_view payload_hash, Style style) {
  std::string text = request.method + "\n" + canonical_path(request.path, style) + "\n" +
                     canonical_query(request.query) + "\n";
  for (const std::string& name : claim.signed_headers) text += canonical_header(request, name);
  text += "\n" + join(claim.signed_headers, ";") + "\n";
  text += payload_hash;
  return text;
}

std::string string_to_sign(const Claim& claim, std::string_view canonical) {
  return std::string(kAlgorithm) + "\n" + claim.timestamp + "\n" + claim.scope.text() + "\n" +
         sha256_hex(canonical);
}

SecretBytes signing_key(const SecretText& secret, const Scope& scope) {
  SecretBytes first("AWS4");
  first.append(secret.reveal());
  Sha256Digest key = hmac_sha256(first.view(), scope.date);
  key = hmac_sha256(as_text(key), scope.region);
  key = hmac_sha256(as_text(key), scope.service);
  key = hmac_sha256(as_text(key), "aws4_request");
  SecretBytes result(as_text(key));
  wipe(key.data(), key.size());
  return result;
}

std::string sign_hex(const SecretBytes& key, std::string_view text) {
  return to_hex(hmac_sha256(key.view(), text));
}

bool same_signature(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(a[i]) ^ static_cast<unsigned>(b[i]);
  }
  return difference == 0;
}

}  // namespace ssmb::sandbox::sigv4
