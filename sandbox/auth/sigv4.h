// AWS Signature Version 4, the pure part: what a request claims, and what its signature must be.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.h"
#include "base/secret.h"

namespace ssmb::sandbox::sigv4 {

// S3 takes the path as it is and encodes it once; the others normalise it and encode it twice.
enum class Style { standard, s3 };

struct Scope {
  std::string date;  // "20150830"
  std::string region;
  std::string service;

  std::string text() const;  // "20150830/us-east-1/s3/aws4_request"
};

// What the Authorization header, or a presigned query, says.
struct Claim {
  enum class Place { header, query } place = Place::header;
  std::string access_key_id;
  Scope scope;
  std::vector<std::string> signed_headers;
  std::string signature;
  std::string timestamp;  // "20150830T123600Z"
  std::string session_token;
  std::string payload_hash;       // x-amz-content-sha256 as sent; empty without
  long long expires_seconds = 0;  // only in a query
};

enum class ClaimProblem { absent, malformed };
std::expected<Claim, ClaimProblem> read_claim(const aws::HttpRequest& request);

// One parameter of a query, decoded; a malformed escape stays as it was.
struct QueryItem {
  std::string name;
  std::string value;
};
std::vector<QueryItem> parse_query(std::string_view query);

// `payload_hash` is the last line: a hex digest or one of the words that stand for it.
std::string canonical_request(const aws::HttpRequest& request, const Claim& claim,
                              std::string_view payload_hash, Style style);
std::string string_to_sign(const Claim& claim, std::string_view canonical);
// The key of a day, Region and service, as raw bytes.
SecretBytes signing_key(const SecretText& secret, const Scope& scope);
std::string sign_hex(const SecretBytes& key, std::string_view text);

// Compares signatures in constant time.
bool same_signature(std::string_view a, std::string_view b);

}  // namespace ssmb::sandbox::sigv4
