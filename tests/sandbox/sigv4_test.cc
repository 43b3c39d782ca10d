// AWS's own vectors: the SigV4 test suite and the worked examples of the S3 API reference.
#include "sandbox/auth/sigv4.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "sandbox/auth/aws_chunked.h"

namespace ssmb::sandbox {
namespace {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Row {
  std::string name;
  std::string method;
  std::string path;
  std::string query;
  HeaderList headers;
  std::string body;
  std::string signature;
};

aws::HttpRequest request_of(const Row& row) {
  aws::HttpRequest request;
  request.method = row.method;
  request.path = row.path;
  request.query = row.query;
  for (const auto& [name, value] : row.headers) request.headers.add(name, value);
  request.body = SecretBytes(row.body);
  return request;
}

std::string signature_of(const Row& row, sigv4::Claim claim, std::string_view secret,
                         sigv4::Style style) {
  const aws::HttpRequest request = request_of(row);
  std::set<std::string> names;
  for (const auto& [name, value] : row.headers) names.insert(name);
  claim.signed_headers.assign(names.begin(), names.end());
  const std::string said(request.headers.get("x-amz-content-sha256"));
  const std::string hash = said.empty() ? sha256_hex(row.body) : said;
  return sigv4::sign_hex(
      sigv4::signing_key(SecretText(secret), claim.scope),
      sigv4::string_to_sign(claim, sigv4::canonical_request(request, claim, hash, style)));
}

const HeaderList kPlain = {{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}};

TEST(SigV4, AgreesWithTheTestSuite) {
  const std::vector<Row> rows = {
      {"get-vanilla", "GET", "/", "", kPlain, "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", kPlain, "",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-header-value-trim",
       "GET",
       "/",
       "",
       {{"host", "example.amazonaws.com"},
        {"my-header1", " value1"},
        {"my-header2", " \"a   b   c\""},
        {"x-amz-date", "20150830T123600Z"}},
       "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-relative-relative", "GET", "/example1/example2/../..", "", kPlain, "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"post-vanilla", "POST", "/", "", kPlain, "",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
  };
  sigv4::Claim claim;
  claim.scope = {.date = "20150830", .region = "us-east-1", .service = "service"};
  claim.timestamp = "20150830T123600Z";
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(signature_of(row, claim, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                           sigv4::Style::standard),
              row.signature);
  }
}

constexpr const char* kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kS3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

HeaderList s3_headers(HeaderList more, const std::string& hash = kEmptyHash) {
  more.emplace_back("host", "examplebucket.s3.amazonaws.com");
  more.emplace_back("x-amz-content-sha256", hash);
  more.emplace_back("x-amz-date", "20130524T000000Z");
  return more;
}

sigv4::Claim s3_claim() {
  sigv4::Claim claim;
  claim.scope = {.date = "20130524", .region = "us-east-1", .service = "s3"};
  claim.timestamp = "20130524T000000Z";
  return claim;
}

TEST(SigV4, AgreesWithTheExamplesOfS3) {
  const std::string put_hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
  const std::vector<Row> rows = {
      {"get a range", "GET", "/test.txt", "", s3_headers({{"range", "bytes=0-9"}}), "",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"put with a dollar in the key", "PUT", "/test$file.text", "",
       s3_headers({{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                  put_hash),
       "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"a sub-resource", "GET", "/", "lifecycle", s3_headers({}), "",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"a listing", "GET", "/", "max-keys=2&prefix=J", s3_headers({}), "",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(signature_of(row, s3_claim(), kS3Secret, sigv4::Style::s3), row.signature);
  }
}

TEST(SigV4, ReadsThePresignedExampleOfS3) {
  aws::HttpRequest request;
  request.path = "/test.txt";
  request.query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
      "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
      "X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d"
      "157751f604d404";
  request.headers.set("Host", "examplebucket.s3.amazonaws.com");
  const auto claim = sigv4::read_claim(request);
  ASSERT_TRUE(claim.has_value());
  const std::string canonical =
      sigv4::canonical_request(request, *claim, "UNSIGNED-PAYLOAD", sigv4::Style::s3);
  EXPECT_EQ(sigv4::sign_hex(sigv4::signing_key(SecretText(kS3Secret), claim->scope),
                            sigv4::string_to_sign(*claim, canonical)),
            claim->signature);
}

// "Signature calculations: transferring payload in multiple chunks", 65 KiB of "a".
TEST(AwsChunked, FollowsTheSignaturesOfTheExample) {
  const sigv4::Claim claim = s3_claim();
  const SecretBytes key = sigv4::signing_key(SecretText(kS3Secret), claim.scope);
  const ChunkSigning signing{
      .key = key,
      .timestamp = claim.timestamp,
      .scope = claim.scope.text(),
      .seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"};
  const auto chunk = [](std::string head, const std::string& signature, std::size_t size) {
    return std::move(head) + ";chunk-signature=" + signature + "\r\n" + std::string(size, 'a') +
           "\r\n";
  };
  std::string body =
      chunk("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", 65536) +
      chunk("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", 1024) +
      chunk("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", 0);
  const auto decoded = decode_aws_chunked(body, &signing);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->content.size(), 66560u);

  body[body.find("aaaa")] = 'b';
  const auto altered = decode_aws_chunked(body, &signing);
  ASSERT_FALSE(altered.has_value());
  EXPECT_EQ(altered.error(), ChunkProblem::wrong_signature);
}

TEST(AwsChunked, ReadsTrailersAndRefusesWhatIsCut) {
  struct Case {
    std::string name;
    std::string body;
    bool good;
    std::string content;
    std::string checksum;
  };
  const std::vector<Case> cases = {
      {"trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", true, "hello",
       "NhCmhg=="},
      {"two chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", true, "hello", ""},
      {"empty content", "0\r\n\r\n", true, "", ""},
      {"no body at all", "", false, "", ""},
      {"size beyond the end", "ff\r\nhello\r\n0\r\n\r\n", false, "", ""},
      {"size that overflows", "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n", false, "", ""},
      {"size that is no number", "x\r\nhello\r\n0\r\n\r\n", false, "", ""},
      {"no end", "5\r\nhello\r\n", false, "", ""},
      {"no line end after data", "5\r\nhello0\r\n\r\n", false, "", ""},
      {"trailer without colon", "0\r\nnonsense\r\n\r\n", false, "", ""},
      {"more behind the end", "0\r\n\r\nmore", false, "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto decoded = decode_aws_chunked(c.body, nullptr);
    ASSERT_EQ(decoded.has_value(), c.good);
    if (!c.good) continue;
    EXPECT_EQ(decoded->content.view(), c.content);
    EXPECT_EQ(decoded->trailer.get("x-amz-checksum-crc32"), c.checksum);
  }
}

}  // namespace
}  // namespace ssmb::sandbox
