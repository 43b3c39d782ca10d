#include <gmock/gmock.h>

#include "aws/s3/client.h"
#include "tests/aws/harness.h"

namespace ssmb::aws::s3 {
namespace {

const Bucket kBucket{.name = BucketName("my-bucket"), .owner = AccountId("123456789012")};
const ObjectKey kKey("k");
const std::string kUrl = "https://my-bucket.s3.eu-west-1.amazonaws.com/k";
const std::string kOwner = "x-amz-expected-bucket-owner: 123456789012";

struct Fixture {
  explicit Fixture(ScriptedTransport::Handler handler) : harness(std::move(handler)) {}
  explicit Fixture(const HttpResponse& response) : harness(response) {}
  std::string last() const { return to_text(harness.transport.requests().back()); }
  Result<ObjectInfo> complete(std::vector<UploadedPart> parts = {{1, ETag("\"e1\""), {}}}) {
    return harness.run(client.complete_multipart_upload(kBucket, kKey, "u/1", std::move(parts),
                                                        Precondition::absent(), {}));
  }
  Harness harness;
  Client client{harness.session, Region("eu-west-1")};
};

const HttpResponse kCompleted =
    answer(200,
           "\n "
           "<CompleteMultipartUploadResult><ETag>&quot;e-2&quot;</ETag><ChecksumSHA256>sum-2</"
           "ChecksumSHA256></CompleteMultipartUploadResult>");

TEST(S3Multipart, CreateSendsEncryptionAndMetadata) {
  Fixture f(answer(200,
                   "<InitiateMultipartUploadResult "
                   "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><UploadId>u/1</UploadId></"
                   "InitiateMultipartUploadResult>"));
  const auto id = f.harness.run(
      f.client.create_multipart_upload(kBucket, kKey, {.metadata = {{"run-id", "r"}}}, {}));
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, "u/1");
  EXPECT_EQ(f.last(),
            "POST " + kUrl +
                "?uploads\nContent-Type: application/json\nx-amz-server-side-encryption: AES256\n"
                "x-amz-meta-run-id: r\nx-amz-checksum-algorithm: SHA256\n" +
                kOwner + "\n\n");
}

TEST(S3Multipart, PartsCarryTheirChecksumAndNoEncryption) {
  Fixture f(answer(200, "", {{"ETag", "\"e1\""}}));
  const auto part =
      f.harness.run(f.client.upload_part(kBucket, kKey, "u/1", 10'000, SecretBytes("hello"), {}));
  ASSERT_TRUE(part);
  EXPECT_EQ(f.last(), "PUT " + kUrl +
                          "?partNumber=10000&uploadId=u%2F1\nx-amz-checksum-sha256: "
                          "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\n" +
                          kOwner + "\n\nhello");
  EXPECT_EQ(part->etag, ETag("\"e1\""));
  EXPECT_EQ(part->checksum, sha256("hello"));
  for (const int number : {0, -1, 10'001}) {
    const auto refused =
        f.harness.run(f.client.upload_part(kBucket, kKey, "u", number, SecretBytes("x"), {}));
    EXPECT_EQ(refused.error().kind, ErrorKind::internal) << number;
  }
}

TEST(S3Multipart, CompleteListsThePartsAndItsCondition) {
  Fixture f(kCompleted);
  const auto info =
      f.complete({{1, ETag("\"e1\""), sha256("hello")}, {3, ETag("\"<&\""), sha256("")}});
  ASSERT_TRUE(info);
  EXPECT_EQ(f.last(),
            "POST " + kUrl + "?uploadId=u%2F1\nContent-Type: application/xml\nIf-None-Match: *\n" +
                kOwner +
                "\n\n<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                "<Part><ChecksumSHA256>LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</"
                "ChecksumSHA256><ETag>&quot;e1&quot;</ETag><PartNumber>1</PartNumber></Part>"
                "<Part><ChecksumSHA256>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</"
                "ChecksumSHA256><ETag>&quot;&lt;&amp;&quot;</ETag><PartNumber>3</PartNumber></Part>"
                "</CompleteMultipartUpload>");
  EXPECT_EQ(info->etag, ETag("\"e-2\""));
  EXPECT_EQ(info->checksum_sha256, "sum-2");
}

TEST(S3Multipart, CompleteRefusesPartsOutOfOrder) {
  Fixture f(kCompleted);
  EXPECT_EQ(f.complete({}).error().kind, ErrorKind::internal);
  EXPECT_EQ(f.complete({{2, ETag("a"), {}}, {1, ETag("b"), {}}}).error().kind, ErrorKind::internal);
  EXPECT_EQ(f.complete({{1, ETag("a"), {}}, {1, ETag("b"), {}}}).error().kind, ErrorKind::internal);
  EXPECT_TRUE(f.harness.transport.requests().empty());
}

TEST(S3Multipart, CompleteSeesAnErrorBehind200) {
  const auto hidden = [](std::string_view code) {
    return answer(200,
                  "<?xml version=\"1.0\"?>\n\n<Error><Code>" + std::string(code) +
                      "</Code><Message>m</Message></Error>",
                  {{"x-amz-request-id", "r"}});
  };
  struct Row {
    const char* name;
    std::vector<Result<HttpResponse>> answers;
    std::size_t tries;
    std::optional<ErrorKind> error;
  };
  const Row rows[] = {
      {"internal error, then done", {hidden("InternalError"), kCompleted}, 2, {}},
      {"slow down, then done", {hidden("SlowDown"), kCompleted}, 2, {}},
      {"condition failed", {hidden("PreconditionFailed"), kCompleted}, 1, ErrorKind::conflict},
      {"invalid part", {hidden("InvalidPart"), kCompleted}, 1, ErrorKind::invalid},
      {"conflict means the whole upload again",
       {answer(409, "<Error><Code>ConditionalRequestConflict</Code></Error>"), kCompleted},
       1,
       ErrorKind::conflict},
      {"answer lost, then gone",
       {fail(ErrorKind::transient, "reset"),
        answer(404, "<Error><Code>NoSuchUpload</Code></Error>")},
       2,
       ErrorKind::not_found},
      {"empty", {answer(200, "")}, 1, ErrorKind::corrupt},
      {"other document", {answer(200, "<Other/>")}, 1, ErrorKind::corrupt},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(in_turn(row.answers));
    const auto info = f.complete();
    EXPECT_EQ(f.harness.transport.requests().size(), row.tries);
    ASSERT_EQ(info.has_value(), !row.error);
    if (row.error) EXPECT_EQ(info.error().kind, *row.error);
  }
}

TEST(S3Multipart, AbortingWhatIsGoneSucceeds) {
  struct Row {
    const char* name;
    HttpResponse response;
    bool succeeds;
  };
  const Row rows[] = {
      {"aborted", answer(204, ""), true},
      {"gone", answer(404, "<Error><Code>NoSuchUpload</Code></Error>"), true},
      {"no bucket", answer(404, "<Error><Code>NoSuchBucket</Code></Error>"), false},
      {"denied", answer(403, "<Error><Code>AccessDenied</Code></Error>"), false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(row.response);
    EXPECT_EQ(f.harness.run(f.client.abort_multipart_upload(kBucket, kKey, "u", {})).has_value(),
              row.succeeds);
    EXPECT_EQ(f.last(), "DELETE " + kUrl + "?uploadId=u\n" + kOwner + "\n\n");
  }
}

}  // namespace
}  // namespace ssmb::aws::s3
