#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

// Of "hello", by independent tools (python3: zlib, hashlib; the CRCs as AWS's guide spells them).
constexpr const char* kCrc32 = "NhCmhg==";
constexpr const char* kCrc32c = "mnG7TA==";
constexpr const char* kSha1 = "qvTGHdzF6KLavt4PO0gs2a6pQ00=";
constexpr const char* kSha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
constexpr const char* kMd5 = "XUFAKrxLKna5cZ2REBfFkg==";

TEST(S3Checksum, IsCheckedAndEchoed) {
  struct Row {
    std::string name;
    HeaderList headers;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"CRC32", {{"x-amz-checksum-crc32", kCrc32}}, ""},
      {"CRC32C", {{"x-amz-checksum-crc32c", kCrc32c}}, ""},
      {"SHA1", {{"x-amz-checksum-sha1", kSha1}}, ""},
      {"SHA256", {{"x-amz-checksum-sha256", kSha256}}, ""},
      {"MD5", {{"Content-MD5", kMd5}}, ""},
      {"SDK's algorithm",
       {{"x-amz-sdk-checksum-algorithm", "SHA256"}, {"x-amz-checksum-sha256", kSha256}},
       ""},
      {"wrong CRC32", {{"x-amz-checksum-crc32", "AAAAAA=="}}, "BadDigest"},
      {"wrong CRC32C", {{"x-amz-checksum-crc32c", "AAAAAA=="}}, "BadDigest"},
      {"wrong CRC64NVME", {{"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="}}, "BadDigest"},
      {"wrong SHA1", {{"x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}, "BadDigest"},
      {"wrong SHA256",
       {{"x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
       "BadDigest"},
      {"wrong MD5", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}, "BadDigest"},
      {"MD5 that is none", {{"Content-MD5", "AAAA"}}, "InvalidDigest"},
      {"CRC32 of the wrong size", {{"x-amz-checksum-crc32", "AAAA"}}, "InvalidRequest"},
      {"CRC32 that is no Base64", {{"x-amz-checksum-crc32", "!!!!!!=="}}, "InvalidRequest"},
      {"two of them",
       {{"x-amz-checksum-crc32", kCrc32}, {"x-amz-checksum-sha256", kSha256}},
       "InvalidRequest"},
      {"SDK's algorithm without sum",
       {{"x-amz-sdk-checksum-algorithm", "CRC32"}},
       "InvalidRequest"},
      {"SDK's algorithm with another sum",
       {{"x-amz-sdk-checksum-algorithm", "CRC32"}, {"x-amz-checksum-sha256", kSha256}},
       "InvalidRequest"},
      {"trailer that did not come",
       {{"x-amz-trailer", "x-amz-checksum-crc32"}},
       "MalformedTrailerError"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    const auto put = s3.put("/bucket/key", "hello", row.headers);
    EXPECT_EQ(code_of(put), row.code);
    const auto get = s3.get("/bucket/key", {{"x-amz-checksum-mode", "ENABLED"}});
    EXPECT_EQ(get.status, row.code.empty() ? 200 : 404);
    const auto& [header, value] = row.headers.back();
    if (!row.code.empty() || header == "Content-MD5") continue;
    EXPECT_EQ(header_in(put, header), value);
    EXPECT_EQ(header_in(get, header), value);
    EXPECT_EQ(header_in(get, "x-amz-checksum-type"), "FULL_OBJECT");
  }
}

TEST(S3Checksum, OfAmazonsChoiceIsCrc64Nvme) {
  S3Caller s3;
  s3.make_bucket("bucket");
  s3.put("/bucket/key", "hello");
  const auto get = s3.get("/bucket/key", {{"x-amz-checksum-mode", "ENABLED"}});
  EXPECT_EQ(header_in(get, "x-amz-checksum-crc64nvme"), "M3eFcAZSQlc=");
  EXPECT_EQ(header_in(s3.get("/bucket/key"), "x-amz-checksum-crc64nvme"), "");
}

TEST(S3Checksum, ComesInATrailer) {
  struct Row {
    std::string name;
    std::string sum;
    std::string code;
  };
  for (const Row& row : {Row{"right", kCrc32, ""}, Row{"wrong", "AAAAAA==", "BadDigest"}}) {
    SCOPED_TRACE(row.name);
    S3Caller s3;
    s3.make_bucket("bucket");
    const auto put =
        s3.put("/bucket/key", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + row.sum + "\r\n\r\n",
               {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                {"Content-Encoding", "aws-chunked"},
                {"x-amz-trailer", "x-amz-checksum-crc32"},
                {"x-amz-decoded-content-length", "5"}});
    EXPECT_EQ(code_of(put), row.code);
    if (!row.code.empty()) continue;
    EXPECT_EQ(s3.get("/bucket/key").body.view(), "hello");
    EXPECT_EQ(header_in(s3.get("/bucket/key"), "Content-Encoding"), "");
  }
}

}  // namespace
}  // namespace ssmb::sandbox
