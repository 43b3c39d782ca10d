#include "sandbox/auth/authenticate.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/sandbox/signed_request.h"

namespace ssmb::sandbox {
namespace {

constexpr const char* kAccounts = R"(
accounts:
  - id: "111122223333"
    keys:
      - {access_key_id: AKIDEXAMPLE, user: backup,
         secret_access_key: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY}
      - {access_key_id: ASIATEMP, secret_access_key: s3cret, session_token: t0ken,
         arn: "arn:aws:sts::111122223333:assumed-role/job/1"}
      - {access_key_id: ASIAOLD, secret_access_key: s3cret, session_token: t0ken,
         expires: "2015-08-30T12:00:00Z"}
)";
const Time kNow = *parse_timestamp("20150830_123600");
constexpr const char* kTimestamp = "20150830T123600Z";

Accounts accounts() { return *Accounts::parse(kAccounts); }

sigv4::Scope scope(std::string service) {
  return {.date = "20150830", .region = "us-west-2", .service = std::move(service)};
}

aws::HttpRequest plain(std::string body) {
  aws::HttpRequest request;
  request.method = "PUT";
  request.path = "/bucket/a%20key";
  request.body = SecretBytes(body);
  return request;
}

aws::HttpRequest signed_with(const TestKey& key, const std::string& service,
                             const std::string& timestamp = kTimestamp) {
  aws::HttpRequest request = plain("hello");
  sign_for_test(request, key, scope(service), timestamp);
  return request;
}

TEST(Authenticate, KnowsTheCallerOfASignedRequest) {
  struct Row {
    std::string name;
    TestKey key;
    AuthProtocol protocol;
    std::string arn;
  };
  const TestKey temporary{.id = "ASIATEMP", .secret = "s3cret", .token = "t0ken"};
  const std::vector<Row> rows = {
      {"json", {}, AuthProtocol::json, "arn:aws:iam::111122223333:user/backup"},
      {"query", {}, AuthProtocol::query, "arn:aws:iam::111122223333:user/backup"},
      {"s3", {}, AuthProtocol::s3, "arn:aws:iam::111122223333:user/backup"},
      {"session", temporary, AuthProtocol::s3, "arn:aws:sts::111122223333:assumed-role/job/1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    auto request = signed_with(row.key, row.protocol == AuthProtocol::s3 ? "s3" : "ssm");
    const auto caller = authenticate(request, row.protocol, accounts(), kNow);
    ASSERT_TRUE(caller.has_value()) << caller.error().code;
    EXPECT_EQ(caller->arn.view(), row.arn);
    EXPECT_EQ(caller->account.view(), "111122223333");
    EXPECT_EQ(caller->region.view(), "us-west-2");
  }
}

// Each way to be refused, with its code in the three protocols.
TEST(Authenticate, RefusesWithTheCodeOfTheProtocol) {
  struct Row {
    std::string name;
    std::function<aws::HttpRequest(std::string service)> make;
    std::string json;
    std::string query;
    std::string s3;
  };
  const std::vector<Row> rows = {
      {"no signature", [](auto) { return plain("hello"); }, "MissingAuthenticationTokenException",
       "MissingAuthenticationToken", "AccessDenied"},
      {"unreadable",
       [](auto) {
         auto request = plain("hello");
         request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=x");
         return request;
       },
       "IncompleteSignatureException", "IncompleteSignature", "AuthorizationHeaderMalformed"},
      {"unknown key", [](auto service) { return signed_with({.id = "AKIDNOBODY"}, service); },
       "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"},
      {"wrong secret", [](auto service) { return signed_with({.secret = "wrong"}, service); },
       "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
      {"token missing",
       [](auto service) { return signed_with({.id = "ASIATEMP", .secret = "s3cret"}, service); },
       "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken"},
      {"token too much", [](auto service) { return signed_with({.token = "t0ken"}, service); },
       "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken"},
      {"session over",
       [](auto service) {
         return signed_with({.id = "ASIAOLD", .secret = "s3cret", .token = "t0ken"}, service);
       },
       "ExpiredTokenException", "ExpiredToken", "ExpiredToken"},
      {"16 minutes early",
       [](auto service) { return signed_with({}, service, "20150830T125201Z"); },
       "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"},
      {"16 minutes late", [](auto service) { return signed_with({}, service, "20150830T121959Z"); },
       "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"},
      {"body altered",
       [](auto service) {
         auto request = signed_with({}, service);
         request.body = SecretBytes("hallo");
         return request;
       },
       "InvalidSignatureException", "SignatureDoesNotMatch", "XAmzContentSHA256Mismatch"},
      {"path altered",
       [](auto service) {
         auto request = signed_with({}, service);
         request.path = "/bucket/another";
         return request;
       },
       "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
  };
  for (const Row& row : rows) {
    for (const auto& [protocol, service, code] : {std::tuple(AuthProtocol::json, "ssm", row.json),
                                                  std::tuple(AuthProtocol::query, "sts", row.query),
                                                  std::tuple(AuthProtocol::s3, "s3", row.s3)}) {
      SCOPED_TRACE(row.name + " over " + service);
      auto request = row.make(service);
      const auto caller = authenticate(request, protocol, accounts(), kNow);
      ASSERT_FALSE(caller.has_value());
      EXPECT_EQ(caller.error().code, code);
    }
  }
}

TEST(Authenticate, FourteenMinutesOffIsGoodEnough) {
  for (const char* time : {"20150830T122201Z", "20150830T124959Z"}) {
    auto request = signed_with({}, "ssm", time);
    EXPECT_TRUE(authenticate(request, AuthProtocol::json, accounts(), kNow).has_value()) << time;
  }
}

TEST(Authenticate, RefusesAnAmzHeaderThatWasAddedAfterSigning) {
  auto request = signed_with({}, "s3");
  request.headers.set("x-amz-meta-added", "later");
  const auto caller = authenticate(request, AuthProtocol::s3, accounts(), kNow);
  ASSERT_FALSE(caller.has_value());
  EXPECT_EQ(caller.error().code, "AccessDenied");
}

// The presigned example of the S3 API reference, a day long.
TEST(Authenticate, TakesAPresignedQueryWhileItLasts) {
  const auto known = Accounts::parse(R"({"accounts": [{"id": "111122223333", "keys": [
      {"access_key_id": "AKIAIOSFODNN7EXAMPLE",
       "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}]}]})");
  struct Row {
    std::string name;
    std::string expires;
    std::string now;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"at once", "86400", "20130524_000000", ""},
      {"at its end", "86400", "20130525_000000", ""},
      {"after its end", "86400", "20130525_000001", "AccessDenied"},
      {"too early", "86400", "20130523_234400", "RequestTimeTooSkewed"},
      {"made longer", "86401", "20130524_000000", "SignatureDoesNotMatch"},
      {"longer than a week", "604801", "20130524_000000", "AuthorizationHeaderMalformed"},
      {"for ever", "9223372036854775807", "20130524_000000", "AuthorizationHeaderMalformed"},
      {"no number", "x", "20130524_000000", "AuthorizationHeaderMalformed"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    aws::HttpRequest request;
    request.path = "/test.txt";
    request.query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
        "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=" +
        row.expires +
        "&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    request.headers.set("Host", "examplebucket.s3.amazonaws.com");
    const auto caller = authenticate(request, AuthProtocol::s3, *known, *parse_timestamp(row.now));
    EXPECT_EQ(caller ? "" : caller.error().code, row.code);
  }
}

TEST(Authenticate, UnwrapsAwsChunkedBodies) {
  struct Row {
    std::string name;
    std::string length;
    std::string refusal;  // empty: accepted
  };
  for (const Row& row :
       {Row{"right length", "5", ""}, Row{"wrong length", "6", "IncompleteBody"}}) {
    for (const bool verifies : {true, false}) {
      SCOPED_TRACE(row.name + (verifies ? ", verified" : ", open"));
      auto request = plain("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
      request.headers.set("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      request.headers.set("x-amz-decoded-content-length", row.length);
      request.headers.set("content-encoding", "gzip,aws-chunked");
      sign_for_test(request, {}, scope("s3"), kTimestamp);
      const auto caller =
          authenticate(request, AuthProtocol::s3, verifies ? accounts() : Accounts::open(), kNow);
      ASSERT_EQ(caller.has_value(), row.refusal.empty());
      if (!caller) {
        EXPECT_EQ(caller.error().code, row.refusal);
        continue;
      }
      EXPECT_EQ(request.body.view(), "hello");
      EXPECT_EQ(request.headers.get("x-amz-checksum-crc32"), "NhCmhg==");
      EXPECT_EQ(request.headers.get("content-encoding"), "gzip");
    }
  }
}

TEST(Authenticate, OpenAccountsTakeAnyKeyOrNone) {
  auto stranger = signed_with({.id = "AKIDNOBODY", .secret = "any"}, "ssm");
  auto nobody = plain("hello");
  for (auto* request : {&stranger, &nobody}) {
    const auto caller = authenticate(*request, AuthProtocol::json, Accounts::open(), kNow);
    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->account.view(), "123456789012");
  }
}

}  // namespace
}  // namespace ssmb::sandbox
