#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

using s3::ChecksumAlgorithm;

const std::string kLarge(std::size_t{5} << 20, 'a');

struct PartSent {
  int number;
  std::string etag;
  std::string checksum;  // of SHA-256; may be empty
};

std::string list_of(const std::vector<PartSent>& parts) {
  std::string text = "<CompleteMultipartUpload>";
  for (const PartSent& part : parts) {
    text += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag>", part.number, part.etag);
    if (!part.checksum.empty()) text += "<ChecksumSHA256>" + part.checksum + "</ChecksumSHA256>";
    text += "</Part>";
  }
  return text + "</CompleteMultipartUpload>";
}

std::string sha256_base64(std::string_view text) {
  return s3::base64_of(s3::digest_of(ChecksumAlgorithm::sha256, text));
}

class S3Multipart : public testing::Test {
 protected:
  S3Multipart() { s3_.make_bucket("bucket"); }

  void begin(HeaderList headers = {}) {
    const auto created = s3_.good(
        {.method = "POST", .target = "/bucket/key?uploads", .headers = std::move(headers)});
    target_ = "/bucket/key?uploadId=" + xml_text(created, "UploadId");
  }
  aws::HttpResponse part(int number, const std::string& body, HeaderList headers = {}) {
    return s3_.put(target_ + "&partNumber=" + std::to_string(number), body, std::move(headers));
  }
  PartSent sent(int number, const std::string& body, bool with_sum = false) {
    const std::string sum = with_sum ? sha256_base64(body) : "";
    const auto response =
        part(number, body, with_sum ? HeaderList{{"x-amz-checksum-sha256", sum}} : HeaderList{});
    EXPECT_EQ(response.status, 200) << response.body.view();
    return {number, header_in(response, "ETag"), sum};
  }
  aws::HttpResponse complete(const std::vector<PartSent>& parts, HeaderList headers = {}) {
    return s3_.send({.method = "POST",
                     .target = target_,
                     .headers = std::move(headers),
                     .body = list_of(parts)});
  }

  S3Caller s3_;
  std::string target_;
};

TEST_F(S3Multipart, MakesOneObjectOfItsParts) {
  begin({{"x-amz-meta-run", "r1"}, {"x-amz-server-side-encryption", "AES256"}});
  const auto two = sent(2, "tail");
  const auto one = sent(1, kLarge);
  EXPECT_EQ(xml_texts(s3_.get(target_), "PartNumber"), "1,2");
  EXPECT_EQ(xml_texts(s3_.get("/bucket?uploads"), "Key"), "key");
  const auto done = complete({one, two});
  EXPECT_EQ(done.status, 200) << done.body.view();
  EXPECT_EQ(header_in(done, "x-amz-server-side-encryption"), "AES256");
  const auto get = s3_.get("/bucket/key");
  EXPECT_EQ(get.body.size(), kLarge.size() + 4);
  EXPECT_TRUE(get.body.view().ends_with("atail"));
  EXPECT_TRUE(header_in(get, "ETag").ends_with("-2\""));
  EXPECT_EQ(header_in(get, "x-amz-meta-run"), "r1");
  EXPECT_EQ(xml_texts(s3_.get("/bucket?uploads"), "Key"), "");
  EXPECT_EQ(code_of(part(3, "late")), "NoSuchUpload");
}

TEST_F(S3Multipart, CarriesACompositeChecksum) {
  begin({{"x-amz-checksum-algorithm", "SHA256"}});
  const auto one = sent(1, kLarge, true);
  const auto two = sent(2, "tail", true);
  const std::string expected =
      s3::composite(ChecksumAlgorithm::sha256, {one.checksum, two.checksum}).value;
  const auto done = complete({one, two}, {{"x-amz-checksum-sha256", expected}});
  EXPECT_EQ(xml_text(done, "ChecksumSHA256"), expected);
  EXPECT_EQ(xml_text(done, "ChecksumType"), "COMPOSITE");
  EXPECT_TRUE(expected.ends_with("-2"));
  const auto head = s3_.send(
      {.method = "HEAD", .target = "/bucket/key", .headers = {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_EQ(header_in(head, "x-amz-checksum-sha256"), expected);
}

TEST_F(S3Multipart, RefusesACompletionThatDoesNotFit) {
  struct Row {
    std::string name;
    std::function<std::vector<PartSent>(PartSent, PartSent)> list;
    HeaderList headers;
    std::string code;
  };
  const auto both = [](PartSent a, PartSent b) { return std::vector{a, b}; };
  const std::vector<Row> rows = {
      {"nothing listed",
       [](PartSent, PartSent) { return std::vector<PartSent>{}; },
       {},
       "MalformedXML"},
      {"wrong order",
       [](PartSent a, PartSent b) { return std::vector{b, a}; },
       {},
       "InvalidPartOrder"},
      {"wrong ETag",
       [](PartSent a, PartSent b) {
         a.etag = "\"00000000000000000000000000000000\"";
         return std::vector{a, b};
       },
       {},
       "InvalidPart"},
      {"part that was never sent",
       [](PartSent a, PartSent b) {
         b.number = 3;
         return std::vector{a, b};
       },
       {},
       "InvalidPart"},
      {"wrong checksum of a part",
       [](PartSent a, PartSent b) {
         a.checksum = sha256_base64("x");
         return std::vector{a, b};
       },
       {},
       "InvalidPart"},
      {"checksum missing",
       [](PartSent a, PartSent b) {
         b.checksum = "";
         return std::vector{a, b};
       },
       {},
       "InvalidRequest"},
      {"wrong checksum of the whole",
       both,
       {{"x-amz-checksum-sha256", sha256_base64("x")}},
       "BadDigest"},
  };
  begin({{"x-amz-checksum-algorithm", "SHA256"}});
  const auto one = sent(1, kLarge, true);
  const auto two = sent(2, "tail", true);
  for (const Row& row : rows) {
    EXPECT_EQ(code_of(complete(row.list(one, two), row.headers)), row.code) << row.name;
  }
  EXPECT_EQ(complete({one, two}).status, 200);
}

TEST_F(S3Multipart, RefusesSmallPartsButForTheLast) {
  begin();
  const auto one = sent(1, "small");
  const auto two = sent(2, "last");
  EXPECT_EQ(code_of(complete({one, two})), "EntityTooSmall");
  EXPECT_EQ(complete({two}).status, 200);
}

TEST_F(S3Multipart, RefusesPartsThatDoNotFit) {
  begin({{"x-amz-checksum-algorithm", "SHA256"}});
  struct Row {
    std::string name;
    int number;
    HeaderList headers;
    std::string code;
  };
  const std::vector<Row> rows = {
      {"no checksum", 1, {}, "InvalidRequest"},
      {"checksum of another algorithm",
       1,
       {{"x-amz-checksum-crc32", "jNwWgw=="}},
       "InvalidRequest"},
      {"wrong checksum", 1, {{"x-amz-checksum-sha256", sha256_base64("y")}}, "BadDigest"},
      {"part 0", 0, {}, "InvalidArgument"},
      {"part 10001", 10001, {}, "InvalidArgument"},
      {"encryption belongs to the upload",
       1,
       {{"x-amz-server-side-encryption", "AES256"}},
       "InvalidArgument"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(code_of(part(row.number, "x", row.headers)), row.code) << row.name;
  }
}

TEST_F(S3Multipart, HonoursConditionsAtCompletion) {
  begin();
  const auto one = sent(1, "body");
  s3_.put("/bucket/key", "meanwhile");
  EXPECT_EQ(code_of(complete({one}, {{"If-None-Match", "*"}})), "PreconditionFailed");
  EXPECT_EQ(s3_.get("/bucket/key").body.view(), "meanwhile");
  const std::string etag = header_in(s3_.get("/bucket/key"), "ETag");
  EXPECT_EQ(complete({one}, {{"If-Match", etag}}).status, 200);
  // The same completion again, after its answer was lost.
  EXPECT_EQ(code_of(complete({one}, {{"If-None-Match", "*"}})), "PreconditionFailed");
  EXPECT_EQ(code_of(complete({one})), "NoSuchUpload");
}

TEST_F(S3Multipart, IsAborted) {
  begin();
  sent(1, "body");
  EXPECT_EQ(s3_.send({.method = "DELETE", .target = target_}).status, 204);
  EXPECT_EQ(code_of(s3_.send({.method = "DELETE", .target = target_})), "NoSuchUpload");
  EXPECT_EQ(code_of(s3_.get("/bucket/key")), "NoSuchKey");
}

TEST_F(S3Multipart, KnowsWhichChecksumsThereAre) {
  struct Row {
    std::string algorithm;
    std::string type;
    std::string result;  // the type, or a code
  };
  const std::vector<Row> rows = {
      {"CRC32", "", "COMPOSITE"},           {"CRC32", "FULL_OBJECT", "FULL_OBJECT"},
      {"CRC64NVME", "", "FULL_OBJECT"},     {"CRC64NVME", "COMPOSITE", "InvalidRequest"},
      {"SHA256", "COMPOSITE", "COMPOSITE"}, {"SHA256", "FULL_OBJECT", "InvalidRequest"},
      {"MD4", "", "InvalidRequest"},        {"", "COMPOSITE", "InvalidRequest"},
  };
  for (const Row& row : rows) {
    HeaderList headers;
    if (!row.algorithm.empty()) headers.emplace_back("x-amz-checksum-algorithm", row.algorithm);
    if (!row.type.empty()) headers.emplace_back("x-amz-checksum-type", row.type);
    const auto created =
        s3_.send({.method = "POST", .target = "/bucket/key?uploads", .headers = headers});
    const std::string type = header_in(created, "x-amz-checksum-type");
    EXPECT_EQ(type.empty() ? code_of(created) : type, row.result) << row.algorithm << row.type;
  }
}

}  // namespace
}  // namespace ssmb::sandbox
