// Objects in S3: what each call sends, to the letter, and what it reads.
#include <gmock/gmock.h>

#include "aws/s3/client.h"
#include "base/encoding.h"
#include "tests/aws/harness.h"

namespace ssmb::aws::s3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const Bucket kBucket{.name = BucketName("my-bucket"), .owner = std::nullopt};
const Bucket kOwned{.name = BucketName("my-bucket"), .owner = AccountId("123456789012")};
const ObjectKey kKey("2026-11-22/eu-west-1/a b+c.json");
const std::string kUrl =
    "https://my-bucket.s3.eu-west-1.amazonaws.com/2026-11-22/eu-west-1/a%20b%2Bc.json";
// SHA-256 of "hello", as `openssl dgst -sha256 -binary | base64` prints it.
const std::string kHelloSum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

struct Fixture {
  explicit Fixture(ScriptedTransport::Handler handler) : harness(std::move(handler)) {}
  explicit Fixture(const HttpResponse& response) : harness(response) {}
  std::string last() const { return to_text(harness.transport.requests().back()); }
  Harness harness;
  Client client{harness.session, Region("eu-west-1")};
};

HttpResponse refusal(int status, std::string_view code) {
  return answer(status, "<Error><Code>" + std::string(code) + "</Code></Error>");
}

HttpResponse stored() {
  return answer(200, "",
                {{"ETag", "\"e1\""},
                 {"x-amz-server-side-encryption", "AES256"},
                 {"Date", "Sun, 22 Nov 2026 12:59:58 GMT"}});
}

TEST(S3Objects, PutSendsChecksumEncryptionAndConditions) {
  Fixture f(stored());
  const auto info = f.harness.run(f.client.put_object(
      kOwned, kKey, SecretBytes("hello"),
      {.precondition = Precondition::absent(), .metadata = {{"run-id", "r1"}}}, {}));
  ASSERT_TRUE(info);
  EXPECT_EQ(f.last(), "PUT " + kUrl +
                          "\nContent-Type: application/json"
                          "\nx-amz-server-side-encryption: AES256"
                          "\nx-amz-meta-run-id: r1"
                          "\nIf-None-Match: *"
                          "\nx-amz-checksum-sha256: " +
                          kHelloSum + "\nx-amz-expected-bucket-owner: 123456789012\n\nhello");
  EXPECT_TRUE(f.harness.transport.requests()[0].headers.find("x-amz-content-sha256"));
  EXPECT_EQ(info->etag, ETag("\"e1\""));
  EXPECT_EQ(info->size, 5U);
  EXPECT_EQ(info->server_side_encryption, "AES256");
  EXPECT_EQ(to_iso8601(info->service_time), "2026-11-22T12:59:58Z");
}

TEST(S3Objects, PutWithKmsAndIfMatch) {
  Fixture f(stored());
  PutOptions options{.precondition = Precondition::matches(ETag("\"e0\"")),
                     .encryption = {.algorithm = "aws:kms", .kms_key_id = "alias/k"},
                     .content_type = "text/plain"};
  ASSERT_TRUE(f.harness.run(
      f.client.put_object(kBucket, ObjectKey("latest.txt"), SecretBytes(""), options, {})));
  EXPECT_EQ(f.last(),
            "PUT https://my-bucket.s3.eu-west-1.amazonaws.com/latest.txt"
            "\nContent-Type: text/plain"
            "\nx-amz-server-side-encryption: aws:kms"
            "\nx-amz-server-side-encryption-aws-kms-key-id: alias/k"
            "\nIf-Match: \"e0\""
            "\nx-amz-checksum-sha256: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n");
}

TEST(S3Objects, PutRetriesConflictsOfOthersButNotFailedConditions) {
  struct Row {
    const char* name;
    std::vector<Result<HttpResponse>> answers;
    std::size_t tries;
    std::optional<ErrorKind> error;
  };
  const Row rows[] = {
      {"conflict, then stored", {refusal(409, "ConditionalRequestConflict"), stored()}, 2, {}},
      {"conflict for ever", {refusal(409, "ConditionalRequestConflict")}, 5, ErrorKind::conflict},
      {"taken", {refusal(412, "PreconditionFailed"), stored()}, 1, ErrorKind::conflict},
      {"answer lost, then taken",
       {fail(ErrorKind::transient, "reset"), refusal(412, "PreconditionFailed")},
       2,
       ErrorKind::conflict},
      {"slow down", {refusal(503, "SlowDown"), stored()}, 2, {}},
      {"denied", {refusal(403, "AccessDenied")}, 1, ErrorKind::denied},
      {"no ETag", {answer(200, "")}, 1, ErrorKind::corrupt},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(in_turn(row.answers));
    const auto info = f.harness.run(f.client.put_object(
        kBucket, kKey, SecretBytes("x"), {.precondition = Precondition::absent()}, {}));
    EXPECT_EQ(f.harness.transport.requests().size(), row.tries);
    ASSERT_EQ(info.has_value(), !row.error);
    if (row.error) EXPECT_EQ(info.error().kind, *row.error);
  }
}

TEST(S3Objects, MetadataThatCannotStandInAHeaderIsRefused) {
  Fixture f(stored());
  for (const char* value : {"a\r\nX: y", "\xC3\xA4"}) {
    const auto info = f.harness.run(
        f.client.put_object(kBucket, kKey, SecretBytes("x"), {.metadata = {{"k", value}}}, {}));
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().kind, ErrorKind::internal);
  }
  EXPECT_TRUE(f.harness.transport.requests().empty());
}

TEST(S3Objects, GetReadsBodyAndHeaders) {
  Fixture f(answer(200, "hello",
                   {{"ETag", "\"e\""},
                    {"Content-Length", "5"},
                    {"Last-Modified", "Sat, 21 Nov 2026 13:00:00 GMT"},
                    {"X-Amz-Meta-Run-Id", "r1"},
                    {"x-amz-checksum-sha256", kHelloSum}}));
  const auto object = f.harness.run(f.client.get_object(kOwned, kKey, std::nullopt, {}));
  ASSERT_TRUE(object);
  EXPECT_EQ(f.last(),
            "GET " + kUrl +
                "\nx-amz-checksum-mode: ENABLED\nx-amz-expected-bucket-owner: 123456789012\n\n");
  EXPECT_EQ(object->body.view(), "hello");
  EXPECT_EQ(object->info.size, 5U);
  EXPECT_THAT(object->info.metadata, ElementsAre(Pair("run-id", "r1")));
  EXPECT_EQ(to_iso8601(*object->info.last_modified), "2026-11-21T13:00:00Z");
  EXPECT_EQ(object->info.service_time, VirtualRuntime::default_start());  // it sent no Date
}

TEST(S3Objects, GetSeesABodyThatDoesNotFit) {
  struct Row {
    const char* name;
    std::optional<ByteRange> range;
    HttpResponse response;
    bool fits;
  };
  const Row rows[] = {
      {"whole", {}, answer(200, "hello", {{"x-amz-checksum-sha256", kHelloSum}}), true},
      {"changed", {}, answer(200, "hellO", {{"x-amz-checksum-sha256", kHelloSum}}), false},
      {"composite checksum",
       {},
       answer(200, "hellO", {{"x-amz-checksum-sha256", kHelloSum + "-2"}}),
       true},
      {"short", {}, answer(200, "hell", {{"Content-Length", "5"}}), false},
      {"length a word", {}, answer(200, "hello", {{"Content-Length", "five"}}), false},
      {"range", ByteRange{1, 3}, answer(206, "ell", {{"Content-Range", "bytes 1-3/5"}}), true},
      {"range to the end", ByteRange{3, 99}, answer(206, "lo", {{"Content-Range", "bytes 3-4/5"}}),
       true},
      {"range too short", ByteRange{1, 3}, answer(206, "el", {{"Content-Range", "bytes 1-3/5"}}),
       false},
      {"range ignored", ByteRange{1, 3}, answer(200, "hello", {{"Content-Length", "5"}}), false},
      {"range of unknown size", ByteRange{1, 3},
       answer(206, "ell", {{"Content-Range", "bytes 1-3/*"}}), false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(row.response);
    const auto object = f.harness.run(f.client.get_object(kBucket, kKey, row.range, {}));
    ASSERT_EQ(object.has_value(), row.fits);
    if (!object) EXPECT_EQ(object.error().kind, ErrorKind::corrupt);
    if (object) EXPECT_EQ(object->info.size, 5U);
  }
}

TEST(S3Objects, RangesAreSentAsBytes) {
  Fixture f(answer(206, "ell", {{"Content-Range", "bytes 1-3/5"}}));
  ASSERT_TRUE(f.harness.run(f.client.get_object(kBucket, ObjectKey("k"), ByteRange{1, 3}, {})));
  EXPECT_EQ(f.last(), "GET https://my-bucket.s3.eu-west-1.amazonaws.com/k\nRange: bytes=1-3\n\n");
  const auto bad = f.harness.run(f.client.get_object(kBucket, ObjectKey("k"), ByteRange{3, 1}, {}));
  EXPECT_EQ(bad.error().kind, ErrorKind::internal);
}

TEST(S3Objects, HeadAndDelete) {
  Fixture head(answer(
      200, "", {{"Content-Length", "443"}, {"ETag", "\"e\""}, {"x-amz-checksum-sha256", "abc-2"}}));
  const auto info = head.harness.run(head.client.head_object(kBucket, ObjectKey("k"), {}));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->size, 443U);
  EXPECT_EQ(info->checksum_sha256, "abc-2");
  EXPECT_EQ(
      head.last(),
      "HEAD https://my-bucket.s3.eu-west-1.amazonaws.com/k\nx-amz-checksum-mode: ENABLED\n\n");
  for (const auto& [status, kind] :
       {std::pair(404, ErrorKind::not_found), std::pair(403, ErrorKind::denied),
        std::pair(412, ErrorKind::conflict), std::pair(304, ErrorKind::conflict)}) {
    Fixture refused(answer(status, ""));
    EXPECT_EQ(refused.harness.run(refused.client.head_object(kBucket, kKey, {})).error().kind,
              kind);
  }
  Fixture gone(answer(204, ""));
  EXPECT_TRUE(gone.harness.run(gone.client.delete_object(kOwned, ObjectKey("k"), {})));
  EXPECT_EQ(gone.last(),
            "DELETE https://my-bucket.s3.eu-west-1.amazonaws.com/k\nx-amz-expected-bucket-owner: "
            "123456789012\n\n");
}

// A lifecycle rule's word on the object, which needs no right to read the rules.
TEST(S3Objects, TellWhenLifecycleDeletesThem) {
  struct Row {
    const char* name;
    const char* header;
    const char* end;  // "": never
  };
  const Row rows[] = {
      {"a day", R"(expiry-date="Wed, 23 Dec 2026 00:00:00 GMT", rule-id="a%20b")",
       "2026-12-23T00:00:00Z"},
      {"no rule", "", ""},
      {"no date", R"(rule-id="x")", ""},
      {"nonsense", R"(expiry-date="soon)", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(answer(200, "", {{"ETag", "\"e1\""}, {"x-amz-expiration", row.header}}));
    const auto info = f.harness.run(f.client.head_object(kBucket, kKey, {}));
    ASSERT_TRUE(info);
    EXPECT_EQ(info->expires ? to_iso8601(*info->expires) : "", row.end);
  }
}

TEST(S3Objects, PathStyleWhereTheNameCannotStandInTheHost) {
  struct Row {
    const char* name;
    const char* bucket;
    const char* endpoint;  // "" for AWS's
    const char* url;
  };
  const Row rows[] = {
      {"virtual host", "my-bucket", "", "https://my-bucket.s3.eu-west-1.amazonaws.com/a/%C3%A4"},
      {"dots under TLS", "my.bucket", "", "https://s3.eu-west-1.amazonaws.com/my.bucket/a/%C3%A4"},
      {"custom endpoint", "my-bucket", "http://127.0.0.1:4566",
       "http://127.0.0.1:4566/my-bucket/a/%C3%A4"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(answer(204, ""));
    const std::string endpoint = row.endpoint;
    if (!endpoint.empty()) f.harness.session.endpoints = *Endpoints::from(endpoint, {});
    ASSERT_TRUE(f.harness.run(
        f.client.delete_object({.name = BucketName(row.bucket)}, ObjectKey("a/\xC3\xA4"), {})));
    EXPECT_EQ(f.last(), "DELETE " + std::string(row.url) + "\n\n");
  }
}

TEST(S3Objects, ABucketsNameNeverBecomesAnotherHost) {
  for (const char* name :
       {"", "ab", "evil.example/x", "UPPER", "a..b", "-ab", "ab-", "ab.", "a@b", "a b c"}) {
    SCOPED_TRACE(name);
    Fixture f(answer(200, ""));
    const auto headed = f.harness.run(f.client.head_bucket({.name = BucketName(name)}, {}));
    ASSERT_FALSE(headed);
    EXPECT_EQ(headed.error().kind, ErrorKind::configuration);
    EXPECT_TRUE(f.harness.transport.requests().empty());
  }
}

TEST(S3Objects, ListDecodesKeysAndPages) {
  Fixture f(answer(200, R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>my-bucket</Name><IsTruncated>true</IsTruncated>
<NextContinuationToken>t+/=</NextContinuationToken><EncodingType>url</EncodingType>
<Contents><Key>a/b+c%2Bd%0A%C3%A4&amp;</Key><LastModified>2026-11-22T13:00:01.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5000000000</Size></Contents>
<CommonPrefixes><Prefix>2026-11-22/x+y/</Prefix></CommonPrefixes></ListBucketResult>)"));
  const auto page = f.harness.run(f.client.list_objects(kBucket, "a/b c", "/", "q&t", {}));
  ASSERT_TRUE(page && page->objects.size() == 1);
  EXPECT_EQ(f.last(),
            "GET "
            "https://my-bucket.s3.eu-west-1.amazonaws.com/"
            "?continuation-token=q%26t&delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&"
            "prefix=a%2Fb%20c\n\n");
  EXPECT_EQ(page->objects[0].key, ObjectKey("a/b c+d\n\xC3\xA4&"));
  EXPECT_EQ(page->objects[0].size, 5'000'000'000U);
  EXPECT_EQ(page->objects[0].etag, ETag("\"e\""));
  EXPECT_EQ(to_iso8601(*page->objects[0].last_modified), "2026-11-22T13:00:01Z");
  EXPECT_THAT(page->common_prefixes, ElementsAre("2026-11-22/x y/"));
  EXPECT_EQ(page->next_token, "t+/=");
}

TEST(S3Objects, ListTakesKeysAsTheyAreWhereTheyAreNotEncoded) {
  Fixture f(answer(
      200,
      "<ListBucketResult><Contents><Key>a+b%20</Key><Size>0</Size></Contents><IsTruncated>false</"
      "IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>"));
  const auto page = f.harness.run(f.client.list_objects(kBucket, "", "", "", {}));
  ASSERT_TRUE(page && page->objects.size() == 1);
  EXPECT_EQ(page->objects[0].key, ObjectKey("a+b%20"));
  EXPECT_EQ(page->next_token, "");
}

TEST(S3Objects, ListRefusesAnAnswerThatIsNone) {
  const std::string begin = "<ListBucketResult>";
  const std::string end = "</ListBucketResult>";
  struct Row {
    const char* name;
    std::string body;
  };
  const Row rows[] = {
      {"empty", ""},
      {"HTML", "<html><body/></html>"},
      {"cut", begin + "<Contents><Key>a</Key>"},
      {"cut short without a token", begin + "<IsTruncated>true</IsTruncated>" + end},
      {"no key", begin + "<Contents><Size>1</Size></Contents>" + end},
      {"size a word", begin + "<Contents><Key>a</Key><Size>big</Size></Contents>" + end},
      {"date a word",
       begin + "<Contents><Key>a</Key><Size>1</Size><LastModified>now</LastModified></Contents>" +
           end},
      {"broken escape",
       begin + "<EncodingType>url</EncodingType><Contents><Key>%4</Key><Size>1</Size></Contents>" +
           end},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(answer(200, row.body));
    const auto page = f.harness.run(f.client.list_objects(kBucket, "", "", "", {}));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(to_line(page.error()), HasSubstr("s3:ListBucket in eu-west-1 answered 200"));
  }
}

}  // namespace
}  // namespace ssmb::aws::s3
