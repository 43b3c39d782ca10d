// Two independent parties judge our signatures: AWS's SigV4 test suite, and the sandbox's own
// implementation, which shares no code with aws-c-auth.
#include "aws/auth/signer.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "runtime/virtual_runtime.h"
#include "sandbox/auth/sigv4.h"

namespace ssmb::aws {
namespace {

const Time kTime = parse_iso8601("2015-08-30T12:36:00Z").value();
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

Credentials keys(std::string token = {}) {
  return {.access_key_id = "AKIDEXAMPLE",
          .secret_access_key = SecretText(kSecret),
          .session_token = SecretText(token),
          .expires = std::nullopt};
}

Result<void> sign_now(HttpRequest& request, const Credentials& credentials, SigningScope scope) {
  VirtualRuntime runtime(1);
  return runtime.run(sign(request, credentials, std::move(scope))).value();
}

SigningScope scope_of(std::string service, SigningStyle style = SigningStyle::standard) {
  return {
      .service = std::move(service), .region = Region("us-east-1"), .time = kTime, .style = style};
}

struct Row {
  const char* name;
  std::string method = "GET";
  std::string path = "/";
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string token;
  std::string signature;  // of the test suite
};

HttpRequest request_of(const Row& row) {
  HttpRequest request{.method = row.method,
                      .endpoint = {.host = "example.amazonaws.com", .port = 443},
                      .path = row.path,
                      .query = row.query,
                      .body = SecretBytes(row.body)};
  for (const auto& [name, value] : row.headers) request.headers.add(name, value);
  return request;
}

TEST(Signer, AgreesWithTheTestSuite) {
  const Row rows[] = {
      {.name = "get-vanilla",
       .signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {.name = "get-vanilla-query-order-key-case",
       .query = "Param2=value2&Param1=value1",
       .signature = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {.name = "get-header-value-trim",
       .headers = {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       .signature = "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {.name = "get-relative-relative",
       .path = "/example1/example2/../..",
       .signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {.name = "post-vanilla",
       .method = "POST",
       .signature = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    HttpRequest request = request_of(row);
    ASSERT_TRUE(sign_now(request, keys(), scope_of("service")));
    EXPECT_EQ(request.headers.get("X-Amz-Date"), "20150830T123600Z");
    const std::string_view header = request.headers.get("Authorization");
    EXPECT_TRUE(
        header.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/"
                           "service/aws4_request, SignedHeaders="))
        << header;
    EXPECT_TRUE(header.ends_with("Signature=" + row.signature)) << header;
  }
}

// What the sandbox computes for the request as it would go over the wire.
std::string judged(const HttpRequest& request, sandbox::sigv4::Style style) {
  const auto claim = sandbox::sigv4::read_claim(request);
  if (!claim) return "no claim in it";
  const std::string canonical =
      sandbox::sigv4::canonical_request(request, *claim, sha256_hex(request.body.view()), style);
  return sandbox::sigv4::sign_hex(sandbox::sigv4::signing_key(SecretText(kSecret), claim->scope),
                                  sandbox::sigv4::string_to_sign(*claim, canonical));
}

TEST(Signer, AgreesWithTheSandboxInBothStyles) {
  const Row rows[] = {
      {.name = "JSON 1.1",
       .method = "POST",
       .headers = {{"X-Amz-Target", "AmazonSSM.GetParameters"},
                   {"Content-Type", "application/x-amz-json-1.1"},
                   {"User-Agent", "is not signed"}},
       .body = R"({"Names":["/a/b"]})"},
      {.name = "query parameters, encoded and empty",
       .query = "list-type=2&prefix=a%2Fb%20c&delimiter=%2F&versioning&x=%E3%81%82&A=%7E~"},
      {.name = "UTF-8 path", .path = "/2026-11-22/%E6%97%A5%E6%9C%AC/a%20b%2Bc.json"},
      {.name = "path with dots and doubled slashes", .path = "/a/./b/../c//d"},
      {.name = "session token", .method = "DELETE", .token = "a/long+token=="},
      {.name = "conditions and metadata",
       .method = "PUT",
       .path = "/key",
       .headers = {{"If-None-Match", "*"},
                   {"x-amz-meta-run", "  spaced   value "},
                   {"x-amz-server-side-encryption", "AES256"}},
       .body = std::string(100'000, 'x')},
  };
  for (const Row& row : rows) {
    for (const SigningStyle style : {SigningStyle::standard, SigningStyle::s3}) {
      SCOPED_TRACE(std::string(row.name) + (style == SigningStyle::s3 ? ", S3" : ""));
      HttpRequest request = request_of(row);
      ASSERT_TRUE(sign_now(request, keys(row.token), scope_of("s3", style)));
      const bool s3 = style == SigningStyle::s3;
      EXPECT_EQ(sandbox::sigv4::read_claim(request).value().signature,
                judged(request, s3 ? sandbox::sigv4::Style::s3 : sandbox::sigv4::Style::standard));
      EXPECT_EQ(request.headers.get("x-amz-content-sha256"), s3 ? sha256_hex(row.body) : "");
      EXPECT_EQ(request.headers.get("X-Amz-Security-Token"), row.token);
      EXPECT_EQ(request.headers.get("Host"), "example.amazonaws.com");
    }
  }
}

TEST(Signer, SignsTheTokenAndAllHeadersThatTravelUnchanged) {
  HttpRequest request = request_of({.name = "", .headers = {{"x-amz-meta-a", "1"}}});
  ASSERT_TRUE(sign_now(request, keys("token"), scope_of("s3", SigningStyle::s3)));
  const auto signed_headers = sandbox::sigv4::read_claim(request).value().signed_headers;
  const std::vector<std::string> expected = {"host", "x-amz-content-sha256", "x-amz-date",
                                             "x-amz-meta-a", "x-amz-security-token"};
  EXPECT_EQ(signed_headers, expected);
}

TEST(Signer, SigningAgainReplacesTheFirstSignature) {
  HttpRequest request = request_of({.name = ""});
  ASSERT_TRUE(sign_now(request, keys("old token"), scope_of("s3", SigningStyle::s3)));
  ASSERT_TRUE(sign_now(request, keys(), scope_of("service")));
  HttpRequest fresh = request_of({.name = ""});
  ASSERT_TRUE(sign_now(fresh, keys(), scope_of("service")));
  EXPECT_EQ(request.headers.get("Authorization"), fresh.headers.get("Authorization"));
  EXPECT_EQ(request.headers.entries().size(), fresh.headers.entries().size());
}

TEST(Signer, RefusesToSignWithoutAKey) {
  HttpRequest request = request_of({.name = ""});
  const auto keyless = sign_now(request, Credentials{}, scope_of("ssm"));
  ASSERT_FALSE(keyless);
  EXPECT_EQ(keyless.error().kind, ErrorKind::credentials);
  EXPECT_FALSE(request.headers.find("Authorization"));
}

}  // namespace
}  // namespace ssmb::aws
