#include <gmock/gmock.h>

#include "aws/s3/client.h"
#include "aws/xml.h"
#include "tests/aws/harness.h"

namespace ssmb::aws::s3 {
namespace {

const Bucket kBucket{.name = BucketName("my-bucket"), .owner = AccountId("123456789012")};
const std::string kOwner = "x-amz-expected-bucket-owner: 123456789012";

struct Fixture {
  explicit Fixture(const HttpResponse& response, const char* region = "eu-west-1")
      : harness(response), client(harness.session, Region(region)) {}
  std::string last() const { return to_text(harness.transport.requests().back()); }
  Harness harness;
  Client client;
};

HttpResponse refusal(int status, std::string_view code) {
  return answer(status, "<Error><Code>" + std::string(code) + "</Code></Error>");
}

TEST(S3Buckets, CreateNamesTheRegionButForUsEast1) {
  Fixture f(answer(200, ""));
  const auto made =
      f.harness.run(f.client.create_bucket(BucketName("my-bucket"), Client::ObjectLock::on, {}));
  EXPECT_EQ(made, Client::CreateOutcome::created);
  EXPECT_EQ(f.last(),
            "PUT https://my-bucket.s3.eu-west-1.amazonaws.com/\nx-amz-bucket-object-lock-enabled: "
            "true\nContent-Type: application/xml\n\n"
            "<CreateBucketConfiguration "
            "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>eu-west-1</"
            "LocationConstraint></CreateBucketConfiguration>");
  Fixture first(answer(200, ""), "us-east-1");
  ASSERT_TRUE(first.harness.run(
      first.client.create_bucket(BucketName("my-bucket"), Client::ObjectLock::off, {})));
  EXPECT_EQ(first.last(), "PUT https://my-bucket.s3.us-east-1.amazonaws.com/\n\n");
}

TEST(S3Buckets, CreateTellsOursFromOthers) {
  struct Row {
    const char* name;
    HttpResponse response;
    std::optional<Client::CreateOutcome> outcome;
    std::optional<ErrorKind> error;
  };
  const Row rows[] = {
      {"ours", refusal(409, "BucketAlreadyOwnedByYou"), Client::CreateOutcome::already_ours, {}},
      {"of another account", refusal(409, "BucketAlreadyExists"), {}, ErrorKind::conflict},
      {"wrong Region", refusal(400, "IllegalLocationConstraintException"), {}, ErrorKind::invalid},
      {"denied", refusal(403, "AccessDenied"), {}, ErrorKind::denied},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture f(row.response);
    const auto outcome =
        f.harness.run(f.client.create_bucket(BucketName("my-bucket"), Client::ObjectLock::off, {}));
    ASSERT_EQ(outcome.has_value(), row.outcome.has_value());
    if (row.outcome) EXPECT_EQ(*outcome, *row.outcome);
    if (row.error) EXPECT_EQ(outcome.error().kind, *row.error);
  }
}

TEST(S3Buckets, HeadAndDelete) {
  Fixture f(answer(204, ""));
  EXPECT_TRUE(f.harness.run(f.client.head_bucket(kBucket, {})));
  EXPECT_EQ(f.last(), "HEAD https://my-bucket.s3.eu-west-1.amazonaws.com/\n" + kOwner + "\n\n");
  EXPECT_TRUE(f.harness.run(f.client.delete_bucket(kBucket, {})));
  EXPECT_EQ(f.last(), "DELETE https://my-bucket.s3.eu-west-1.amazonaws.com/\n" + kOwner + "\n\n");
  Fixture full(refusal(409, "BucketNotEmpty"));
  EXPECT_EQ(full.harness.run(full.client.delete_bucket(kBucket, {})).error().kind,
            ErrorKind::conflict);
  Fixture elsewhere(answer(301, "", {{"x-amz-bucket-region", "us-west-2"}}));
  const auto moved = elsewhere.harness.run(elsewhere.client.head_bucket(kBucket, {}));
  EXPECT_EQ(moved.error().fault->message, "(the bucket's Region: us-west-2)");
}

struct DocumentRow {
  BucketDocument document;
  const char* sub_resource;
  const char* absent;
  const char* text;
};
const DocumentRow kRows[] = {
    {BucketDocument::versioning, "versioning", "",
     "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"},
    {BucketDocument::encryption, "encryption", "ServerSideEncryptionConfigurationNotFoundError",
     "<ServerSideEncryptionConfiguration/>"},
    {BucketDocument::lifecycle, "lifecycle", "NoSuchLifecycleConfiguration",
     "<LifecycleConfiguration/>"},
    {BucketDocument::public_access_block, "publicAccessBlock",
     "NoSuchPublicAccessBlockConfiguration", "<PublicAccessBlockConfiguration/>"},
    {BucketDocument::tagging, "tagging", "NoSuchTagSet", "<Tagging/>"},
    {BucketDocument::policy, "policy", "NoSuchBucketPolicy", "{\"Version\":\"2012-10-17\"}"},
    {BucketDocument::object_lock, "object-lock", "ObjectLockConfigurationNotFoundError",
     "<ObjectLockConfiguration/>"},
};

TEST(S3Buckets, DocumentsAreReadAsTheyAre) {
  for (const DocumentRow& row : kRows) {
    SCOPED_TRACE(row.sub_resource);
    EXPECT_EQ(sub_resource(row.document), row.sub_resource);
    Fixture f(answer(200, row.text));
    const auto text = f.harness.run(f.client.get_bucket_document(kBucket, row.document, {}));
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, row.text);
    EXPECT_EQ(f.last(), "GET https://my-bucket.s3.eu-west-1.amazonaws.com/?" +
                            std::string(row.sub_resource) + "\n" + kOwner + "\n\n");
  }
}

TEST(S3Buckets, AnAbsentDocumentIsNone) {
  for (const DocumentRow& row : kRows) {
    SCOPED_TRACE(row.sub_resource);
    const bool versions = row.document == BucketDocument::versioning;
    Fixture f(
        versions
            ? answer(200,
                     "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>")
            : refusal(404, row.absent));
    const auto text = f.harness.run(f.client.get_bucket_document(kBucket, row.document, {}));
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, std::nullopt);
    Fixture none(refusal(404, "NoSuchBucket"));
    EXPECT_EQ(
        none.harness.run(none.client.get_bucket_document(kBucket, row.document, {})).error().kind,
        ErrorKind::configuration);
  }
  Fixture html(answer(200, "<html>"));
  EXPECT_EQ(html.harness.run(html.client.get_bucket_document(kBucket, BucketDocument::tagging, {}))
                .error()
                .kind,
            ErrorKind::corrupt);
}

TEST(S3Buckets, DocumentsAreWrittenWithAChecksum) {
  for (const DocumentRow& row : kRows) {
    SCOPED_TRACE(row.sub_resource);
    Fixture f(answer(200, ""));
    ASSERT_TRUE(f.harness.run(f.client.put_bucket_document(kBucket, row.document, "hello", {})));
    const std::string type =
        row.document == BucketDocument::policy ? "application/json" : "application/xml";
    EXPECT_EQ(f.last(),
              "PUT https://my-bucket.s3.eu-west-1.amazonaws.com/?" + std::string(row.sub_resource) +
                  "\nContent-Type: " + type +
                  "\nx-amz-checksum-sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\n" +
                  kOwner + "\n\nhello");
  }
}

TEST(Xml, EscapesAndParses) {
  EXPECT_EQ(xml_escape("a<b>&\"'\t\n\r\x01z\xC3\xA4"),
            "a&lt;b&gt;&amp;&quot;&apos;&#9;&#10;&#13;?z\xC3\xA4");
  pugi::xml_document document;
  const std::string text = "<r>" + xml_escape("a<b>&\"'\t\n\r") + "</r>";
  EXPECT_STREQ(parse_xml(text, "r", document).child_value(), "a<b>&\"'\t\n\r");
  EXPECT_FALSE(parse_xml(text, "other", document));
  EXPECT_TRUE(parse_xml(text, "", document));
  for (const char* bad : {"", "  ", "text", "<r>", "<r></s>", "<!DOCTYPE r ["}) {
    EXPECT_FALSE(parse_xml(bad, "", document)) << bad;
  }
}

}  // namespace
}  // namespace ssmb::aws::s3
