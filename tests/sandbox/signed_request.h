// Requests signed for the sandbox's own checks, with the pure functions whose results the vectors
// in sigv4_test.cc hold against AWS's.
#pragma once

#include <string>
#include <vector>

#include "aws/http/message.h"
#include "base/digest.h"
#include "base/text.h"
#include "sandbox/auth/sigv4.h"

namespace ssmb::sandbox {

struct TestKey {
  std::string id = "AKIDEXAMPLE";
  std::string secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  std::string token;
};

// Adds Host, X-Amz-Date (`timestamp`), the token, for s3 x-amz-content-sha256 (unless there), and
// Authorization over all headers that the request then has.
inline void sign_for_test(aws::HttpRequest& request, const TestKey& key, sigv4::Scope scope,
                          std::string timestamp) {
  const bool s3 = scope.service == "s3";
  aws::Headers& headers = request.headers;
  if (!headers.find("host")) headers.set("host", "sandbox.test");
  headers.set("x-amz-date", timestamp);
  if (!key.token.empty()) headers.set("x-amz-security-token", key.token);
  std::string hash = sha256_hex(request.body.view());
  if (s3 && !headers.find("x-amz-content-sha256")) headers.set("x-amz-content-sha256", hash);
  if (s3) hash = headers.get("x-amz-content-sha256");

  sigv4::Claim claim;
  claim.scope = std::move(scope);
  claim.timestamp = std::move(timestamp);
  std::set<std::string> names;
  for (const auto& [name, value] : headers.entries()) names.insert(to_lower(name));
  claim.signed_headers.assign(names.begin(), names.end());
  const std::string canonical = sigv4::canonical_request(
      request, claim, hash, s3 ? sigv4::Style::s3 : sigv4::Style::standard);
  const std::string signature =
      sigv4::sign_hex(sigv4::signing_key(SecretText(key.secret), claim.scope),
                      sigv4::string_to_sign(claim, canonical));
  headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=" + key.id + "/" + claim.scope.text() +
                                   ", SignedHeaders=" + join(claim.signed_headers, ";") +
                                   ", Signature=" + signature);
}

}  // namespace ssmb::sandbox
